// SPDX-License-Identifier: MIT
// Programs of others as clients of our servers.
#pragma once

#include <string>

namespace nightstack::io::test {

struct Said {
    int status = -1;     // of the program
    std::string output;  // stdout and stderr
};
// Ends it after 60 s.
Said shell(const std::string& command);
bool has_program(const std::string& name);
// Bytes that repeat nowhere near.
std::string noise(std::size_t size, unsigned seed = 1);

}  // namespace nightstack::io::test
