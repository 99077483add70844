// Configs of the KV cache and of the adapter cache.

#include "tensorrt_llm/executor/cacheConfigs.h"

#include "tensorrt_llm/common/assert.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tensorrt_llm::executor {

KvCacheRetentionConfig::TokenRangeRetentionConfig::TokenRangeRetentionConfig(SizeType32 tokenStart,
    std::optional<SizeType32> tokenEnd, RetentionPriority priority, std::optional<std::chrono::milliseconds> durationMs)
    : tokenStart(tokenStart)
    , tokenEnd(tokenEnd)
    , priority(priority)
    , durationMs(durationMs) {
    TLLM_CHECK_WITH_INFO(priority >= kMinRetentionPriority && priority <= kMaxRetentionPriority,
        "retention priority must be from %d to %d, not %d", kMinRetentionPriority, kMaxRetentionPriority, priority);
}

bool KvCacheRetentionConfig::TokenRangeRetentionConfig::operator==(TokenRangeRetentionConfig const& other) const {
    return tokenStart == other.tokenStart && tokenEnd == other.tokenEnd && priority == other.priority
           && durationMs == other.durationMs;
}

// The ranges come in any order, must not overlap, and only the last may be open. These errors, unlike nearly all
// others, are `std::invalid_argument`.
KvCacheRetentionConfig::KvCacheRetentionConfig(
    std::vector<TokenRangeRetentionConfig> const& tokenRangeRetentionPriorities,
    RetentionPriority decodeRetentionPriority, std::optional<std::chrono::milliseconds> decodeDurationMs,
    KvCacheTransferMode transferMode, std::string const& directory)
    : mTokenRangeRetentionConfigs(tokenRangeRetentionPriorities)
    , mDecodeRetentionPriority(decodeRetentionPriority)
    , mDecodeDurationMs(decodeDurationMs)
    , mTransferMode(transferMode)
    , mDirectory(directory) {
    auto& ranges = mTokenRangeRetentionConfigs;
    std::sort(ranges.begin(), ranges.end(),
        [](auto const& left, auto const& right) { return left.tokenStart < right.tokenStart; });
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        auto const& range = ranges[i];
        bool const last = i + 1 == ranges.size();
        if (range.tokenStart < 0) {
            throw std::invalid_argument("a token range starts before the first token");
        }
        if (!range.tokenEnd && !last) {
            throw std::invalid_argument("a token range without an end is followed by another one");
        }
        if (range.tokenEnd && *range.tokenEnd <= range.tokenStart) {
            throw std::invalid_argument("a token range is empty");
        }
        if (!last && *range.tokenEnd > ranges[i + 1].tokenStart) {
            throw std::invalid_argument("token ranges overlap");
        }
    }
}

bool KvCacheRetentionConfig::operator==(KvCacheRetentionConfig const& other) const {
    return mTokenRangeRetentionConfigs == other.mTokenRangeRetentionConfigs
           && mDecodeRetentionPriority == other.mDecodeRetentionPriority && mDecodeDurationMs == other.mDecodeDurationMs
           && mTransferMode == other.mTransferMode && mDirectory == other.mDirectory;
}

std::vector<KvCacheRetentionConfig::TokenRangeRetentionConfig>
KvCacheRetentionConfig::getTokenRangeRetentionConfigs() const {
    return mTokenRangeRetentionConfigs;
}
RetentionPriority KvCacheRetentionConfig::getDecodeRetentionPriority() const {
    return mDecodeRetentionPriority;
}
std::optional<std::chrono::milliseconds> KvCacheRetentionConfig::getDecodeDurationMs() const {
    return mDecodeDurationMs;
}
KvCacheTransferMode KvCacheRetentionConfig::getTransferMode() const {
    return mTransferMode;
}
std::string const& KvCacheRetentionConfig::getDirectory() const {
    return mDirectory;
}

