// SPDX-License-Identifier: MIT
#include "pipeline/graph/tbb_runner.h"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

namespace nightstack {

// The arena bounds who may work for us; the global control lets it be more than the cores, which
// tests of determinism want.
struct TbbRunner::Arena {
    explicit Arena(int threads)
        : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)), arena(threads) {}
    tbb::global_control limit;
    tbb::task_arena arena;
};

TbbRunner::TbbRunner(int threads)
    : arena_(std::make_unique<Arena>(threads > 0 ? threads : tbb::this_task_arena::max_concurrency())) {}

TbbRunner::~TbbRunner() = default;

int TbbRunner::threads() const { return arena_->arena.max_concurrency(); }

void TbbRunner::run(int n, int grain, const std::function<void(int, int)>& body) {
    grain = std::max(1, grain);
    const int pieces = (n + grain - 1) / grain;
    // One task per piece: stealing in the order of a simple loop keeps neighbouring pieces together.
    arena_->arena.execute([&] {
        tbb::parallel_for(
            0, pieces, [&](int piece) { body(piece * grain, std::min(n, (piece + 1) * grain)); },
            tbb::simple_partitioner());
    });
}

void TbbRunner::inside(const std::function<void()>& work) { arena_->arena.execute(work); }

}  // namespace nightstack
