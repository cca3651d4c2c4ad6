// SPDX-License-Identifier: MIT
// The fuzz entry over its corpus and some thousand seeded damages of it, as an ordinary test.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/io/mjpeg/fuzz_multipart.h"
#include "tests/support/real_data.h"
#include "tests/support/soak.h"

namespace nightstack::io {
namespace {

std::vector<std::string> corpus() {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(nightstack::test::test_data_folder() / "mjpeg-corpus")) {
        if (entry.path().extension() == ".py") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        files.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    std::ranges::sort(files);
    return files;
}

void feed(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

TEST(FuzzMultipart, Corpus) {
    const std::vector<std::string> files = corpus();
    ASSERT_GE(files.size(), 15U);
    for (const std::string& file : files) feed(file);
    feed("");
}

TEST(FuzzMultipart, DamagedCorpus) {
    const std::vector<std::string> files = corpus();
    for (std::uint64_t seed = 0; seed < static_cast<std::uint64_t>(nightstack::test::soaked(4000)); ++seed) {
        std::mt19937_64 random(seed);
        std::string bytes = files[random() % files.size()] + files[random() % files.size()].substr(1);
        for (int i = static_cast<int>(random() % 5); i >= 0 && !bytes.empty(); --i) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 5) {
                case 0: bytes[at] = static_cast<char>(random()); break;
                case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8)); break;
                case 2: bytes.erase(at, random() % 60); break;
                case 3: bytes.insert(at, "\xFF\xD8\xFF"); break;
                default: bytes.insert(at, "\r\n--dwarf\r\n"); break;
            }
        }
        feed(bytes);
    }
}

}  // namespace
}  // namespace nightstack::io
