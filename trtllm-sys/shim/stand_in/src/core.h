#pragma once

#include "interval_set.h"
#include "request_state.h"
#include "setup.h"
#include "statistics_store.h"

#include "tensorrt_llm/executor/executor.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tensorrt_llm::stand_in {

/// An executor without its public face: queues that any thread may use, and one thread that runs the requests.
///
/// Three mutexes, never held together: the queue's, the responses', the cancelled ids'. What the loop works on
/// (sequences, prompt blocks, adapters) is its own and has none.
class Core {
public:
    Core(Setup setup, std::shared_ptr<Faults> faults);
    ~Core();
    Core(Core const&) = delete;
    Core& operator=(Core const&) = delete;

    // core.cpp: what callers do.
    std::vector<IdType> enqueue(executor::Request const* first, std::size_t count);
    std::vector<executor::Response> await(std::optional<std::chrono::milliseconds> const& timeout);
    std::vector<executor::Response> await(IdType id, std::optional<std::chrono::milliseconds> const& timeout);
    std::vector<std::vector<executor::Response>> await(
        std::vector<IdType> const& ids, std::optional<std::chrono::milliseconds> const& timeout);
    SizeType32 ready(std::optional<IdType> const& id);
    void cancel(IdType id);
    void shutdown();
    std::deque<executor::IterationStats> iterationStats();
    std::deque<executor::RequestStatsPerIteration> requestStats();
    std::deque<executor::DebugTensorsPerIteration> debugTensors();
    bool canEnqueue();
    bool isParticipant();
    std::optional<std::shared_ptr<executor::KVCacheEventManager>> eventManager();

private:
    using Responses = std::vector<executor::Response>;

    /// What one iteration did, for the statistics.
    struct Iteration {
        Clock::time_point start{};
        std::size_t newRequests{0};
        double queueMs{0.};
        std::size_t contextRequests{0};
        SizeType32 contextTokens{0};
        std::size_t completed{0};
    };

    // core.cpp
    void checkOpen() const;
    void checkLeader(char const* call) const;
    Responses waitFor(IdType id, std::optional<std::chrono::milliseconds> const& timeout);
    void noteTerminated(IdType id, Responses const& responses);
    void stop() noexcept;

    // core_loop.cpp: the thread.
    void run();
    std::vector<std::shared_ptr<Job>> fetch();
    void iterate();
    void fail(std::string const& message);
    void endLateAndCancelled(Clock::time_point now);
    void publish();

    // activation.cpp: from the queue into the batch.
    void activate(std::shared_ptr<Job> const& job);
    void check(Job& job);
    SizeType32 blocksNeeded(Job const& job) const;
    std::unique_ptr<Sequence> makeSequence(std::shared_ptr<Job> const& job, std::size_t index) const;

    // step.cpp: one forward pass.
    void forward();
    void draw(Sequence& sequence) const;
    void process(Sequence& sequence) const;
    void processBatched(std::vector<Sequence*> const& sequences) const;
    void append(Sequence& sequence) const;
    void speculate(Sequence& sequence) const;
    bool accepts(Sequence& sequence, std::vector<SizeType32>& path, SizeType32 depth, uint64_t firstDraw) const;
    void fillLogits(Sequence& sequence) const;
    void takeBest(Sequence& sequence) const;

    // answer.cpp: what a sequence has to say.
    std::optional<executor::Response> answer(Sequence& sequence) const;
    void addTensors(executor::Result& result, Sequence& sequence, SizeType32 start, SizeType32 count) const;

    // report.cpp: statistics.
    void report(Clock::time_point now);
    void reportRequests();
    void reportDebugTensors();
    SizeType32 blocksOf(Sequence const& sequence) const;

    Setup const mSetup;
    std::shared_ptr<Faults> const mFaults;
    std::shared_ptr<EventBuffer> mEvents;
    StatisticsStore mStatistics;

    std::atomic<bool> mShutdownCalled{false};
    std::mutex mShutdownMutex;

    std::mutex mQueueMutex;
    std::condition_variable mQueueChanged;
    std::deque<std::shared_ptr<Job>> mQueue;
    IdType mNextId{1};
    bool mTerminate{false};

    std::mutex mResponseMutex;
    std::condition_variable mResponded;
    std::unordered_map<IdType, Responses> mResponses;
    IntervalSet mTerminated;
    std::unordered_map<IdType, std::vector<IdType>> mChildren;
    bool mStopped{false};

    std::mutex mCancelMutex;
    std::unordered_set<IdType> mCancelled;

    // The loop's own.
    Sequences mActive;
    Responses mNewResponses;
    std::unordered_set<IdType> mAdapters;
    PromptBlocks mPromptBlocks;
    Iteration mIteration;
    uint64_t mIterationNumber{0};
    SizeType32 mReservedBlocks{0};
    SizeType32 mAllocatedBlocks{0};

    // Last, so that everything is there before the thread starts.
    std::thread mThread;
};

} // namespace tensorrt_llm::stand_in
