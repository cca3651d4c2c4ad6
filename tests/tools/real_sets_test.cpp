// SPDX-License-Identifier: MIT
// Every set of real frames stacks or is refused for the right reason.
#include <gmock/gmock.h>

#include "tests/support/real_data.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;

class RealSets : public testing::Test {
protected:
    void SetUp() override {
        data_ = real_data_folder();
        if (!data_) GTEST_SKIP() << kNoRealData;
    }
    std::string set(const char* name) const { return (*data_ / name).string(); }
    // Nothing may be written beside the data.
    Finished stack_out(const char* name) const {
        return world_.run({"stack", set(name), "--out", (world_ / "out").string()});
    }
    World world_;
    std::optional<fs::path> data_;
};

TEST_F(RealSets, M94OfADwarf2) {
    const Finished done = world_.stack({set("derived-dwarf2-m94-b")});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world_.report()["counts"]["stacked"], 6) << done.err;
}

TEST_F(RealSets, Ngc7023OfASeestar) {
    const Finished done = world_.stack({set("seestar-ngc7023-a")});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world_.report()["counts"]["stacked"], 4) << done.err;
}

TEST_F(RealSets, Hatp32MonoSignedWithAWholeNightsDrift) {
    const Finished done = world_.stack({set("microobs-hatp32")});
    EXPECT_EQ(done.code, 0) << done.err;
    const auto counts = world_.report()["counts"];
    EXPECT_EQ(counts["in"], 24);
    EXPECT_GE(counts["stacked"], 18) << done.err;
    EXPECT_EQ(count_lines(done.err, "rejected "), counts["rejected"].get<std::size_t>()) << done.err;
}

TEST_F(RealSets, PleiadesInJpeg) {
    const Finished done = world_.stack({set("ols-sim-jpeg")});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world_.report()["counts"]["stacked"], 9) << done.err;
    EXPECT_EQ(count_lines(done.err, "not linear"), 1u) << done.err;
}

TEST_F(RealSets, BiasesAndDarksAreNoLights) {
    const Finished done = stack_out("sbig-cal-c");
    EXPECT_EQ(done.code, 3) << done.err;
    EXPECT_EQ(count_lines(done.err, "no light frames"), 1u) << done.err;
}

TEST_F(RealSets, WideFieldsOfDifferentSkiesDoNotMatch) {
    const Finished done = stack_out("tetra3-alt-az");
    EXPECT_THAT(done.code, AnyOf(0, 3)) << done.err;
    EXPECT_EQ(count_lines(done.err, "no_match"), 3u) << done.err;
}

TEST_F(RealSets, SingleFields) {
    const Finished done = stack_out("sky-wcs");
    EXPECT_THAT(done.code, AnyOf(0, 2, 3, 4)) << done.err;
    EXPECT_TRUE(files_ending(world_.path(), ".part").empty());
}

TEST_F(RealSets, StubsOfASessionLayoutFailByName) {
    const Finished done = stack_out("dwarf2-session-layout");
    EXPECT_EQ(done.code, 3) << done.err;
    EXPECT_GE(count_lines(done.err, "0000.fits"), 4u) << done.err;
    EXPECT_TRUE(files_ending(world_ / "out", ".fits").empty());
}

TEST_F(RealSets, OddFitsAreReadOrRefused) {
    const Finished done = stack_out("fits-odd");
    EXPECT_THAT(done.code, AnyOf(2, 3, 4)) << done.err;
    EXPECT_EQ(done.err.find('\x1B'), std::string::npos);
    Words words{"info", "--json"};
    for (const auto& file : files_ending(set("fits-odd"), ".fits")) words.push_back(file.string());
    const Finished info = world_.run(words);
    EXPECT_THAT(info.code, AnyOf(0, 4)) << info.err;
    EXPECT_EQ(lines_of(info.out).size(), words.size() - 2);
    for (const std::string& line : lines_of(info.out)) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

}  // namespace
}  // namespace nightstack::test
