// SPDX-License-Identifier: MIT
// stderr is a terminal while this lives, and what came there is to be had. For tests; one at a time.
#pragma once

#include <mutex>
#include <string>
#include <thread>

namespace nightstack::tools::test {

class OnTerminal {
public:
    OnTerminal(int columns, int rows);
    std::string so_far();
    std::string end();  // gives stderr back; call it once

private:
    int master_, stderr_;
    std::mutex mutex_;
    std::string got_;
    std::thread reader_;
};

}  // namespace nightstack::tools::test
