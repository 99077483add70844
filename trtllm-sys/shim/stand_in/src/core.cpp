// The calls of users: enqueue, wait, cancel, shut down. All may come from any thread.

#include "core.h"

#include "tensorrt_llm/common/assert.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace tensorrt_llm::stand_in {

using executor::Request;
using executor::RequestReader;
using executor::RequestType;
using executor::Response;

namespace {

using Timeout = std::optional<std::chrono::milliseconds>;

// In nanoseconds, or added to the clock, a longer time could overflow.
constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(24 * 365);

// True when the condition came true, false when the time was over.
template <typename Condition>
bool waitUntil(
    std::condition_variable& changed, std::unique_lock<std::mutex>& lock, Timeout const& timeout, Condition condition) {
    if (timeout) {
        return changed.wait_for(lock, std::clamp(*timeout, std::chrono::milliseconds{0}, kLongestWait), condition);
    }
    changed.wait(lock, condition);
    return true;
}

} // namespace

Core::Core(Setup setup, std::shared_ptr<Faults> faults)
    : mSetup(std::move(setup))
    , mFaults(std::move(faults))
    , mEvents(mSetup.eventBuffer > 0
                  ? std::make_shared<EventBuffer>(mSetup.eventBuffer, mSetup.engine.maxSeqLen, mFaults)
                  : nullptr)
    , mStatistics(mSetup.iterationStats, mSetup.requestStats, mSetup.debugIterations)
    , mPromptBlocks(mSetup.engine.tokensPerBlock, mEvents) {
    if (mEvents) {
        mEvents->add(executor::KVCacheCreatedData{{mSetup.kvBlocks, 0}});
    }
    mThread = std::thread([this] { run(); });
}

Core::~Core() {
    mShutdownCalled = true;
    stop();
}

void Core::checkOpen() const {
    TLLM_CHECK_WITH_INFO(!mShutdownCalled, "shutdown was called");
}

void Core::checkLeader(char const* call) const {
    TLLM_CHECK_WITH_INFO(
        mSetup.isLeader, "%s may only be called on the leader, not on rank %d", call, mSetup.engine.rank);
}

std::vector<IdType> Core::enqueue(Request const* first, std::size_t count) {
    mFaults->hit(Call::kEnqueue);
    TLLM_CHECK_WITH_INFO(!mShutdownCalled, "shutdown was called, requests are no longer taken");
    checkLeader("enqueueRequests");

    // Everything that can fail or takes time comes before the lock.
    auto const now = Clock::now();
    std::vector<std::shared_ptr<Job>> jobs;
    jobs.reserve(count);
    std::size_t sequences = 0;
    for (std::size_t i = 0; i < count; ++i) {
        auto const& parts = RequestReader::parts(first[i]);
        auto const& name = parts.logitsPostProcessorName;
        TLLM_CHECK_WITH_INFO(!name || *name == Request::kBatchedPostProcessorName || mSetup.processors.count(*name) > 0,
            "there is no logits post-processor `%s`", name->c_str());
        TLLM_CHECK_WITH_INFO(
            parts.type != RequestType::REQUEST_TYPE_GENERATION_ONLY || parts.contextPhaseParams.has_value(),
            "a generation-only request needs the parameters of its context phase");
        auto job = std::make_shared<Job>();
        job->parts = parts;
        job->arrival = now;
        auto const& sampling = job->parts.samplingConfig;
        auto const wanted = sampling.getBeamWidth() > 1 ? 1 : sampling.getNumReturnSequences().value_or(1);
        // The true one takes it and never gets to it.
        TLLM_CHECK_WITH_INFO(wanted <= mSetup.maxBatchSize, "%d return sequences don't fit into a batch of %d", wanted,
            mSetup.maxBatchSize);
        job->childIds.resize(static_cast<std::size_t>(wanted - 1));
        sequences += job->sequences();
        jobs.push_back(std::move(job));
    }

    std::vector<IdType> ids;
    ids.reserve(count);
    {
        std::scoped_lock const lock(mQueueMutex);
        TLLM_CHECK_WITH_INFO(!mTerminate, "shutdown was called, requests are no longer taken");
        TLLM_CHECK_WITH_INFO(
            mSetup.maxQueueSize <= 0 || mQueue.size() + sequences <= static_cast<std::size_t>(mSetup.maxQueueSize),
            "the maximum queue size of %d has been reached, try again later", mSetup.maxQueueSize);
        for (auto& job : jobs) {
            job->id = mNextId++;
            ids.push_back(job->id);
            for (auto& child : job->childIds) {
                child = mNextId++;
            }
            // Higher priority first, equal ones in the order they came.
            auto const place = std::find_if(mQueue.rbegin(), mQueue.rend(),
                [&job](auto const& queued) { return queued->parts.priority >= job->parts.priority; });
            mQueue.insert(place.base(), std::move(job));
        }
    }
    mQueueChanged.notify_one();
    return ids;
}

