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
    // Whatever of TBB's the work starts is limited to this runner's threads.
    void inside(const std::function<void()>& work);

private:
    struct Arena;
    std::unique_ptr<Arena> arena_;
};

}  // namespace nightstack
