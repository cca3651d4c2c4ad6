// SPDX-License-Identifier: MIT
// Time this process was computing: what others do on a busy machine is no part of it.
#pragma once

#include <ctime>

namespace nightstack::testing_night {

class CpuTime {
public:
    double ms() const { return 1000.0 * static_cast<double>(std::clock() - begin_) / CLOCKS_PER_SEC; }

private:
    std::clock_t begin_ = std::clock();
};

}  // namespace nightstack::testing_night
