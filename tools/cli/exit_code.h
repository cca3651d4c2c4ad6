// SPDX-License-Identifier: MIT
// Exit codes of the whole program, fixed by contract; scripts depend on them.
#pragma once

namespace nightstack::tools {

enum ExitCode : int {
    kDone = 0,
    kFailed = 1,
    kUsage = 2,
    kNoUsableFrame = 3,
    kSomeInputsFailed = 4,  // done, but some inputs could not be read or transferred
    kDevice = 5,
    kDiskFull = 6,
    kInterrupted = 130,  // SIGINT after a clean end; 143 for SIGTERM
    kTerminated = 143,
};

}  // namespace nightstack::tools