std::vector<RetentionPriorityAndDuration> KvCacheRetentionConfig::getPerBlockRetentionPriorityDuration(
    SizeType32 blockSize, SizeType32 seqLen) const {
    std::vector<RetentionPriorityAndDuration> blocks;
    // Without a positive size the loop would not end.
    TLLM_CHECK_WITH_INFO(blockSize > 0, "a block must hold at least one token");
    for (SizeType32 first = 0; first < seqLen; first += blockSize) {
        auto const covers = [first](TokenRangeRetentionConfig const& range) {
            return first >= range.tokenStart && (!range.tokenEnd || first < *range.tokenEnd);
        };
        auto const found = std::find_if(mTokenRangeRetentionConfigs.begin(), mTokenRangeRetentionConfigs.end(), covers);
        if (found == mTokenRangeRetentionConfigs.end()) {
            blocks.emplace_back(std::nullopt, std::nullopt);
        } else {
            blocks.emplace_back(found->priority, found->durationMs);
        }
    }
    return blocks;
}

KvCacheConfig::KvCacheConfig(bool enableBlockReuse, std::optional<SizeType32> const& maxTokens,
    std::optional<std::vector<SizeType32>> const& maxAttentionWindowVec,
    std::optional<SizeType32> const& sinkTokenLength, std::optional<FloatType> const& freeGpuMemoryFraction,
    std::optional<size_t> const& hostCacheSize, bool onboardBlocks,
    std::optional<FloatType> const& crossKvCacheFraction, std::optional<RetentionPriority> secondaryOffloadMinPriority,
    size_t eventBufferMaxSize, bool enablePartialReuse, bool copyOnPartialReuse, bool useUvm,
    SizeType32 attentionDpEventsGatherPeriodMs,
    std::optional<tensorrt_llm::runtime::RuntimeDefaults> const& runtimeDefaults, uint64_t const& maxGpuTotalBytes)
    : mEnableBlockReuse(enableBlockReuse)
    , mHostCacheSize(hostCacheSize)
    , mOnboardBlocks(onboardBlocks)
    , mSecondaryOffloadMinPriority(secondaryOffloadMinPriority)
    , mEventBufferMaxSize(eventBufferMaxSize)
    , mEnablePartialReuse(enablePartialReuse)
    , mCopyOnPartialReuse(copyOnPartialReuse)
    , mUseUvm(useUvm)
    , mAttentionDpEventsGatherPeriodMs(attentionDpEventsGatherPeriodMs)
    , mMaxGpuTotalBytes(maxGpuTotalBytes) {
    setMaxTokens(maxTokens);
    if (maxAttentionWindowVec) {
        setMaxAttentionWindowVec(*maxAttentionWindowVec);
    }
    if (sinkTokenLength) {
        setSinkTokenLength(*sinkTokenLength);
    }
    if (freeGpuMemoryFraction) {
        setFreeGpuMemoryFraction(*freeGpuMemoryFraction);
    }
    if (crossKvCacheFraction) {
        setCrossKvCacheFraction(*crossKvCacheFraction);
    }
    if (runtimeDefaults) {
        fillEmptyFieldsFromRuntimeDefaults(*runtimeDefaults);
    }
    setAttentionDpEventsGatherPeriodMs(attentionDpEventsGatherPeriodMs);
}

