// SPDX-License-Identifier: MIT
#include "device/targets/star_atlas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "device/targets/made_up_stars.h"
#include "device/targets/star_pack.h"

namespace nightstack::device {
namespace {

constexpr double kDegree = 0.017453292519943295;

double apart_arcsec(const Equatorial& a, const Equatorial& b) {
    const double s = std::sin((a.dec_deg - b.dec_deg) / 2 * kDegree);
    const double t = std::sin((a.ra_deg - b.ra_deg) / 2 * kDegree);
    const double h = s * s + std::cos(a.dec_deg * kDegree) * std::cos(b.dec_deg * kDegree) * t * t;
    return 2 * std::asin(std::sqrt(std::min(1.0, h))) / kDegree * 3600;
}

auto key(const AtlasStar& star) {
    return std::make_tuple(star.magnitude, star.place.ra_deg, star.place.dec_deg, star.real);
}

std::vector<AtlasStar> every_star(double faintest) { return stars_near({0, 90}, 180, faintest); }

// SIMBAD: place at epoch 2000, V, B-V.
TEST(StarAtlas, KnownStarsAreThereOnce) {
    const struct {
        const char* name;
        Equatorial place;
        double magnitude, colour, within;
    } stars[] = {{"Sirius", {101.28716, -16.71612}, -1.46, 0.00, 0.5},
                 {"Canopus", {95.98796, -52.69566}, -0.74, 0.15, 0.5},
                 {"Arcturus", {213.91530, 19.18241}, -0.05, 1.23, 0.5},
                 {"Vega", {279.23473, 38.78369}, 0.03, 0.00, 0.5},
                 {"Betelgeuse", {88.79294, 7.40706}, 0.42, 1.85, 0.5},
                 {"Polaris", {37.95456, 89.26411}, 2.02, 0.60, 0.5},
                 {"Alnilam", {84.05339, -1.20192}, 1.69, -0.18, 0.5},
                 {"Alnitak", {85.18969, -1.94257}, 1.77, -0.11, 0.5},
                 {"Mintaka", {83.00167, -0.29910}, 2.23, -0.18, 0.5},
                 {"Alcyone", {56.87115, 24.10514}, 2.87, -0.09, 0.7},
                 {"Barnard's Star", {269.45208, 4.69339}, 9.51, 1.73, 0.7},
                 {"Alpheratz", {2.09692, 29.09043}, 2.06, -0.11, 0.5}};
    for (const auto& [name, place, magnitude, colour, within] : stars) {
        int found = 0;
        for (const AtlasStar& star : stars_near(place, 3.0 / 3600, magnitude + 0.8)) {
            if (apart_arcsec(star.place, place) > within) continue;
            ++found;
            EXPECT_NEAR(star.magnitude, magnitude, 0.15) << name;
            EXPECT_NEAR(star.colour, colour, 0.4) << name;
        }
        EXPECT_EQ(found, 1) << name;
    }
}

TEST(StarAtlas, BrightStarsAreAsManyAsInTheSky) {
    // Bright Star Catalogue, 5th edition: 4 to V 0, 14 to 1, 49 to 2, 173 to 3, 518 to 4, 1603 to 5, 5044 to 6.
    const std::map<int, int> counts{{0, 4}, {1, 14}, {2, 49}, {3, 173}, {4, 518}, {5, 1603}, {6, 5044}};
    for (const auto& [magnitude, count] : counts)
        EXPECT_NEAR(static_cast<double>(every_star(magnitude).size()), count, 2 + 0.03 * count) << magnitude;
    int in_pleiades = 0;
    for (const AtlasStar& star : stars_near({56.75, 24.12}, 1, 6)) in_pleiades += star.magnitude < 5.6F;
    EXPECT_EQ(in_pleiades, 9);
}

TEST(StarAtlas, NoStarIsTwice) {
    std::vector<AtlasStar> all = every_star(8);
    std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.place.dec_deg < b.place.dec_deg; });
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = i + 1; j < all.size() && all[j].place.dec_deg - all[i].place.dec_deg < 0.8 / 3600; ++j)
            EXPECT_GT(apart_arcsec(all[i].place, all[j].place), 0.8)
                << all[i].place.ra_deg << " " << all[i].place.dec_deg;
}

TEST(StarAtlas, ConesHoldWhatLiesInThem) {
    const std::vector<AtlasStar> all = every_star(9.5);
    const std::pair<Equatorial, double> cones[] = {{{0, 0}, 3},         {{359.99, 45}, 2},    {{0.001, -60}, 5},
                                                   {{123, 90}, 4},      {{77, -90}, 1.5},     {{200, 88.5}, 3},
                                                   {{310, -88.9}, 2.5}, {{83.8, -5.4}, 22.5}, {{266, -29}, 0.4},
                                                   {{180, 0}, 90},      {{45, 2}, 0.0001}};
    for (const auto& [centre, radius] : cones) {
        std::vector<AtlasStar> expected;
        for (const AtlasStar& star : all)
            if (apart_arcsec(star.place, centre) <= radius * 3600) expected.push_back(star);
        const std::vector<AtlasStar> found = stars_near(centre, radius, 9.5);
        ASSERT_EQ(found.size(), expected.size()) << centre.ra_deg << " " << centre.dec_deg << " " << radius;
        for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(key(found[i]), key(expected[i]));
    }
    EXPECT_EQ(
        all.size(), every_star(20).size() - [] {
            const auto faint = every_star(20);
            return static_cast<std::size_t>(
                std::count_if(faint.begin(), faint.end(), [](auto& s) { return s.magnitude >= 9.5F; }));
        }());
}

