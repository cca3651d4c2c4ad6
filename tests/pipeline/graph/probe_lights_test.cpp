// SPDX-License-Identifier: MIT
#include "pipeline/graph/probe_lights.h"

#include <gtest/gtest.h>

#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

constexpr int kW = 300;
constexpr int kH = 200;

Light readable(PixelKind kind = PixelKind::mono) {
    Light light;
    light.format = {kW, kH, kind, {}};
    light.read = [](ImageView<float>, Rect, int) {};
    return light;
}

Light ends_before(int row, PixelKind kind = PixelKind::mono, int in_plane = 0) {
    Light light = readable(kind);
    light.read = [row, in_plane](ImageView<float>, Rect region, int plane) {
        if (plane == in_plane && region.bottom() > row) throw FormatError("ends early");
    };
    return light;
}

std::vector<std::optional<Judgement>> probe(const std::vector<Light>& lights, const std::vector<std::size_t>& which) {
    ThreadRunner runner(3);
    return probe_lights(lights, which, runner, {});
}

TEST(ProbeLights, NamesThoseThatCannotBeRead) {
    std::vector<Light> lights(5, readable());
    lights[1] = ends_before(0);
    lights[2].read = [](ImageView<float>, Rect, int) { throw IoError("c.fits: No such device", 19); };
    lights[3] = ends_before(kH - 1);  // only its last row is missing
    lights[4].read = [](ImageView<float>, Rect, int) { FAIL() << "not asked for"; };
    const auto got = probe(lights, {0, 1, 2, 3});
    ASSERT_EQ(got.size(), 4U);
    EXPECT_FALSE(got[0]);
    ASSERT_TRUE(got[1] && got[2] && got[3]);
    EXPECT_EQ(got[1]->verdict, Verdict::failed);
    EXPECT_EQ(got[1]->reason, Reason::truncated);
    EXPECT_EQ(got[2]->reason, Reason::io);
    EXPECT_EQ(got[2]->text, "c.fits: No such device");
    EXPECT_EQ(got[3]->reason, Reason::truncated);
    EXPECT_TRUE(probe(lights, {}).empty());
}

TEST(ProbeLights, AnswersStandWhereTheQuestionsStood) {
    std::vector<Light> lights(6, readable());
    lights[4] = ends_before(0);
    const auto got = probe(lights, {5, 4, 0});
    EXPECT_FALSE(got[0]);
    EXPECT_TRUE(got[1]);
    EXPECT_FALSE(got[2]);
}

TEST(ProbeLights, ColourPicturesAreAskedToTheEndOfTheirLastPlane) {
    EXPECT_TRUE(probe({ends_before(kH - 1, PixelKind::rgb, 2)}, {0})[0]);
    EXPECT_TRUE(probe({ends_before(kH - 1, PixelKind::rgb, 1)}, {0})[0]);
    EXPECT_FALSE(probe({readable(PixelKind::rgb)}, {0})[0]);
}

TEST(ProbeLights, ReadsAFewRowsAllOverTheFrame) {
    for (const int height : {1, 2, 7, 8, 9, 200, 65536}) {
        std::mutex mutex;
        std::multiset<int> rows;
        Light light = readable();
        light.format.height = height;
        light.read = [&](ImageView<float> out, Rect region, int) {
            const std::lock_guard lock(mutex);
            EXPECT_EQ(region.x, 0);
            EXPECT_EQ(region.width, kW);
            EXPECT_EQ(region.height, 1);
            EXPECT_TRUE(out.same_size(kW, 1));
            rows.insert(region.y);
        };
        EXPECT_FALSE(probe({light}, {0})[0]);
        EXPECT_LE(rows.size(), 8U);
        ASSERT_FALSE(rows.empty());
        EXPECT_EQ(*rows.begin(), 0);
        EXPECT_EQ(*rows.rbegin(), height - 1);
        EXPECT_EQ(rows.size(), std::set<int>(rows.begin(), rows.end()).size()) << height;
        for (auto a = rows.begin(), b = std::next(a); b != rows.end(); ++a, ++b) EXPECT_LE(*b - *a, height / 6 + 1);
    }
}

TEST(ProbeLights, BugsAndRequestsToStopAreNoVerdicts) {
    std::vector<Light> lights(2, readable());
    lights[1].read = [](ImageView<float>, Rect, int) { throw std::logic_error("bug"); };
    EXPECT_THROW(probe(lights, {0, 1}), std::logic_error);
    lights[1].read = [](ImageView<float>, Rect, int) { throw std::bad_alloc(); };
    EXPECT_THROW(probe(lights, {0, 1}), std::bad_alloc);
    std::stop_source stop;
    stop.request_stop();
    SerialRunner serial;
    const std::vector<std::size_t> which{0};
    EXPECT_THROW(probe_lights(lights, which, serial, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace nightstack