bool KvCacheConfig::getEnableBlockReuse() const {
    return mEnableBlockReuse;
}
bool KvCacheConfig::getEnablePartialReuse() const {
    return mEnablePartialReuse;
}
bool KvCacheConfig::getCopyOnPartialReuse() const {
    return mCopyOnPartialReuse;
}
std::optional<SizeType32> KvCacheConfig::getMaxTokens() const {
    return mMaxTokens;
}
std::optional<std::vector<SizeType32>> KvCacheConfig::getMaxAttentionWindowVec() const {
    return mMaxAttentionWindowVec;
}
std::optional<SizeType32> KvCacheConfig::getSinkTokenLength() const {
    return mSinkTokenLength;
}
std::optional<FloatType> KvCacheConfig::getFreeGpuMemoryFraction() const {
    return mFreeGpuMemoryFraction;
}
std::optional<FloatType> KvCacheConfig::getCrossKvCacheFraction() const {
    return mCrossKvCacheFraction;
}
std::optional<size_t> KvCacheConfig::getHostCacheSize() const {
    return mHostCacheSize;
}
bool KvCacheConfig::getOnboardBlocks() const {
    return mOnboardBlocks;
}
std::optional<RetentionPriority> KvCacheConfig::getSecondaryOffloadMinPriority() const {
    return mSecondaryOffloadMinPriority;
}
size_t KvCacheConfig::getEventBufferMaxSize() const {
    return mEventBufferMaxSize;
}
bool KvCacheConfig::getUseUvm() const {
    return mUseUvm;
}
SizeType32 KvCacheConfig::getAttentionDpEventsGatherPeriodMs() const {
    return mAttentionDpEventsGatherPeriodMs;
}
uint64_t KvCacheConfig::getMaxGpuTotalBytes() const {
    return mMaxGpuTotalBytes;
}

void KvCacheConfig::setEnableBlockReuse(bool value) {
    mEnableBlockReuse = value;
}
void KvCacheConfig::setEnablePartialReuse(bool value) {
    mEnablePartialReuse = value;
}
void KvCacheConfig::setCopyOnPartialReuse(bool value) {
    mCopyOnPartialReuse = value;
}
void KvCacheConfig::setMaxTokens(std::optional<SizeType32> maxTokens) {
    TLLM_CHECK_WITH_INFO(
        !maxTokens || *maxTokens > 0, "tokens of the kv cache must be positive, not %d", maxTokens.value_or(0));
    mMaxTokens = maxTokens;
}
void KvCacheConfig::setMaxAttentionWindowVec(std::vector<SizeType32> windows) {
    for (SizeType32 const window : windows) {
        TLLM_CHECK_WITH_INFO(window > 0, "an attention window must be positive, not %d", window);
    }
    mMaxAttentionWindowVec = std::move(windows);
}
void KvCacheConfig::setSinkTokenLength(SizeType32 length) {
    TLLM_CHECK_WITH_INFO(length > 0, "the number of sink tokens must be positive, not %d", length);
    mSinkTokenLength = length;
}
void KvCacheConfig::setFreeGpuMemoryFraction(FloatType fraction) {
    TLLM_CHECK_WITH_INFO(fraction > 0.f && fraction < 1.f, "the fraction of free memory must be between 0 and 1");
    mFreeGpuMemoryFraction = fraction;
}
void KvCacheConfig::setCrossKvCacheFraction(FloatType fraction) {
    TLLM_CHECK_WITH_INFO(fraction > 0.f && fraction < 1.f, "the fraction for the cross cache must be between 0 and 1");
    mCrossKvCacheFraction = fraction;
}
void KvCacheConfig::setHostCacheSize(size_t size) {
    mHostCacheSize = size;
}
void KvCacheConfig::setOnboardBlocks(bool value) {
    mOnboardBlocks = value;
}
void KvCacheConfig::setSecondaryOffloadMinPriority(std::optional<RetentionPriority> priority) {
    mSecondaryOffloadMinPriority = priority;
}
void KvCacheConfig::setEventBufferMaxSize(size_t size) {
    mEventBufferMaxSize = size;
}
void KvCacheConfig::setUseUvm(bool value) {
    mUseUvm = value;
}
void KvCacheConfig::setAttentionDpEventsGatherPeriodMs(SizeType32 period) {
    TLLM_CHECK_WITH_INFO(period > 0, "the period of gathering events must be positive, not %d", period);
    mAttentionDpEventsGatherPeriodMs = period;
}
void KvCacheConfig::setMaxGpuTotalBytes(uint64_t bytes) {
    mMaxGpuTotalBytes = bytes;
}

void KvCacheConfig::fillEmptyFieldsFromRuntimeDefaults(tensorrt_llm::runtime::RuntimeDefaults const& defaults) {
    if (!mMaxAttentionWindowVec && defaults.maxAttentionWindowVec) {
        setMaxAttentionWindowVec(*defaults.maxAttentionWindowVec);
    }
    if (!mSinkTokenLength && defaults.sinkTokenLength) {
        setSinkTokenLength(*defaults.sinkTokenLength);
    }
}