TEST(StarAtlas, BrightestFirst) {
    const auto stars = stars_near({290, 10}, 3, 14, 7);
    ASSERT_GT(stars.size(), 1000U);
    for (std::size_t i = 1; i < stars.size(); ++i) {
        ASSERT_LE(stars[i - 1].magnitude, stars[i].magnitude);
        ASSERT_FALSE(stars[i - 1].magnitude == stars[i].magnitude && stars[i].real && !stars[i - 1].real);
    }
    EXPECT_LT(stars.back().magnitude, 14);
}

TEST(StarAtlas, NeighbouringConesSeeTheSameMadeUpStars) {
    const Equatorial left{359.2, 41};
    const Equatorial right{1.1, 41.6};
    const auto mine = [&](const Equatorial& from, double radius, double faintest) {
        std::vector<decltype(key(AtlasStar{}))> shared;
        for (const AtlasStar& star : stars_near(from, radius, faintest, 3))
            if (star.magnitude < 14.3F && apart_arcsec(star.place, left) < 7200 &&
                apart_arcsec(star.place, right) < 7200)
                shared.push_back(key(star));
        return shared;
    };
    const auto one = mine(left, 2.01, 14.3);
    EXPECT_GT(one.size(), 300U);
    EXPECT_EQ(one, mine(right, 2.01, 14.3));
    EXPECT_EQ(one, mine({0.3, 41.2}, 6, 15.1));  // nor does it matter how faint one looks
    const auto other_seed = stars_near(left, 2, 14.3, 4);
    EXPECT_NE(key(other_seed.back()), key(stars_near(left, 2, 14.3, 3).back()));
}

TEST(StarAtlas, WithoutSeedAllStarsAreReal) {
    for (const AtlasStar& star : stars_near({290, 10}, 3, 14)) ASSERT_TRUE(star.real);
}

double log_count(const std::vector<AtlasStar>& stars, double magnitude, double area) {
    const auto n = std::count_if(stars.begin(), stars.end(), [&](auto& star) { return star.magnitude < magnitude; });
    return std::log10(static_cast<double>(n) / area);
}

// Cox (ed.), Allen's Astrophysical Quantities, 4th ed.: log10 of stars per square degree to V 15, 16 and 17.
TEST(StarAtlas, CountsGoOnAsInTheSky) {
    const struct {
        Equatorial centre;  // at a galactic longitude without the bulge
        double counts[3];
    } fields[] = {{{192.86, 27.13}, {2.110, 2.347, 2.553}},  // the pole
                  {{331.2, 52.6}, {3.095, 3.472, 3.826}},    // l 99, b -2.3
                  {{20.0, 32.0}, {2.591, 2.875, 3.124}}};    // l 130, b -30
    for (const auto& [centre, counts] : fields) {
        const auto stars = stars_near(centre, 3, 17, 1);
        const double area = 41252.96 / 2 * (1 - std::cos(3 * kDegree));
        for (int i = 0; i < 3; ++i)
            EXPECT_NEAR(log_count(stars, 15 + i, area), counts[i], 0.3) << centre.ra_deg << " V " << 15 + i;
        // No step where the real ones end.
        const double before = log_count(stars, 10.5, area) - log_count(stars, 9.5, area);
        const double across = log_count(stars, 11.5, area) - log_count(stars, 10.5, area);
        EXPECT_NEAR(across, before, 0.15) << centre.ra_deg;
    }
}

TEST(StarAtlas, MadeUpStarsLieInTheirCell) {
    const StarPack& pack = StarPack::instance();
    for (const int cell : {0, 1, 4000, 5155, pack.cells().size() - 1}) {
        std::vector<AtlasStar> stars;
        append_made_up(pack, cell, 15, 9, stars);
        const SkyCell& frame = pack.cells()[cell];
        double expected = 0;
        for (double v = 11.05; v < 15; v += 0.1) expected += 0.1 * star_density(pack, cell, v) * frame.area_deg2;
        EXPECT_NEAR(static_cast<double>(stars.size()), expected, 10 + 0.1 * expected);
        for (const AtlasStar& star : stars) {
            EXPECT_TRUE(star.place.ra_deg >= frame.corner.ra_deg &&
                        star.place.ra_deg <= frame.corner.ra_deg + frame.width_deg);
            EXPECT_TRUE(star.place.dec_deg >= frame.corner.dec_deg &&
                        star.place.dec_deg <= frame.corner.dec_deg + frame.height_deg);
            EXPECT_TRUE(star.magnitude >= pack.complete_to(cell) - 0.01 && star.magnitude < 15);
            EXPECT_TRUE(star.colour > -0.5F && star.colour < 2.1F);
        }
    }
}

}  // namespace
}  // namespace nightstack::device
