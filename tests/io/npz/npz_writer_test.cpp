// SPDX-License-Identifier: MIT
#include "io/npz/npz_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_some(const std::filesystem::path& path) {
    NpzWriter out(path, Overwrite::yes);
    const double values[6] = {1.5, -2, 3e300, 4, 5, 6};
    out.numbers("affine", {1, 2, 3}, values);
    out.number("rn", 2.25);
    out.integer("cloud", -1);
    const std::int64_t counts[2] = {7, 1LL << 40};
    out.integers("counts", {2}, counts);
    out.numbers("trails", {0, 6}, {});
    out.text("pattern", "GBRG");
    out.rows("scene", {3, 4, 5}, [](std::size_t row, std::span<float> row_values) {
        for (std::size_t i = 0; i < row_values.size(); ++i) row_values[i] = static_cast<float>(10 * row + i);
    });
    out.publish();
}

// numpy checks the sums of the zip as it reads.
TEST(NpzWriter, IsReadByNumpy) {
    if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) GTEST_SKIP() << "python3-numpy is missing";
    const test::TempFolder folder;
    write_some(folder / "t.npz");
    std::ofstream(folder / "check.py") << R"(
import sys, zipfile, numpy as np
p = sys.argv[1]
assert zipfile.ZipFile(p).testzip() is None
t = np.load(p)
assert sorted(t.files) == sorted(['affine', 'rn', 'cloud', 'counts', 'trails', 'pattern', 'scene']), t.files
assert t['affine'].shape == (1, 2, 3) and t['affine'][0, 0, 2] == 3e300 and t['affine'][0, 1, 0] == 4
assert float(t['rn']) == 2.25 and int(t['cloud']) == -1 and t['counts'].tolist() == [7, 1 << 40]
assert t['trails'].shape == (0, 6) and str(t['pattern']) == 'GBRG'
assert t['scene'].dtype == np.float32 and t['scene'][2, 3, 4] == 114 and t['scene'][1, 0, 0] == 40
)";
    const std::string command =
        "/usr/bin/python3 '" + (folder / "check.py").string() + "' '" + (folder / "t.npz").string() + "'";
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(NpzWriter, SameArraysAreTheSameBytes) {
    const test::TempFolder folder;
    write_some(folder / "a.npz");
    write_some(folder / "b.npz");
    EXPECT_EQ(bytes_of(folder / "a.npz"), bytes_of(folder / "b.npz"));
    write_some(folder / "a.npz");  // over the old one
    EXPECT_EQ(bytes_of(folder / "a.npz"), bytes_of(folder / "b.npz"));
}

TEST(NpzWriter, RefusesWhatDoesNotFit) {
    const test::TempFolder folder;
    NpzWriter out(folder / "t.npz");
    const double values[6] = {};
    EXPECT_THROW(out.numbers("a", {7}, values), OptionError);
    EXPECT_THROW(out.rows("b", {}, [](std::size_t, std::span<float>) {}), OptionError);
    EXPECT_THROW(out.rows("c", {1u << 20, 1u << 12}, [](std::size_t, std::span<float>) {}), OptionError);
    EXPECT_FALSE(std::filesystem::exists(folder / "t.npz"));
}

}  // namespace
}  // namespace nightstack::io
