// SPDX-License-Identifier: MIT
// Work over rows (or tiles, or frames) in parallel: stages call `parallel_rows` and never start a
// thread themselves. Two runners beside the serial one: `ThreadRunner` here, used under the thread
// sanitizer and in tests, and the TBB runner in pipeline/graph, used by the program.
// The result of a stage must not depend on the runner: partition pixels, never sum across calls.
#pragma once

#include <functional>

namespace nightstack {

class Runner {
public:
    virtual ~Runner() = default;
    virtual int threads() const = 0;
    // Calls body(begin, end) for disjoint pieces of [0, n), at most `grain` items each, possibly at
    // the same time; returns when all are done. The first exception of a body is thrown again here
    // and pieces not yet begun are left out.
    virtual void run(int n, int grain, const std::function<void(int, int)>& body) = 0;
};

class SerialRunner final : public Runner {
public:
    int threads() const override { return 1; }
    void run(int n, int grain, const std::function<void(int, int)>& body) override;
};

// Starts `threads` std::jthreads for every run; no pool, so that nothing is shared between runs.
class ThreadRunner final : public Runner {
public:
    explicit ThreadRunner(int threads) : threads_(threads) {}
    int threads() const override { return threads_; }
    void run(int n, int grain, const std::function<void(int, int)>& body) override;

private:
    int threads_;
};

// body(y) for every row y of [0, rows).
template <class Body>
void parallel_rows(Runner& runner, int rows, Body&& body, int grain = 16) {
    runner.run(rows, grain, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) body(y);
    });
}

}  // namespace nightstack
