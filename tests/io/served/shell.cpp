// SPDX-License-Identifier: MIT
#include "tests/io/served/shell.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <random>

namespace nightstack::io::test {

Said shell(const std::string& command) {
    Said said;
    FILE* pipe = ::popen(("timeout 60 sh -c '" + command + "' 2>&1").c_str(), "r");
    if (pipe == nullptr) return said;
    std::array<char, 4096> bytes{};
    while (const std::size_t n = std::fread(bytes.data(), 1, bytes.size(), pipe)) said.output.append(bytes.data(), n);
    const int status = ::pclose(pipe);
    said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return said;
}

bool has_program(const std::string& name) { return shell("command -v " + name).status == 0; }

std::string noise(std::size_t size, unsigned seed) {
    std::mt19937_64 random(seed);
    std::string out(size, '\0');
    for (char& c : out) c = static_cast<char>(random());
    return out;
}

}  // namespace nightstack::io::test
