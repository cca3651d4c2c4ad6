// SPDX-License-Identifier: MIT
#include "tests/io/sftp/helpers.h"

#include <algorithm>
#include <fstream>
#include <random>

namespace nightstack::io::test {

std::string make_file(const std::filesystem::path& path, std::size_t bytes, unsigned seed) {
    std::mt19937_64 dice(seed);
    std::string block(1'000'003, '\0');
    const auto put = [&](std::size_t at) {
        const std::uint64_t value = dice();
        block.replace(at, 8, reinterpret_cast<const char*>(&value), 8);
    };
    for (std::size_t i = 0; i + 8 <= block.size(); i += 8) put(i);
    std::ofstream out(path, std::ios::binary);
    for (std::size_t left = bytes; left > 0; left -= std::min(left, block.size())) {
        put(0);  // no two blocks are the same
        out.write(block.data(), static_cast<std::streamsize>(std::min(left, block.size())));
    }
    out.close();
    return sha256_of_file(path);
}

}  // namespace nightstack::io::test
