// SPDX-License-Identifier: MIT
// Captions: where they are and where they are not. NIGHTSTACK_KEEP_PICTURES=FOLDER keeps the pictures for eyes.
#include "tools/night/sky/annotate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "io/image_files/png.h"
#include "pipeline/core/error.h"
#include "pipeline/core/runner.h"
#include "tools/night/sky/drawing.h"
#include "tools/night/sky/field_view.h"
#include "tools/night/sky/small_font.h"
#include "twin_field.h"

namespace nightstack::tools {
namespace {

using Rgb = std::vector<std::uint8_t>;

Rgb plain(int width, int height, std::uint8_t value) {
    return Rgb(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, value);
}

Wcs plate(const SkyPoint& centre, int width, int height, double arcsec, double up_deg) {
    const double s = arcsec / 3600, up = up_deg * 0.017453292519943295;
    Wcs wcs;
    wcs.reference = centre;
    wcs.reference_pixel = {0.5 * (width - 1), 0.5 * (height - 1)};
    wcs.cd = {-s * std::cos(up), -s * std::sin(up), s * std::sin(up), -s * std::cos(up)};
    return wcs;
}

void keep(const Rgb& rgb, int width, int height, const std::string& name) {
    const char* folder = std::getenv("NIGHTSTACK_KEEP_PICTURES");
    if (folder == nullptr) return;
    SerialRunner runner;
    io::OutputFile file(std::filesystem::path(folder) / name, io::Overwrite::yes);
    io::write_png(
        file, {width, height, 3, 8},
        [&](int y, std::span<std::uint8_t> row) {
            std::copy_n(rgb.begin() + static_cast<std::ptrdiff_t>(y) * width * 3, row.size(), row.begin());
        },
        runner);
    file.publish();
}

// Pixels that differ, within a part of the picture.
int changed(const Rgb& a, const Rgb& b, int width, const Rect& part) {
    int count = 0;
    for (int y = part.y; y < part.bottom(); ++y) {
        for (int x = part.x; x < part.right(); ++x) {
            const auto at =
                (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 3;
            count += !std::equal(a.begin() + static_cast<std::ptrdiff_t>(at),
                                 a.begin() + static_cast<std::ptrdiff_t>(at + 3),
                                 b.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
    return count;
}

TEST(Annotate, DrawsTitleScaleCompassAndNames) {
    const int w = 960, h = 540;
    const Rgb before = plain(w, h, 30);
    Rgb after = before;
    const Wcs wcs = plate({10.68, 41.27}, w, h, 11.96, 20);
    const auto objects = objects_in(wcs, w, h);
    ASSERT_GE(objects.size(), 3u);
    annotate(after, w, h, wcs, objects, "M 31, 2 h 14 min");
    EXPECT_GT(changed(before, after, w, {0, 0, 200, 30}), 300) << "title";
    EXPECT_GT(changed(before, after, w, {0, h - 40, 400, 40}), 300) << "scale";
    EXPECT_GT(changed(before, after, w, {w - 90, h - 90, 90, 90}), 200) << "compass";
    const int x = static_cast<int>(objects[0].x), y = static_cast<int>(objects[0].y);
    EXPECT_GT(changed(before, after, w, {x - 12, y - 12, 24, 24}), 40) << "its mark";
    EXPECT_EQ(changed(before, after, w, {x - 3, y - 3, 6, 6}), 0) << "which leaves the object free";
    EXPECT_GT(changed(before, after, w, {x + 12, y - 8, 120, 16}), 300) << "its name";
    EXPECT_LT(changed(before, after, w, {0, 0, w, h}), w * h / 10);
    keep(after, w, h, "m31.png");
}

// The arrow to the north goes where the sky's north is.
TEST(Annotate, TheCompassTurnsWithTheField) {
    const int w = 600, h = 600;
    for (const double up : {0.0, 90.0, 180.0, -45.0}) {
        Rgb rgb = plain(w, h, 0);
        const Wcs wcs = plate({10, 20}, w, h, 10, up);
        annotate(rgb, w, h, wcs, {}, "");
        // A point on the shaft: from the compass' middle towards where a step north ends.
        const Point middle{w - 1.0 - 34 - 3, h - 1.0 - 34 - 3};
        const auto north = wcs.pixel_from_sky({10, 20.1});
        ASSERT_TRUE(north);
        const double dx = north->x - 0.5 * (w - 1), dy = north->y - 0.5 * (h - 1), length = std::hypot(dx, dy);
        for (const double along : {5.0, 15.0}) {
            const auto x = static_cast<std::size_t>(std::lround(middle.x + along * dx / length));
            const auto y = static_cast<std::size_t>(std::lround(middle.y + along * dy / length));
            EXPECT_GT(rgb[(y * static_cast<std::size_t>(w) + x) * 3 + 2], 150) << up;
        }
        keep(rgb, w, h, "compass" + std::to_string(static_cast<int>(up)) + ".png");
    }
}

TEST(Annotate, ACrowdAndEdgesAndSmallPictures) {
    for (const int side : {1, 60, 119, 120, 200, 400}) {
        Rgb rgb = plain(side, side, 90);
        const Rgb before = rgb;
        std::vector<NightSky::Object> objects;
        for (int i = 0; i < 20; ++i)
            objects.push_back({"NGC " + std::to_string(4000 + i), side * i / 19.0, side * 0.5});
        objects.push_back({std::string(3000, 'x'), 1e300, -1e300});
        objects.push_back({"bad \xff\x01 name", side - 1.0, side - 1.0});
        objects.push_back({"nan", std::nan(""), 1});
        EXPECT_NO_THROW(annotate(rgb, side, side, plate({0, 90}, side, side, 20, 3), objects, std::string(5000, 'T')));
        EXPECT_EQ(rgb == before, side < 120) << side;
        keep(rgb, side, side, "crowd" + std::to_string(side) + ".png");
    }
    Rgb wrong = plain(200, 200, 0);
    EXPECT_THROW(annotate(wrong, 200, 201, Wcs(), {}, ""), OptionError);
    EXPECT_NO_THROW(annotate(wrong, 200, 200, Wcs{{0, 0}, {0, 0}, {0, 0, 0, 0}, {}, {}, {}, {}}, {}, ""));
}

// For eyes: a field of the twin, stretched.
TEST(Annotate, OverAFrame) {
    if (std::getenv("NIGHTSTACK_KEEP_PICTURES") == nullptr) return;  // for eyes alone
    const auto field = testing_night::twin_field({187.0, 12.5}, 0);
    const int w = field.format.width, h = field.format.height;
    Rgb rgb = plain(w, h, 0);
    for (int y = 0; y < h; ++y) {
        for (int x = 0; x < w; ++x) {
            const double v = std::clamp((field.image.cview()(x, y) - 900) / 3000.0, 0.0, 1.0);
            std::fill_n(rgb.begin() + 3 * (static_cast<std::ptrdiff_t>(y) * w + x), 3,
                        static_cast<std::uint8_t>(255 * std::pow(v, 0.4)));
        }
    }
    const Wcs wcs = plate(field.centre(), w, h, 2 * 2.991, field.up_deg());
    annotate(rgb, w, h, wcs, objects_in(wcs, w, h), "Virgo, 15 s");
    keep(rgb, w, h, "virgo.png");
}

TEST(SmallFont, LettersDifferAndStayInTheirBox) {
    std::vector<std::string> shapes;
    for (char c = ' '; c <= '~'; ++c) {
        std::string shape;
        for (int y = 0; y < kGlyphHeight; ++y) {
            for (int x = 0; x < kGlyphWidth; ++x) shape += glyph_pixel(c, x, y) ? '#' : '.';
        }
        shapes.push_back(shape);
    }
    std::sort(shapes.begin(), shapes.end());
    EXPECT_EQ(std::adjacent_find(shapes.begin(), shapes.end()), shapes.end());
    EXPECT_TRUE(glyph_pixel('A', 2, 0) && glyph_pixel('A', 0, 6) && !glyph_pixel('A', 0, 0));
    for (int y = 0; y < kGlyphHeight; ++y) EXPECT_EQ(glyph_pixel('\xe9', 2, y), glyph_pixel('?', 2, y));
    EXPECT_FALSE(glyph_pixel('A', -1, 0) || glyph_pixel('A', 5, 0) || glyph_pixel('A', 0, 9));
}

}  // namespace
}  // namespace nightstack::tools
