// SPDX-License-Identifier: MIT
// The runner the program uses: TBB's work stealing, limited to a number of threads.
#pragma once

#include <memory>

#include "pipeline/core/runner.h"

namespace nightstack {

class TbbRunner final : public Runner {
public:
    // threads <= 0: as many as the machine has.
    explicit TbbRunner(int threads);
    ~TbbRunner() override;
    int threads() const override;
    void run(int n, int grain, const std::function<void(int, int)>& body) override;

private:
    struct Arena;
    std::unique_ptr<Arena> arena_;
};

}  // namespace nightstack
