// SPDX-License-Identifier: MIT
// An error at the edge of the program: its words and its exit code. Pure function.
#pragma once

#include <exception>
#include <string>

namespace nightstack::tools {

struct Failure {
    std::string text;
    int code = 0;
};

// Of whatever ends a call, Interrupted apart: what that is called depends on who asked for it.
Failure failure_of(const std::exception& error);

}  // namespace nightstack::tools
