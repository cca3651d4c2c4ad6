// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/group_solution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

struct LinkedSet {
    std::vector<TileLens> lenses;
    std::vector<int> lens_of;
    std::vector<double> told;
    std::vector<TileLink> links;
};

LinkedSet linked(const std::vector<TileCamera>& truth, double noise_px) {
    std::mt19937 rng(3);
    const auto dice = [&](double low, double high) {
        return low + (high - low) * static_cast<double>(rng()) / 4294967296.0;
    };
    LinkedSet out;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const TileLens& l = truth[i].lens;
        out.lenses.push_back({l.width, l.height, static_cast<double>(std::max(l.width, l.height)), 0, 0});
        out.lens_of.push_back(0);
        out.told.push_back(0);
        for (std::size_t j = i + 1; j < truth.size(); ++j) {
            TileLink link{static_cast<int>(i), static_cast<int>(j), LinkSource::feature, {}};
            for (int k = 0; k < 800 && link.places.size() < 30; ++k) {
                const Point p{dice(0, l.width - 1), dice(0, l.height - 1)};
                const auto q = truth[j].pixel(truth[i].direction(p));
                if (q && truth[j].lens.holds(*q))
                    link.places.push_back({p, {q->x + dice(-noise_px, noise_px), q->y + dice(-noise_px, noise_px)}, 1});
            }
            if (link.places.size() == 30) out.links.push_back(std::move(link));
        }
    }
    return out;
}

std::vector<TileCamera> wide_row(int count, double f_px = 500) {
    std::vector<TileCamera> out;
    for (int i = 0; i < count; ++i) out.push_back(grey_camera(30.0 * i, 5.0 * (i % 2), 0, 640, 480, f_px));
    return out;
}

GroupSolution solved(const LinkedSet& set) { return solve_groups(set.lenses, set.lens_of, set.links, set.told); }

// Links along a row hardly tell how long a lens is; where the ring closes they all do. (A real set: PanoramaReal.NISwGSP-denny.)
TEST(GroupSolution, ARingThatIsOpenAtFirstIsClosed) {
    std::vector<TileCamera> ring;
    for (int i = 0; i < 15; ++i) ring.push_back(grey_camera(24.0 * i, 0, 0, 480, 640, 650));
    LinkedSet set = linked(ring, 1.5);
    // Neighbours alone, stretched along the row as near things stretch them: they ask for a lens a fifth longer.
    std::erase_if(set.links, [](const TileLink& l) { return l.b - l.a != 1 && l.b - l.a != 14; });
    ASSERT_EQ(set.links.size(), 15u);
    for (TileLink& l : set.links)
        for (Correspondence& c : l.places) c.b.x += 0.00006 * (c.a.x - 240) * (c.a.x - 240) * (l.b - l.a == 1 ? 1 : -1);
    const GroupSolution s = solved(set);
    EXPECT_EQ(s.links.size(), 15u);
    EXPECT_NEAR(s.cameras[0].camera.lens.f_px, 650, 20);
}

TEST(GroupSolution, ZoomedTilesHaveLensesOfTheirOwn) {
    std::vector<TileCamera> truth = wide_row(5);
    for (const std::size_t i : {std::size_t{3}, std::size_t{4}}) truth[i].lens.f_px = 430;
    const LinkedSet set = linked(truth, 1);
    const GroupSolution s = solved(set);
    EXPECT_EQ(s.links.size(), set.links.size());
    for (std::size_t i = 0; i < truth.size(); ++i)
        EXPECT_NEAR(s.cameras[i].camera.lens.f_px, truth[i].lens.f_px, 25) << i;
}

TEST(GroupSolution, FindsTheLensAndOneGroup) {
    const GroupSolution s = solved(linked(wide_row(5), 1));
    EXPECT_TRUE(s.focal_determined);
    EXPECT_NEAR(s.cameras[2].camera.lens.f_px, 500, 10);
    EXPECT_EQ(s.group, (std::vector<int>{0, 0, 0, 0, 0}));
}

TEST(GroupSolution, DropsLinksThatContradictTheOthers) {
    LinkedSet set = linked(wide_row(6), 1);
    const std::size_t good = set.links.size();
    // Tile 0 is said to show what tile 4 shows.
    TileLink wrong = set.links[0];
    wrong.b = 4;
    set.links.insert(set.links.begin() + 2, wrong);
    const GroupSolution s = solved(set);
    EXPECT_EQ(s.links.size(), good);
    for (const TileLink& l : s.links) EXPECT_FALSE(l.a == 0 && l.b == 4);
    EXPECT_NEAR(s.cameras[2].camera.lens.f_px, 500, 10);
}

// A hundred wrong links must not take a hundred solutions.
TEST(GroupSolution, DropsManyWrongLinks) {
    LinkedSet set = linked(wide_row(11), 1);
    const std::size_t good = set.links.size();
    std::mt19937 rng(4);
    for (int k = 0; k < 6; ++k) {
        TileLink wrong = set.links[rng() % good];
        wrong.a = static_cast<int>(rng() % 5);
        wrong.b = wrong.a + 3 + static_cast<int>(rng() % 4);
        wrong.places.resize(15);
        set.links.push_back(wrong);
    }
    const GroupSolution s = solved(set);
    EXPECT_GE(s.links.size(), good);
    EXPECT_LE(s.links.size(), good + 1);
    EXPECT_EQ(std::count(s.group.begin(), s.group.end(), 0), 11);
}

// What was told of one tile holds for it; the first one may be of another size.
TEST(GroupSolution, TakesAToldFocalLengthForTheTileItWasToldOf) {
    std::vector<TileCamera> truth = wide_row(5, 5000);
    for (std::size_t i = 0; i < truth.size(); ++i)
        truth[i].world_from_camera = Rotation::looking(0.05 * static_cast<double>(i), 0, 0);
    LinkedSet set = linked(truth, 0.5);
    set.told.assign(5, 5000);
    // A stray in front of all, small, of another lens, of which nobody knows anything.
    set.lenses.insert(set.lenses.begin(), {64, 48, 64, 0, 0});
    set.lens_of = {0, 1, 1, 1, 1, 1};
    set.told.insert(set.told.begin(), 0);
    for (TileLink& l : set.links) {
        ++l.a;
        ++l.b;
    }
    const GroupSolution s = solved(set);
    EXPECT_NEAR(s.cameras[3].camera.lens.f_px, 5000, 500);
    EXPECT_TRUE(s.focal_determined);
    EXPECT_EQ(s.group, (std::vector<int>{0, 1, 1, 1, 1, 1}));
}

TEST(GroupSolution, OfTilesWithoutLinksIsEachAlone) {
    LinkedSet set = linked(wide_row(4), 1);
    set.links.clear();
    const GroupSolution s = solved(set);
    EXPECT_EQ(s.group, (std::vector<int>{0, 1, 2, 3}));
    EXPECT_FALSE(s.focal_determined);
    for (const BundleCamera& c : s.cameras) EXPECT_GT(c.camera.lens.f_px, 0);
}

}  // namespace
}  // namespace nightstack
