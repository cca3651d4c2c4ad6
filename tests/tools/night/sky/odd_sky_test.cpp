// SPDX-License-Identifier: MIT
// Where nothing can be found, nothing is, and it says why; whatever the values are, nothing is thrown.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>

#include "cpu_time.h"
#include "device/targets/star_atlas.h"
#include "pipeline/graph/measure_lights.h"
#include "tools/night/sky/field_view.h"
#include "tools/night/sky/night_sky.h"
#include "tools/night/sky/sky_hints.h"
#include "tools/solve/wcs_header.h"
#include "twin_field.h"

namespace nightstack::tools {
namespace {

using namespace testing_night;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kScale_deg = 2 * 2.991 / 3600;

// Stars of the atlas on a plate of a DWARF II, up to north; without any picture.
struct Plain {
    Wcs wcs;
    StarList stars;
    StreamFormat format{1920, 1080, PixelKind::cfa, CfaPattern::gbrg};
    FrameInfo info;

    explicit Plain(const SkyPoint& centre) {
        wcs.reference = centre;
        wcs.reference_pixel = {959.5, 539.5};
        wcs.cd = {-kScale_deg, 0, 0, -kScale_deg};
        info.telescope = "DWARFII";
        for (const auto& s : device::stars_near({centre.ra_deg, centre.dec_deg}, 1.9, 10.5)) {
            const auto p = wcs.pixel_from_sky({s.place.ra_deg, s.place.dec_deg});
            if (!p || p->x < 0 || p->y < 0 || p->x > 1919 || p->y > 1079) continue;
            const double flux = std::pow(10, 0.4 * (16 - static_cast<double>(s.magnitude)));
            stars.push_back({.x = p->x, .y = p->y, .flux = flux, .fwhm_px = 3, .roundness = 0.95, .snr = 30});
        }
    }
    SkyQuestion asked() const {
        SkyQuestion q;
        q.stars = stars;
        q.format = format;
        q.info = info;
        return q;
    }
};

TEST(OddSky, FiveDegreesOffIsRefused) {
    const Plain plain({60, 32});
    for (const double ra : {60 - 5 / std::cos(32 * 0.01745), 60 + 5.5}) {
        SkyQuestion q = plain.asked();
        q.told = SkyPoint{ra, 32};
        if (separation_deg(*q.told, {60, 32}) < 4.8) q.told->ra_deg += 2;
        const FoundSky found = find_sky(q);
        EXPECT_FALSE(found.sky.solved) << found.sky.text;
        EXPECT_FALSE(found.wcs);
        EXPECT_THAT(found.ledger.cards, IsEmpty());
        EXPECT_THAT(found.sky.text, HasSubstr("no match"));
    }
    SkyQuestion q = plain.asked();
    q.told = SkyPoint{61, 31};
    EXPECT_TRUE(find_sky(q).sky.solved) << "a place that is right enough";
}

TEST(OddSky, NoiseIsRefused) {
    std::mt19937 rng(5);
    std::uniform_real_distribution<double> x(0, 1919), y(0, 1079), magnitude(0, 4);
    for (int round = 0; round < 5; ++round) {
        StarList stars;
        for (int i = 0; i < 200; ++i) {
            stars.push_back({.x = x(rng),
                             .y = y(rng),
                             .flux = std::pow(10, magnitude(rng)),
                             .fwhm_px = 3,
                             .roundness = 0.9,
                             .snr = 20});
        }
        std::sort(stars.begin(), stars.end(), [](const Star& a, const Star& b) { return a.flux > b.flux; });
        SkyQuestion q = Plain({10, 41}).asked();
        q.stars = stars;
        q.told = SkyPoint{300.0 + round, 40.0 - 20 * round};
        const testing_night::CpuTime time;
        const FoundSky found = find_sky(q);
        std::printf("refused in %.0f ms: %s\n", time.ms(), found.sky.text.c_str());
        EXPECT_FALSE(found.sky.solved) << found.sky.text;
        EXPECT_THAT(found.sky.objects, IsEmpty());
    }
}

// Through the detector, as the night does it.
TEST(OddSky, AFrameOfNoiseIsRefused) {
    Image<std::uint16_t> image(1920, 1080);
    std::mt19937 rng(6);
    std::normal_distribution<double> noise(1000, 30);
    for (int py = 0; py < 1080; ++py) {
        for (auto& v : image.view().row(py)) v = static_cast<std::uint16_t>(noise(rng));
    }
    Light light;
    light.format = {1920, 1080, PixelKind::cfa, CfaPattern::gbrg};
    light.read = [&](ImageView<float> out, Rect r, int) {
        for (int py = 0; py < r.height; ++py) {
            for (int px = 0; px < r.width; ++px) out(px, py) = image.cview()(r.x + px, r.y + py);
        }
    };
    const StarList stars = measure_light(light).stars;
    SkyQuestion q = Plain({10, 41}).asked();
    q.stars = stars;
    q.told = SkyPoint{10, 41};
    const FoundSky found = find_sky(q);
    EXPECT_FALSE(found.sky.solved);
    EXPECT_THAT(found.sky.text, HasSubstr("too few stars"));
}

TEST(OddSky, SaysWhatIsMissing) {
    const Plain plain({60, 32});
    EXPECT_THAT(find_sky(plain.asked()).sky.text, HasSubstr("neither a target nor the frame says where to look"));
    SkyQuestion q = plain.asked();
    q.told = SkyPoint{60, 32};
    q.info.telescope = "";
    EXPECT_THAT(find_sky(q).sky.text, HasSubstr("neither focal length and pixel size nor a scope"));
    q.info.focal_length_mm = 100;
    q.info.pixel_size_um = 2.9;
    EXPECT_TRUE(find_sky(q).sky.solved) << "those suffice";
    // The size of a sensor's pixel beside a binning.
    q.info.pixel_size_um = 1.45;
    EXPECT_FALSE(find_sky(q).sky.solved);
    q.info.binning = 2;
    EXPECT_TRUE(find_sky(q).sky.solved);
}

TEST(OddSky, PlacesOfTheHeader) {
    const Plain plain({10.5, 41.0});
    SkyQuestion q = plain.asked();
    q.info.object = "m31";
    EXPECT_TRUE(find_sky(q).sky.solved) << "by the object's name";
    EXPECT_THAT(find_sky(q).sky.text, HasSubstr("off the object m31"));
    q.info.object = "Jupiter";
    EXPECT_FALSE(find_sky(q).sky.solved);
    q.info.object = "of no list";
    q.info.ra_deg = 10;
    q.info.dec_deg = 40.5;
    EXPECT_TRUE(find_sky(q).sky.solved) << "by the header's place";
    // Sent elsewhere, and the frame knows better: it says how far off.
    q.told = SkyPoint{200, -10};
    q.told_name = "M 104";
    const FoundSky found = find_sky(q);
    ASSERT_TRUE(found.sky.solved);
    EXPECT_GT(*found.sky.off_deg, 90);
    EXPECT_THAT(found.sky.text, HasSubstr("deg off the target M 104"));
}

TEST(OddSky, ThePlateOfTheHeaderHelpsAndStaysWhereStarsAreFew) {
    const Plain plain({60, 32});
    for (const bool reversed : {false, true}) {
        SkyQuestion q = plain.asked();
        q.info = {};
        q.header.rows_reversed = reversed;
        q.header.cards = lines_of(wcs_cards(reversed ? turned_over(plain.wcs, 1080) : plain.wcs));
        const FoundSky by_stars = find_sky(q);
        ASSERT_TRUE(by_stars.sky.solved);
        EXPECT_THAT(by_stars.sky.text, HasSubstr(" stars, rms"));
        EXPECT_LT(separation_deg({by_stars.sky.ra_deg, by_stars.sky.dec_deg}, {60, 32}), 0.001);
        EXPECT_NEAR(by_stars.sky.north_deg, 0, 0.05);
        q.stars = q.stars.first(3);
        const FoundSky by_header = find_sky(q);
        ASSERT_TRUE(by_header.sky.solved);
        EXPECT_THAT(by_header.sky.text, HasSubstr("as its header says"));
        EXPECT_EQ(by_header.ledger, q.header);
        EXPECT_LT(separation_deg({by_header.sky.ra_deg, by_header.sky.dec_deg}, {60, 32}), 1e-6);
    }
}

TEST(OddSky, AMirroredPictureIsToldSo) {
    const Plain plain({60, 32});
    StarList stars = plain.stars;
    for (Star& s : stars) s.x = 1919 - s.x;
    SkyQuestion q = plain.asked();
    q.stars = stars;
    q.told = SkyPoint{60.2, 32.1};
    const FoundSky found = find_sky(q);
    ASSERT_TRUE(found.sky.solved) << found.sky.text;
    EXPECT_TRUE(found.sky.mirrored);
    EXPECT_NEAR(found.sky.north_deg, 0, 0.05);
}

TEST(OddSky, CompassAtThePolesAndTurned) {
    for (const double dec : {90.0, -90.0, 89.99, 0.0}) {
        for (const double up_deg : {0.0, 30.0, -120.0}) {
            const double up = up_deg * 0.017453292519943295;
            Wcs wcs;
            wcs.reference = {123, dec};
            wcs.reference_pixel = {959.5, 539.5};
            wcs.cd = {-kScale_deg * std::cos(up), -kScale_deg * std::sin(up), kScale_deg * std::sin(up),
                      -kScale_deg * std::cos(up)};
            const FieldCompass c = compass_of(wcs, 1920, 1080);
            EXPECT_NEAR(std::remainder(c.east_deg - c.north_deg, 360), 90, 0.01);
            EXPECT_FALSE(c.mirrored());
            if (std::abs(dec) > 89) continue;  // up is as the plate's own north, the pole hides it
            EXPECT_NEAR(c.north_deg, -up_deg, 0.01);
        }
    }
}

TEST(OddSky, NeverThrows) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInf = std::numeric_limits<double>::infinity();
    const double odd[] = {0, -1, 1e-300, 1e300, kNan, kInf, -kInf, 360, 90, -90.0001, 3};
    std::mt19937 rng(8);
    const auto any = [&] { return odd[rng() % std::size(odd)]; };
    const Plain plain({60, 32});
    for (int round = 0; round < 60; ++round) {
        StarList stars(plain.stars.begin(), plain.stars.begin() + 40);
        for (Star& s : stars) {
            if (rng() % 4 == 0) s.x = any();
            if (rng() % 4 == 0) s.flux = any();
        }
        SkyQuestion q = plain.asked();
        q.stars = stars;
        const int sizes[] = {0, -5, 1, 15, 1920, 1'000'000};
        if (rng() % 3 == 0) q.format.width = sizes[rng() % 6];
        if (rng() % 3 == 0) q.format.height = sizes[rng() % 6];
        q.told = SkyPoint{any(), any()};
        q.info.focal_length_mm = any();
        q.info.pixel_size_um = any();
        q.info.ra_deg = any();
        q.info.dec_deg = any();
        q.info.binning = static_cast<int>(rng());
        q.info.object = std::string(rng() % 200, static_cast<char>(rng()));
        q.header.rows_reversed = rng() % 2 == 0;
        for (unsigned i = 0; i < rng() % 5; ++i) {
            std::string line = i % 2 == 0 ? "CTYPE1  = 'RA---TAN'" : "CRPIX1  = 1";
            line[rng() % line.size()] = static_cast<char>(rng());
            q.header.cards.push_back(line);
        }
        FoundSky found;
        EXPECT_NO_THROW(found = find_sky(q));
        EXPECT_FALSE(found.sky.text.empty());
    }
}

}  // namespace
}  // namespace nightstack::tools
