// SPDX-License-Identifier: MIT
// The fuzz entries over their corpora, and over thousands of seeded damages of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "io/files/file.h"
#include "tests/io/fetch/fuzz_fetch.h"
#include "tests/support/own_memory.h"
#include "tests/support/real_data.h"

namespace nightstack::io {
namespace {

using Entry = void (*)(const std::uint8_t*, std::size_t);

std::vector<std::string> corpus(const char* folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(nightstack::test::test_data_folder() / folder))
        files.push_back(read_text_file(entry.path(), 1U << 20));
    std::ranges::sort(files);
    return files;
}

void feed(Entry entry, const std::string& bytes) {
    entry(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::string damaged(std::string bytes, const std::string& other, std::uint64_t seed) {
    static const std::string likely = "{}[]\",:\\/.-+eE0123456789\n tfn";
    std::mt19937_64 random(seed);
    for (auto n = random() % 6; n < 6 && !bytes.empty(); ++n) {
        const std::size_t at = random() % bytes.size();
        switch (random() % 6) {
            case 0: bytes[at] = static_cast<char>(random()); break;
            case 1: bytes[at] = likely[random() % likely.size()]; break;
            case 2: bytes.erase(at, random() % 8); break;
            case 3: bytes.insert(at, random() % 4, likely[random() % likely.size()]); break;
            case 4: bytes.resize(at); break;
            default: bytes.insert(at, other.substr(0, random() % (other.size() + 1))); break;
        }
    }
    if (bytes.size() > 1500) bytes.resize(1500);
    return bytes;
}

const std::uint64_t kDamages = nightstack::test::sanitized() ? 5'000 : 20'000;  // ten times as slow

void replay(Entry entry, const char* folder, std::size_t least) {
    const std::vector<std::string> files = corpus(folder);
    ASSERT_GE(files.size(), least);
    feed(entry, "");
    for (const std::string& file : files) feed(entry, file);
    for (std::uint64_t seed = 0; seed < kDamages; ++seed)
        feed(entry, damaged(files[seed % files.size()], files[seed / 7 % files.size()], seed));
}

TEST(FuzzFetch, TheMirrorsRecord) { replay(fuzz::mirror, "mirror-corpus", 10); }

TEST(FuzzFetch, TheScopesAccountOfASession) { replay(fuzz::shots_info, "shots-info-corpus", 7); }

}  // namespace
}  // namespace nightstack::io
