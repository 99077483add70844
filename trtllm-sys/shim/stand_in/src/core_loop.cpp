// The loop thread: takes requests from the queue, runs iterations, hands responses out.

#include "core.h"

#include <algorithm>
#include <utility>

namespace tensorrt_llm::stand_in {

using executor::FinishReason;
using executor::Response;

void Core::run() {
    while (true) {
        auto const jobs = fetch();
        mIteration = {};
        mIteration.start = Clock::now();
        for (auto const& job : jobs) {
            activate(job);
        }
        publish();
        if (!mActive.empty()) {
            iterate();
            continue;
        }
        std::scoped_lock const lock(mQueueMutex);
        if (mTerminate && mQueue.empty()) {
            return;
        }
    }
}

std::vector<std::shared_ptr<Job>> Core::fetch() {
    std::vector<std::shared_ptr<Job>> fetched;
    bool last = false;
    {
        std::unique_lock lock(mQueueMutex);
        if (mActive.empty()) {
            mQueueChanged.wait(lock, [this] { return !mQueue.empty() || mTerminate; });
        }
        auto sequences = mActive.size();
        auto blocks = static_cast<int64_t>(mReservedBlocks);
        auto beams = mActive.empty() ? 0 : mActive.front()->job->beams();
        while (!mQueue.empty()) {
            auto const& job = *mQueue.front();
            auto const needed = static_cast<int64_t>(blocksNeeded(job));
            // A request that is alone is always taken; if it fits into no batch at all, it is answered so.
            if (sequences > 0) {
                bool const fits = sequences + job.sequences() <= static_cast<std::size_t>(mSetup.maxBatchSize)
                                  && blocks + needed <= mSetup.kvBlocks && beams == job.beams();
                if (!fits) {
                    break;
                }
            }
            sequences += job.sequences();
            blocks += needed;
            beams = job.beams();
            fetched.push_back(std::move(mQueue.front()));
            mQueue.pop_front();
        }
        last = mTerminate && mQueue.empty();
    }
    if (last) {
        // From here on no request can follow. Who waits is told now, even while the last ones still run.
        {
            std::scoped_lock const lock(mResponseMutex);
            mStopped = true;
        }
        mResponded.notify_all();
    }
    return fetched;
}

void Core::iterate() {
    ++mIterationNumber;
    if (mSetup.engine.iterationUs > 0) {
        std::this_thread::sleep_for(std::chrono::microseconds(mSetup.engine.iterationUs));
    }
    std::string failure;
    bool failed = true;
    try {
        mFaults->hit(Call::kForward);
        forward();
        failed = false;
    } catch (std::exception const& error) {
        failure = error.what();
    } catch (char const* text) {
        // The true one would end the process from here on down: it expects exceptions of the standard library only.
        failure = text;
    } catch (ForeignFault const& fault) {
        failure = fault.text;
    } catch (...) {
        failure = "stand-in fault: forward, with something that is no exception";
    }
    if (failed) {
        fail(failure + " (in the forward pass)");
        return;
    }

    auto const now = Clock::now();
    endLateAndCancelled(now);
    for (auto const& sequence : mActive) {
        if (sequence->finished) {
            --sequence->job->openSequences;
            ++mIteration.completed;
        }
        if (auto response = answer(*sequence)) {
            mNewResponses.push_back(std::move(*response));
        }
    }
    // Statistics and events come before the responses: who has a final response finds them.
    report(now);
    auto const done = [this](std::unique_ptr<Sequence>& sequence) {
        if (!sequence->finished) {
            return false;
        }
        mPromptBlocks.release(sequence->held);
        if (sequence->job->openSequences == 0) {
            mReservedBlocks -= blocksNeeded(*sequence->job);
        }
        return true;
    };
    mActive.erase(std::remove_if(mActive.begin(), mActive.end(), done), mActive.end());
    publish();
}

void Core::fail(std::string const& message) {
    for (auto const& sequence : mActive) {
        mPromptBlocks.release(sequence->held);
        auto& job = *sequence->job;
        // One error for a request, however many sequences it has.
        if (job.openSequences > 0) {
            job.openSequences = 0;
            mNewResponses.emplace_back(job.id, message, job.parts.clientId);
        }
    }
    mIteration.completed = mActive.size();
    report(Clock::now());
    mActive.clear();
    mReservedBlocks = 0;
    publish();
}

void Core::endLateAndCancelled(Clock::time_point now) {
    auto const end = [](Sequence& sequence, FinishReason reason) {
        for (auto& tokens : sequence.tokens) {
            tokens.resize(static_cast<std::size_t>(sequence.job->promptLength()));
        }
        for (auto& beam : sequence.beams) {
            if (!beam.done()) {
                beam.reason = reason;
            }
        }
        sequence.finished = true;
        sequence.cleared = true;
    };
    for (auto const& sequence : mActive) {
        auto const& allotted = sequence->parts().allottedTimeMs;
        if (allotted && !sequence->finished && now - sequence->activated >= *allotted) {
            end(*sequence, FinishReason::kTIMED_OUT);
        }
    }
    std::scoped_lock const lock(mCancelMutex);
    if (mCancelled.empty()) {
        return;
    }
    std::vector<IdType> ended;
    for (auto const& sequence : mActive) {
        if (mCancelled.count(sequence->job->id) > 0) {
            ended.push_back(sequence->job->id);
            // Too late for a sequence that has just ended by itself.
            if (!sequence->finished) {
                end(*sequence, FinishReason::kCANCELLED);
            }
        }
    }
    for (IdType const id : ended) {
        mCancelled.erase(id);
    }
}

void Core::publish() {
    if (mNewResponses.empty()) {
        return;
    }
    {
        std::scoped_lock const lock(mResponseMutex);
        for (auto& response : mNewResponses) {
            mResponses[response.getRequestId()].push_back(std::move(response));
        }
    }
    mNewResponses.clear();
    mResponded.notify_all();
}

} // namespace tensorrt_llm::stand_in