PeftCacheConfig::PeftCacheConfig(SizeType32 numHostModuleLayer, SizeType32 numDeviceModuleLayer,
    SizeType32 optimalAdapterSize, SizeType32 maxAdapterSize, SizeType32 numPutWorkers, SizeType32 numEnsureWorkers,
    SizeType32 numCopyStreams, SizeType32 maxPagesPerBlockHost, SizeType32 maxPagesPerBlockDevice,
    std::optional<float> const& deviceCachePercent, std::optional<size_t> const& hostCacheSize,
    std::optional<std::string> const& loraPrefetchDir)
    : mNumHostModuleLayer(numHostModuleLayer)
    , mNumDeviceModuleLayer(numDeviceModuleLayer)
    , mOptimalAdapterSize(optimalAdapterSize)
    , mMaxAdapterSize(maxAdapterSize)
    , mNumPutWorkers(numPutWorkers)
    , mNumEnsureWorkers(numEnsureWorkers)
    , mNumCopyStreams(numCopyStreams)
    , mMaxPagesPerBlockHost(maxPagesPerBlockHost)
    , mMaxPagesPerBlockDevice(maxPagesPerBlockDevice)
    , mDeviceCachePercent(deviceCachePercent)
    , mHostCacheSize(hostCacheSize)
    , mLoraPrefetchDir(loraPrefetchDir) {}

bool PeftCacheConfig::operator==(PeftCacheConfig const& other) const {
    return mNumHostModuleLayer == other.mNumHostModuleLayer && mNumDeviceModuleLayer == other.mNumDeviceModuleLayer
           && mOptimalAdapterSize == other.mOptimalAdapterSize && mMaxAdapterSize == other.mMaxAdapterSize
           && mNumPutWorkers == other.mNumPutWorkers && mNumEnsureWorkers == other.mNumEnsureWorkers
           && mNumCopyStreams == other.mNumCopyStreams && mMaxPagesPerBlockHost == other.mMaxPagesPerBlockHost
           && mMaxPagesPerBlockDevice == other.mMaxPagesPerBlockDevice
           && mDeviceCachePercent == other.mDeviceCachePercent && mHostCacheSize == other.mHostCacheSize
           && mLoraPrefetchDir == other.mLoraPrefetchDir;
}

SizeType32 PeftCacheConfig::getNumHostModuleLayer() const {
    return mNumHostModuleLayer;
}
SizeType32 PeftCacheConfig::getNumDeviceModuleLayer() const {
    return mNumDeviceModuleLayer;
}
SizeType32 PeftCacheConfig::getOptimalAdapterSize() const {
    return mOptimalAdapterSize;
}
SizeType32 PeftCacheConfig::getMaxAdapterSize() const {
    return mMaxAdapterSize;
}
SizeType32 PeftCacheConfig::getNumPutWorkers() const {
    return mNumPutWorkers;
}
SizeType32 PeftCacheConfig::getNumEnsureWorkers() const {
    return mNumEnsureWorkers;
}
SizeType32 PeftCacheConfig::getNumCopyStreams() const {
    return mNumCopyStreams;
}
SizeType32 PeftCacheConfig::getMaxPagesPerBlockHost() const {
    return mMaxPagesPerBlockHost;
}
SizeType32 PeftCacheConfig::getMaxPagesPerBlockDevice() const {
    return mMaxPagesPerBlockDevice;
}
std::optional<float> PeftCacheConfig::getDeviceCachePercent() const {
    return mDeviceCachePercent;
}
std::optional<size_t> PeftCacheConfig::getHostCacheSize() const {
    return mHostCacheSize;
}
std::optional<std::string> PeftCacheConfig::getLoraPrefetchDir() const {
    return mLoraPrefetchDir;
}

} // namespace tensorrt_llm::executor
