// SPDX-License-Identifier: MIT
// The fuzz entry over its corpus and some thousand seeded damages of it, as an ordinary test.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "io/files/file.h"
#include "tests/io/fits/fuzz_fits.h"
#include "tests/io/fits/mutate.h"
#include "tests/support/real_data.h"

namespace nightstack::io {
namespace {

std::vector<std::string> corpus() {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(nightstack::test::test_data_folder() / "fits-corpus")) {
        if (entry.path().extension() == ".fits") files.push_back(read_text_file(entry.path(), 1U << 20));
    }
    std::ranges::sort(files);
    return files;
}

void feed(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

TEST(FuzzFits, Corpus) {
    const std::vector<std::string> files = corpus();
    ASSERT_GE(files.size(), 15U);
    for (const std::string& file : files) feed(file);
    feed("");
}

TEST(FuzzFits, DamagedCorpus) {
    const std::vector<std::string> files = corpus();
    for (std::uint64_t seed = 0; seed < 8000; ++seed) feed(test::mutated(files[seed % files.size()], seed));
}

}  // namespace
}  // namespace nightstack::io
