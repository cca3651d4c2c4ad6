// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/votes.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <random>

#include "fields.h"

namespace nightstack {
namespace {

using namespace testing_fields;

std::vector<StarPoint> points_of(const StarList& stars) {
    std::vector<StarPoint> points;
    for (const Star& s : stars) points.push_back({s.x, s.y, static_cast<int>(points.size())});
    return points;
}

// The obvious twin: every entry against every entry.
std::array<int, angle_bins> slow_bins(const std::vector<PolarEntry>& ref, const std::vector<PolarEntry>& frame,
                                      ScaleRange scale, double tolerance_px, int& total) {
    std::array<int, angle_bins> bins{};
    for (const PolarEntry& r : ref) {
        for (const PolarEntry& f : frame) {
            constexpr std::int32_t end = std::numeric_limits<std::int32_t>::max();
            if (r.distance == end || f.distance == end) continue;
            const double a = r.distance / 16.0;
            const double b = f.distance / 16.0;
            if (b * scale.max < a - tolerance_px || b * scale.min > a + tolerance_px) continue;
            ++bins[static_cast<std::size_t>(((r.angle - f.angle) & 0xffff) * angle_bins / 65536)];
            ++total;
        }
    }
    return bins;
}

TEST(Votes, AgreeWithComparingEverything) {
    std::mt19937 rng(61);
    for (const int count : {2, 3, 9, 40}) {
        for (const ScaleRange scale : {ScaleRange{0.99, 1.01}, ScaleRange{0.5, 2.0}}) {
            const PolarTable ref = polar_table(points_of(random_stars(rng, count)), 20);
            const PolarTable frame = polar_table(points_of(random_stars(rng, count + 1)), 20);
            std::vector<Vote> votes;
            collect_votes(votes, ref, frame, 1000, scale, 7, 3);
            std::size_t next = 0;
            for (int i = 0; i < count; ++i) {
                for (int j = 0; j <= count; ++j) {
                    int total = 0;
                    const auto bins = slow_bins(ref[static_cast<std::size_t>(i)], frame[static_cast<std::size_t>(j)],
                                                scale, 3, total);
                    int most = 0;
                    int bin = 0;
                    for (int b = 0; b < angle_bins; ++b) {
                        const int sum =
                            bins[static_cast<std::size_t>(b)] + bins[static_cast<std::size_t>((b + 1) % angle_bins)];
                        if (sum > most) bin = b;
                        most = std::max(most, sum);
                    }
                    if (most < 2) continue;
                    ASSERT_LT(next, votes.size());
                    const Vote& v = votes[next++];
                    EXPECT_EQ(v.ref, i);
                    EXPECT_EQ(v.frame, j);
                    EXPECT_EQ(v.slice, 7);
                    EXPECT_EQ(v.bin, bin);
                    EXPECT_EQ(supporters(v, ref, frame, scale, 3).size(), static_cast<std::size_t>(most));
                }
            }
            EXPECT_EQ(next, votes.size());
        }
    }
}

TEST(Votes, TheTrueAnchorsWinTheMostSurprisingVote) {
    std::mt19937 rng(62);
    const Scene s = make_scene(rng, motion(2, 50, -30), 20, 15, 15, 0.1);
    const PolarTable ref = polar_table(points_of(s.ref), 20);
    const PolarTable frame = polar_table(points_of(s.frame), 20);
    std::vector<Vote> votes;
    collect_votes(votes, ref, frame, 1000, {0.99, 1.01}, 0, 3);
    std::sort(votes.begin(), votes.end(), [](const Vote& a, const Vote& b) { return a.score > b.score; });
    for (std::size_t i = 0; i < 10; ++i) {
        const int a = s.ref_source[static_cast<std::size_t>(votes[i].ref)];
        EXPECT_GE(a, 0);
        EXPECT_EQ(a, s.frame_source[static_cast<std::size_t>(votes[i].frame)]);
    }
}

}  // namespace
}  // namespace nightstack
