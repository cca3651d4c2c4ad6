// SPDX-License-Identifier: MIT
// Where a night looks, on frames of the twin's sky with known truth: all over the sky, as frames come and as they are
// stacked; and the plate as other programs read it.
#include <gmock/gmock.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numbers>

#include "cpu_time.h"
#include "device/sim/sky/camera.h"
#include "device/targets/star_atlas.h"
#include "io/fits/writer.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/live_run.h"
#include "pipeline/graph/measure_lights.h"
#include "pipeline/stages/stars/detect.h"
#include "tests/support/own_memory.h"
#include "tests/support/temp_folder.h"
#include "tools/night/sky/field_view.h"
#include "tools/night/sky/night_sky.h"
#include "tools/solve/wcs_header.h"
#include "twin_field.h"

namespace nightstack::tools {
namespace {

using namespace testing_night;
using testing::HasSubstr;

// The sum of two angles as an angle.
double turned(double degrees) { return std::remainder(degrees, 360); }

SkyQuestion asked(const TwinField& field, const StarList& stars) {
    SkyQuestion question;
    question.stars = stars;
    question.format = field.format;
    question.info = field.info;
    question.told = field.told;
    question.told_name = "of the test";
    return question;
}

void expect_right(const FoundSky& found, const TwinField& field) {
    ASSERT_TRUE(found.sky.solved) << found.sky.text;
    EXPECT_LT(3600 * separation_deg({found.sky.ra_deg, found.sky.dec_deg}, field.centre()), 2) << found.sky.text;
    // Up lies `up_deg` from north over east; where east is left of north, north lies as far to the right of up.
    EXPECT_LT(std::abs(turned(found.sky.north_deg + field.up_deg())), 0.1) << found.sky.text;
    EXPECT_FALSE(found.sky.mirrored);
    EXPECT_NEAR(found.sky.arcsec_per_px, 2 * 2.991, 0.01);
    ASSERT_TRUE(found.sky.off_deg);
    EXPECT_NEAR(*found.sky.off_deg, separation_deg(field.centre(), field.told), 0.001);
}

// As a stack keeps it: cards give the same plate back.
void expect_cards(const FoundSky& found, const SkyQuestion& question) {
    const Wcs read = wcs_of(header_of_lines(found.ledger.cards), "cards");
    const bool reversed = question.header.rows_reversed;
    EXPECT_EQ(found.ledger.rows_reversed, reversed);
    const Wcs back = reversed ? turned_over(read, question.format.height) : read;
    for (const Point p : {Point{0, 0}, Point{1919, 0}, Point{0, 1079}, Point{800, 500}})
        EXPECT_LT(3600 * separation_deg(back.sky_from_pixel(p), found.wcs->sky_from_pixel(p)), 1e-3);
}

TEST(FindSky, AllOverTheSky) {
    unsigned variant = 0;
    std::vector<SkyPoint> places = twelve_places();
    if (nightstack::test::sanitized()) places = {places[1], places[4], places[9]};
    for (const SkyPoint& place : places) {
        SCOPED_TRACE(testing::Message() << place.ra_deg << " " << place.dec_deg);
        const TwinField field = twin_field(place, variant++);
        const LightMeasurement measured = measure_light(field.light());
        SkyQuestion question = asked(field, measured.stars);
        question.header.rows_reversed = variant % 2 == 0;
        const testing_night::CpuTime time;
        const FoundSky found = find_sky(question);
        std::printf("%6.2f %+6.2f, up %+7.1f, %zu stars, %.0f ms: %s\n", place.ra_deg, place.dec_deg, field.up_deg(),
                    measured.stars.size(), time.ms(), found.sky.text.c_str());
        expect_right(found, field);
        if (found.sky.solved) expect_cards(found, question);
    }
}

struct Stacked {
    LiveGrid grid;
    LivePicture picture;
    Canvas canvas;
};

Stacked stacked(const TwinField& field, DemosaicKind kind) {
    SerialRunner runner;
    LiveRunOptions options;
    options.sampling.demosaic = kind;
    options.framing = Framing::reference;
    LiveRun run(options, runner);
    const Light light = field.light();
    run.take(light);
    const LiveCanvas canvas = run.canvas();
    return {run.grid(), run.stack()->snapshot(canvas.pixels, runner), canvas.canvas};
}

// How far the atlas' stars, placed by the plate, lie from what is seen in the picture: the median.
double median_off_px(const Wcs& wcs, const LivePicture& picture) {
    SerialRunner runner;
    StarList seen;
    find_stars(seen, picture.planes[1].value.cview(), {}, runner);
    const SkyPoint middle = wcs.sky_from_pixel({0.5 * picture.canvas.width, 0.5 * picture.canvas.height});
    std::vector<double> off;
    for (const auto& star : device::stars_near({middle.ra_deg, middle.dec_deg}, 1.5, 9.5)) {
        const auto at = wcs.pixel_from_sky({star.place.ra_deg, star.place.dec_deg});
        if (!at) continue;
        double nearest = 5;
        for (const Star& s : seen) nearest = std::min(nearest, std::hypot(s.x - at->x, s.y - at->y));
        if (nearest < 5) off.push_back(nearest);
    }
    EXPECT_GT(off.size(), 20u);
    std::nth_element(off.begin(), off.begin() + static_cast<std::ptrdiff_t>(off.size() / 2), off.end());
    return off[off.size() / 2];
}

// Stars of the grid are in pixels of the frame, also where its planes are half as large.
TEST(FindSky, SuperpixelAndLinearStacks) {
    const TwinField field = twin_field({314.7, 44.3}, 3);
    for (const DemosaicKind kind : {DemosaicKind::superpixel, DemosaicKind::linear}) {
        const Stacked stack = stacked(field, kind);
        const FoundSky found = find_sky(asked(field, stack.grid.stars));
        expect_right(found, field);
        ASSERT_TRUE(found.wcs);
        EXPECT_EQ(stack.picture.canvas.width, kind == DemosaicKind::superpixel ? 960 : 1920);
        EXPECT_LT(median_off_px(wcs_on(*found.wcs, stack.canvas), stack.picture), 0.35) << name(kind);
    }
}

TEST(FindSky, TellsWhatIsInTheField) {
    const TwinField field = twin_field({10.7, 41.3}, 0);
    const FoundSky found = find_sky(asked(field, measure_light(field.light()).stars));
    ASSERT_TRUE(found.wcs) << found.sky.text;
    ASSERT_FALSE(found.sky.objects.empty());
    EXPECT_EQ(found.sky.objects[0].name, "M 31 Andromeda Galaxy");
    EXPECT_LT(3600 * separation_deg(found.wcs->sky_from_pixel({found.sky.objects[0].x, found.sky.objects[0].y}),
                                    {10.68479, 41.26906}),
              1);
    EXPECT_LE(found.sky.objects.size(), kMostFieldObjects);
    for (const NightSky::Object& o : found.sky.objects) {
        EXPECT_GE(o.x, -0.5);
        EXPECT_LT(o.x, 1919.5);
        EXPECT_GE(o.y, -0.5);
        EXPECT_LT(o.y, 1079.5);
    }
    EXPECT_THAT(found.sky.text, HasSubstr("off the target of the test"));
}

// A list of 'ra dec x y' for astropy: stars of the atlas in the frame where the truth puts them, by the simplest plate
// there is (the twin's lens bends nothing); y in rows as stored.
void write_stars(const std::filesystem::path& path, const TwinField& field, bool reversed) {
    const double s = 1.0 / (device::sim::camera_facts(0).focal_px / 2) * 180 / std::numbers::pi;
    const double up = field.up_deg() * std::numbers::pi / 180;
    Wcs truth;
    truth.reference = field.centre();
    truth.reference_pixel = {0.5 * (field.format.width - 1), 0.5 * (field.format.height - 1)};
    truth.cd = {-s * std::cos(up), -s * std::sin(up), s * std::sin(up), -s * std::cos(up)};
    std::ofstream list(path);
    list.precision(12);
    for (const auto& star : device::stars_near({truth.reference.ra_deg, truth.reference.dec_deg}, 1.6, 10)) {
        const auto p = truth.pixel_from_sky({star.place.ra_deg, star.place.dec_deg});
        if (!p || p->x < 0 || p->y < 0 || p->x > field.format.width - 1 || p->y > field.format.height - 1) continue;
        list << star.place.ra_deg << " " << star.place.dec_deg << " " << p->x << " "
             << (reversed ? field.format.height - 1 - p->y : p->y) << "\n";
    }
}

TEST(FindSky, AstropyReadsTheCards) {
    unsigned variant = 2;
    for (const SkyPoint place : {SkyPoint{0.05, -33.0}, SkyPoint{37.9, 89.3}}) {
        const TwinField field = twin_field(place, variant++);
        const StarList stars = measure_light(field.light()).stars;
        for (const bool reversed : {false, true}) {
            SkyQuestion question = asked(field, stars);
            question.header.rows_reversed = reversed;
            const FoundSky found = find_sky(question);
            ASSERT_TRUE(found.sky.solved) << found.sky.text;
            const test::TempFolder folder;
            io::FitsCards cards;
            const io::FitsHeader header = header_of_lines(found.ledger.cards);
            for (const io::FitsCard& card : header.cards()) cards.copy(card);
            io::write_fits(folder / "plate.fits", field.image.cview(), cards);
            write_stars(folder / "stars.txt", field, reversed);
            const std::string command = std::string("/usr/bin/python3 ") + NIGHTSTACK_SOURCE_DIR +
                                        "/tests/tools/night/sky/check_cards.py " + (folder / "plate.fits").string() +
                                        " " + (folder / "stars.txt").string() + " 2>&1";
            EXPECT_EQ(std::system(command.c_str()), 0);
        }
    }
}

TEST(FindSky, AFlipIsHalfATurn) {
    EXPECT_FALSE(is_flip(Transform()));
    EXPECT_FALSE(is_flip(Transform::similarity(1, 1.6, 10, 20)));
    for (const double degrees : {-178.0, 175.0, 180.0, -180.0})
        EXPECT_TRUE(is_flip(Transform::similarity(1.001, degrees * std::numbers::pi / 180, 1900, 1000))) << degrees;
    for (const double degrees : {-160.0, 150.0, 90.0})
        EXPECT_FALSE(is_flip(Transform::similarity(1, degrees * std::numbers::pi / 180, 1900, 1000))) << degrees;
    EXPECT_FALSE(is_flip(Transform({std::nan(""), 0, 0, 0, std::nan(""), 0, 0, 0, 1})));
}

TEST(FindSky, AfterAFlipNorthIsTheOtherWay) {
    const TwinField field = twin_field({83.6, -5.4}, 1);
    StarList stars = measure_light(field.light()).stars;
    const FoundSky before = find_sky(asked(field, stars));
    for (Star& s : stars) {
        s.x = field.format.width - 1 - s.x;
        s.y = field.format.height - 1 - s.y;
    }
    const FoundSky after = find_sky(asked(field, stars));
    ASSERT_TRUE(before.sky.solved && after.sky.solved) << after.sky.text;
    EXPECT_NEAR(std::abs(turned(before.sky.north_deg - after.sky.north_deg)), 180, 0.01);
}

}  // namespace
}  // namespace nightstack::tools
