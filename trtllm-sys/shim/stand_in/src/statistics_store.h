#pragma once

#include "tensorrt_llm/executor/tensor.h"
#include "tensorrt_llm/executor/types.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace tensorrt_llm::stand_in {

/// The newest values, up to a number. Unlike a deque it stops allocating once it is full.
template <typename T>
class Ring {
public:
    explicit Ring(std::size_t capacity) : mCapacity(capacity) {}

    void push(T value) {
        if (mCapacity == 0) {
            return;
        }
        if (mValues.size() < mCapacity) {
            mValues.push_back(std::move(value));
            return;
        }
        mValues[mOldest] = std::move(value);
        mOldest = (mOldest + 1) % mCapacity;
    }

    /// Hands everything over, oldest first.
    std::deque<T> take() {
        std::deque<T> all;
        for (std::size_t i = 0; i < mValues.size(); ++i) {
            all.push_back(std::move(mValues[(mOldest + i) % mValues.size()]));
        }
        mValues.clear();
        mOldest = 0;
        return all;
    }

private:
    std::size_t mCapacity;
    std::size_t mOldest{0};
    std::vector<T> mValues;
};

/// Statistics between the loop that makes them and the calls that take them.
class StatisticsStore {
public:
    StatisticsStore(std::size_t iterations, std::size_t requests, std::size_t debug)
        : mIterations(iterations)
        , mRequests(requests)
        , mDebug(debug) {}

    void add(executor::IterationStats stats, std::chrono::system_clock::time_point ended) {
        std::scoped_lock const lock(mIterationMutex);
        mIterations.push({std::move(stats), ended});
    }

    void add(executor::RequestStatsPerIteration stats) {
        std::scoped_lock const lock(mRequestMutex);
        mRequests.push(std::move(stats));
    }

    void add(executor::DebugTensorsPerIteration tensors) {
        std::scoped_lock const lock(mDebugMutex);
        mDebug.push(std::move(tensors));
    }

    std::deque<executor::IterationStats> takeIterations();

    std::deque<executor::RequestStatsPerIteration> takeRequests() {
        std::scoped_lock const lock(mRequestMutex);
        return mRequests.take();
    }

    std::deque<executor::DebugTensorsPerIteration> takeDebug() {
        std::scoped_lock const lock(mDebugMutex);
        return mDebug.take();
    }

private:
    // The time stamp becomes text when somebody asks: the loop has better things to do in every iteration.
    struct Iteration {
        executor::IterationStats stats;
        std::chrono::system_clock::time_point ended;
    };

    std::mutex mIterationMutex;
    Ring<Iteration> mIterations;
    std::mutex mRequestMutex;
    Ring<executor::RequestStatsPerIteration> mRequests;
    std::mutex mDebugMutex;
    Ring<executor::DebugTensorsPerIteration> mDebug;
};

} // namespace tensorrt_llm::stand_in
