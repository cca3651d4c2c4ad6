// SPDX-License-Identifier: MIT
// --background on the real binary: the slope is gone, the level stays, verify knows it.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "io/fits/reader.h"
#include "tests/support/real_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

double median_of(const io::FitsFile& file, Rect region, std::size_t image = 0) {
    Image<float> pixels(region.width, region.height);
    file.read(pixels.view(), region, 0, image);
    std::vector<float> values;
    for (int y = 0; y < region.height; ++y)
        values.insert(values.end(), pixels.view().row(y).begin(), pixels.view().row(y).end());
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return static_cast<double>(values[values.size() / 2]);
}

TEST(Background, TheSlopeIsGoneAndTheLevelAndTheVarianceStay) {
    const World world;
    RealNightOptions o;
    o.slope_adu = 300;
    write_real_night(world / "night", o);
    ASSERT_EQ(world.stack({(world / "night").string()}).code, 0);
    const std::string plain = (world / "plain.fits").string();
    std::filesystem::rename(world.result(), plain);
    const io::FitsFile before{std::filesystem::path(plain)};
    for (const char* kind : {"poly", "mesh"}) {
        const Finished done = world.stack({(world / "night").string(), "--background", kind, "--force"});
        ASSERT_EQ(done.code, 0) << done.err;
        const nlohmann::json r = world.report()["background"];
        EXPECT_EQ(r["kind"], kind);
        EXPECT_NEAR(r["planes"][0]["amplitude_adu"].get<double>(), 300, 45) << r.dump();
        EXPECT_EQ(count_lines(done.err, "subtracted, amplitude"), 1u) << done.err;
        const io::FitsFile after(world.result());
        const int w = after.layout().width;
        const int h = after.layout().height;
        const Rect left{20, 40, 80, h - 80};
        const Rect right{w - 100, 40, 80, h - 80};
        EXPECT_GT(median_of(before, right) - median_of(before, left), 200);
        EXPECT_LT(std::abs(median_of(after, right) - median_of(after, left)), 0.05 * 300) << kind;
        EXPECT_NEAR(median_of(after, {20, 20, w - 40, h - 40}), median_of(before, {20, 20, w - 40, h - 40}), 5) << kind;
        EXPECT_EQ(median_of(after, left, 1), median_of(before, left, 1)) << "variance";
        bool told = false;
        for (const std::string& line : after.header().history()) told = told || line.find("background: ") == 0;
        EXPECT_TRUE(told);
        const Finished verified = world.run({"verify", (world / "result.json").string()});
        EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
    }
}

TEST(Background, ThreadsAndMemoryChangeNothing) {
    const World world;
    RealNightOptions o;
    o.slope_adu = 300;
    write_real_night(world / "night", o);
    const auto pixels = [&](const char* threads) {
        EXPECT_EQ(world
                      .stack({(world / "night").string(), "--background", "poly", "--background-degree", "3",
                              "--threads", threads, "--force"})
                      .code,
                  0);
        return sha256_of(world.result());
    };
    EXPECT_EQ(pixels("1"), pixels("4"));
}

TEST(Background, DegreesBeyondFourAreRefused) {
    const World world;
    const Finished done = world.stack({"x", "--background", "poly", "--background-degree", "5"});
    EXPECT_EQ(done.code, 2);
    EXPECT_THAT(done.err, HasSubstr("--background-degree"));
}

}  // namespace
}  // namespace nightstack::test
