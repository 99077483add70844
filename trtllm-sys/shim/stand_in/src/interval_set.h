#pragma once

#include <cstdint>
#include <iterator>
#include <map>

namespace tensorrt_llm::stand_in {

/// A set of ids that are mostly consecutive: a million finished requests are one entry.
class IntervalSet {
public:
    [[nodiscard]] bool contains(uint64_t id) const {
        auto const after = mIntervals.upper_bound(id);
        return after != mIntervals.begin() && std::prev(after)->second >= id;
    }

    void insert(uint64_t id) {
        if (contains(id)) {
            return;
        }
        uint64_t first = id;
        uint64_t last = id;
        auto after = mIntervals.upper_bound(id);
        if (after != mIntervals.begin()) {
            auto const before = std::prev(after);
            if (before->second + 1 == id) {
                first = before->first;
                mIntervals.erase(before);
            }
        }
        if (after != mIntervals.end() && after->first == id + 1) {
            last = after->second;
            mIntervals.erase(after);
        }
        mIntervals[first] = last;
    }

private:
    // First id to last id, both included.
    std::map<uint64_t, uint64_t> mIntervals;
};

} // namespace tensorrt_llm::stand_in
