// SPDX-License-Identifier: MIT
// Runs nightstack-unpack, the small program that alone links cfitsio: it gets bytes on its standard
// input, gives unpacked bytes on its standard output, and can do nothing else. It limits itself before
// it looks at a byte (processor time, memory, no file may grow, no core file); we limit the clock, count
// what it says and kill it when it goes astray. Whatever becomes of it, we only see bytes or a FitsError.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace nightstack::io {

struct UnpackLimits {
    std::uint64_t output_bytes = 0;  // more is a lie, and the end
    int cpu_s = 10;
    std::uint64_t memory_bytes = std::uint64_t{512} << 20;  // address space
    std::chrono::milliseconds wall{60'000};
    std::stop_token stop{};  // heeded within a tenth of a second
};

// The helper beside this program, whatever the working folder.
std::filesystem::path unpacker_beside_program();

// `words`: what to do, see tools/unpack. `input`: a file descriptor, read from its begin. `sink` gets the
// bytes in order. Throws FitsError (damaged, or compressed when there is no helper) beginning with
// `name`; IoError; Interrupted; what `sink` throws. Several may run at once.
void run_unpacker(const std::filesystem::path& helper, const std::vector<std::string>& words, int input,
                  const UnpackLimits& limits, const std::function<void(std::span<const std::byte>)>& sink,
                  const std::string& name);

}  // namespace nightstack::io
