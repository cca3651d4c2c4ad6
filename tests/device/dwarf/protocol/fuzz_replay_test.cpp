// SPDX-License-Identifier: MIT
// The fuzz entries over their corpora and some ten thousand seeded damages of them, as an ordinary test.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/device/dwarf/protocol/fuzz_dwarf.h"
#include "tests/support/real_data.h"

namespace nightstack::device::dwarf::fuzz {
namespace {

using Entry = void (*)(const std::uint8_t*, std::size_t);

std::vector<std::string> corpus(const char* folder) {
    std::vector<std::string> seeds;
    for (const auto& file :
         std::filesystem::directory_iterator(nightstack::test::test_data_folder() / "dwarf-corpus" / folder)) {
        std::ifstream in(file.path(), std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    std::ranges::sort(seeds);
    return seeds;
}

void feed(Entry entry, const std::string& bytes) {
    entry(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

// One to four damages: a byte changed, a piece cut out or doubled, a number or a token put in, a splice.
std::string mutated(const std::vector<std::string>& seeds, std::uint64_t seed) {
    static const std::string kTokens[] = {"-1",
                                          "1e999",
                                          "9223372036854775807",
                                          "18446744073709551616",
                                          "null",
                                          "[",
                                          "{",
                                          "}",
                                          "\"",
                                          "\\u0000",
                                          "\\ud800",
                                          "\xff",
                                          "\x1b",
                                          ",",
                                          ":",
                                          "0.1",
                                          "true",
                                          "\"interface\":1,"};
    std::mt19937_64 random(seed);
    std::string bytes = seeds[seed % seeds.size()];
    for (auto n = 1 + random() % 4; n > 0; --n) {
        const std::size_t at = bytes.empty() ? 0 : random() % bytes.size();
        const std::size_t length = std::min<std::size_t>(random() % 24, bytes.size() - at);
        switch (random() % 6) {
            case 0:
                if (!bytes.empty()) bytes[at] = static_cast<char>(random());
                break;
            case 1: bytes.erase(at, length); break;
            case 2: bytes.insert(at, bytes.substr(at, length)); break;
            case 3: bytes.insert(at, kTokens[random() % std::size(kTokens)]); break;
            case 4: bytes.replace(at, length, kTokens[random() % std::size(kTokens)]); break;
            default: {
                const std::string& other = seeds[random() % seeds.size()];
                bytes = bytes.substr(0, at) + other.substr(std::min(length, other.size()));
                break;
            }
        }
    }
    return bytes;
}

void replay(const char* folder, Entry entry) {
    const std::vector<std::string> seeds = corpus(folder);
    ASSERT_GE(seeds.size(), 15U);
    feed(entry, "");
    for (const std::string& seed : seeds) {
        feed(entry, seed);
        for (std::size_t length = 0; length < seed.size(); ++length) feed(entry, seed.substr(0, length));
    }
    for (std::uint64_t seed = 0; seed < 10'000; ++seed) feed(entry, mutated(seeds, seed));
}

TEST(FuzzDwarf, Replies) { replay("reply", dwarf_reply); }
TEST(FuzzDwarf, Commands) { replay("command", dwarf_command); }

}  // namespace
}  // namespace nightstack::device::dwarf::fuzz
