// SPDX-License-Identifier: MIT
#include "pipeline/core/runner.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace nightstack {

void SerialRunner::run(int n, int grain, const std::function<void(int, int)>& body) {
    grain = std::max(1, grain);
    for (int begin = 0; begin < n; begin += grain) body(begin, std::min(n, begin + grain));
}

void ThreadRunner::run(int n, int grain, const std::function<void(int, int)>& body) {
    grain = std::max(1, grain);
    std::atomic<int> next{0};
    std::exception_ptr failure;
    std::mutex failure_mutex;
    const auto work = [&] {
        for (int begin = next.fetch_add(grain); begin < n; begin = next.fetch_add(grain)) {
            try {
                body(begin, std::min(n, begin + grain));
            } catch (...) {
                const std::lock_guard lock(failure_mutex);
                if (!failure) failure = std::current_exception();
                next.store(n);
            }
        }
    };
    {
        std::vector<std::jthread> workers;
        for (int i = 1; i < threads_; ++i) workers.emplace_back(work);
        work();
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace nightstack