std::vector<Response> Core::await(Timeout const& timeout) {
    mFaults->hit(Call::kAwait);
    checkOpen();
    checkLeader("awaitResponses");
    Responses all;
    std::unique_lock lock(mResponseMutex);
    if (!waitUntil(mResponded, lock, timeout, [this] { return !mResponses.empty() || mStopped; })) {
        return all;
    }
    for (auto& [id, responses] : mResponses) {
        noteTerminated(id, responses);
        if (all.empty()) {
            all = std::move(responses);
        } else {
            std::move(responses.begin(), responses.end(), std::back_inserter(all));
        }
    }
    mResponses.clear();
    return all;
}

std::vector<Response> Core::await(IdType id, Timeout const& timeout) {
    mFaults->hit(Call::kAwait, id);
    checkOpen();
    checkLeader("awaitResponses");
    return waitFor(id, timeout);
}

std::vector<std::vector<Response>> Core::await(std::vector<IdType> const& ids, Timeout const& timeout) {
    mFaults->hit(Call::kAwait);
    checkOpen();
    checkLeader("awaitResponses");
    auto const start = Clock::now();
    std::vector<std::vector<Response>> all;
    all.reserve(ids.size());
    for (IdType const id : ids) {
        Timeout left = timeout;
        if (left) {
            auto const spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
            left = *timeout > spent ? *timeout - spent : std::chrono::milliseconds{0};
        }
        all.push_back(waitFor(id, left));
    }
    return all;
}

Core::Responses Core::waitFor(IdType id, Timeout const& timeout) {
    std::unique_lock lock(mResponseMutex);
    if (mTerminated.contains(id)) {
        Responses responses;
        responses.emplace_back(id, "request " + std::to_string(id) + " has already been processed and is terminated");
        return responses;
    }
    if (!waitUntil(mResponded, lock, timeout, [&] { return mResponses.count(id) > 0 || mStopped; })) {
        return {};
    }
    auto const found = mResponses.find(id);
    if (found == mResponses.end()) {
        // The true one looks the id up without asking first.
        throw std::out_of_range("shut down while waiting for request " + std::to_string(id));
    }
    Responses responses = std::move(found->second);
    mResponses.erase(found);
    noteTerminated(id, responses);
    return responses;
}

void Core::noteTerminated(IdType id, Responses const& responses) {
    bool const last = std::any_of(responses.begin(), responses.end(),
        [](Response const& response) { return response.hasError() || response.getResult().isFinal; });
    if (!last) {
        return;
    }
    mTerminated.insert(id);
    auto const children = mChildren.find(id);
    if (children != mChildren.end()) {
        for (IdType const child : children->second) {
            mTerminated.insert(child);
        }
        mChildren.erase(children);
    }
}

SizeType32 Core::ready(std::optional<IdType> const& id) {
    mFaults->hit(Call::kReady, id.value_or(common::kUNKNOWN_REQUEST_ID));
    checkOpen();
    checkLeader("getNumResponsesReady");
    std::scoped_lock const lock(mResponseMutex);
    std::size_t count = 0;
    if (id) {
        auto const found = mResponses.find(*id);
        count = found == mResponses.end() ? 0 : found->second.size();
    } else {
        for (auto const& entry : mResponses) {
            count += entry.second.size();
        }
    }
    return static_cast<SizeType32>(count);
}

void Core::cancel(IdType id) {
    mFaults->hit(Call::kCancel, id);
    checkOpen();
    checkLeader("cancelRequest");
    {
        std::scoped_lock const lock(mResponseMutex);
        if (mTerminated.contains(id)) {
            return;
        }
    }
    // An id that never becomes active stays here for ever, as in the true one.
    std::scoped_lock const lock(mCancelMutex);
    mCancelled.insert(id);
}

void Core::shutdown() {
    mFaults->hit(Call::kShutdown);
    mShutdownCalled = true;
    stop();
}

void Core::stop() noexcept {
    // A second caller waits here for the first, instead of joining a thread twice.
    std::scoped_lock const only(mShutdownMutex);
    {
        std::scoped_lock const lock(mQueueMutex);
        mTerminate = true;
    }
    mQueueChanged.notify_one();
    if (mThread.joinable()) {
        mThread.join();
    }
}

std::deque<executor::IterationStats> Core::iterationStats() {
    mFaults->hit(Call::kIterationStats);
    checkOpen();
    checkLeader("getLatestIterationStats");
    return mStatistics.takeIterations();
}

std::deque<executor::RequestStatsPerIteration> Core::requestStats() {
    mFaults->hit(Call::kRequestStats);
    checkOpen();
    checkLeader("getLatestRequestStats");
    return mStatistics.takeRequests();
}

std::deque<executor::DebugTensorsPerIteration> Core::debugTensors() {
    mFaults->hit(Call::kDebugTensors);
    checkOpen();
    return mStatistics.takeDebug();
}

bool Core::canEnqueue() {
    mFaults->hit(Call::kCanEnqueue);
    return mSetup.isLeader && !mShutdownCalled;
}

bool Core::isParticipant() {
    mFaults->hit(Call::kParticipant);
    return mSetup.isParticipant;
}

std::optional<std::shared_ptr<executor::KVCacheEventManager>> Core::eventManager() {
    if (!mEvents || mSetup.isOrchestrator || mSetup.encoderOnly()) {
        return std::nullopt;
    }
    return std::make_shared<executor::KVCacheEventManager>(mEvents);
}

} // namespace tensorrt_llm::stand_in
