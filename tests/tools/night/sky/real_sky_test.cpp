// SPDX-License-Identifier: MIT
// Where real frames look, with no more than their own headers say; against the plate that other programs found.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "cpu_time.h"
#include "io/fits/reader.h"
#include "pipeline/graph/measure_lights.h"
#include "tests/support/real_data.h"
#include "tools/night/sky/night_sky.h"
#include "tools/solve/wcs_header.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;

struct RealFrame {
    StreamFormat format;
    FrameInfo info;
    StarList stars;
    std::optional<Wcs> plate;  // of its header
    bool rows_reversed = false;
};

RealFrame read_frame(const fs::path& path) {
    const auto file = io::open_fits(path);
    RealFrame frame;
    frame.format = file->format();
    frame.info = file->info();
    frame.rows_reversed = file->rows_reversed();
    try {
        const Wcs wcs = wcs_of(file->file().header(), "header");
        frame.plate = frame.rows_reversed ? turned_over(wcs, frame.format.height) : wcs;
    } catch (const std::exception&) {
    }
    Light light;
    light.format = frame.format;
    light.info = frame.info;
    light.read = [&](ImageView<float> out, Rect region, int plane) { file->read(out, region, plane); };
    frame.stars = measure_light(light).stars;
    return frame;
}

FoundSky found_in(const RealFrame& frame, std::optional<SkyPoint> told = {}) {
    SkyQuestion question;
    question.stars = frame.stars;
    question.format = frame.format;
    question.info = frame.info;
    question.header.rows_reversed = frame.rows_reversed;
    question.told = told;
    const testing_night::CpuTime time;
    FoundSky found = find_sky(question);
    std::printf("%dx%d, %zu stars, %.0f ms: %s\n", frame.format.width, frame.format.height, frame.stars.size(),
                time.ms(), found.sky.text.c_str());
    return found;
}

double farthest_px(const Wcs& a, const Wcs& b, const StreamFormat& format) {
    const double w = format.width - 1.0, h = format.height - 1.0;
    double farthest = 0;
    for (const Point p : {Point{0, 0}, Point{w, 0}, Point{0, h}, Point{w, h}, Point{w / 2, h / 2}}) {
        const double off = 3600 * separation_deg(a.sky_from_pixel(p), b.sky_from_pixel(p));
        farthest = std::max(farthest, off / b.arcsec_per_px());
    }
    return farthest;
}

TEST(RealSky, EverySeestarFrameByItsHeader) {
    const auto data = test::real_data_folder();
    if (!data) GTEST_SKIP() << test::kNoRealData;
    int frames = 0;
    for (const auto& entry : fs::directory_iterator(*data / "seestar-ngc7023-a")) {
        if (entry.path().extension() != ".fit") continue;
        const RealFrame frame = read_frame(entry.path());
        const FoundSky found = found_in(frame);
        ASSERT_TRUE(found.sky.solved) << entry.path();
        ASSERT_TRUE(frame.plate);
        EXPECT_LT(farthest_px(*found.wcs, *frame.plate, frame.format), 2) << entry.path();
        EXPECT_FALSE(found.sky.mirrored);
        ++frames;
    }
    EXPECT_EQ(frames, 4);
}

// Rows and columns exchanged, so mirrored; its header is that of a DWARF II, whose focal length is not that of the
// frame's real camera (2.39 arcsec/px). Five stars of the atlas in the field: only a place that is good to a degree
// proves them.
TEST(RealSky, TheFrameOfM94) {
    const auto data = test::real_data_folder();
    if (!data) GTEST_SKIP() << test::kNoRealData;
    RealFrame frame =
        read_frame(*data / "derived-dwarf2-m94-b/DWARF_RAW_M94_EXP_10_GAIN_80_2025-03-27-01-45-13-000/0000.fits");
    frame.info.focal_length_mm = 250;
    frame.info.pixel_size_um = 2.9;
    const FoundSky found = found_in(frame, SkyPoint{12.871389 * 15, 40.979722});
    ASSERT_TRUE(found.sky.solved);
    EXPECT_TRUE(found.sky.mirrored);
    EXPECT_NEAR(found.sky.arcsec_per_px, 2.39, 0.03);
}

// Two degrees away from where its mount said, and mirrored; the place is that of the plate of its solved twin.
TEST(RealSky, APocsFrameFarFromWhereItsMountSaid) {
    const auto data = test::real_data_folder();
    if (!data) GTEST_SKIP() << test::kNoRealData;
    RealFrame frame = read_frame(*data / "sky-wcs/pocs/unsolved.fits");
    frame.info.focal_length_mm = 85;
    frame.info.pixel_size_um = 4.3;
    const FoundSky found = found_in(frame, SkyPoint{301.56439, 44.456875});
    ASSERT_TRUE(found.sky.solved);
    EXPECT_TRUE(found.sky.mirrored);
    EXPECT_LT(3600 * separation_deg({found.sky.ra_deg, found.sky.dec_deg}, {303.2064, 46.0174}), 60);
    EXPECT_NEAR(*found.sky.off_deg, 1.94, 0.03);
}

// Its header names the place, nobody the optics: those of the MicroObservatory's telescopes are about 5.2 arcsec/px.
TEST(RealSky, FramesOfHatP32OnceTheScaleIsKnown) {
    const auto data = test::real_data_folder();
    if (!data) GTEST_SKIP() << test::kNoRealData;
    int frames = 0;
    for (const auto& entry : fs::directory_iterator(*data / "microobs-hatp32")) {
        if (entry.path().extension() != ".FITS" || ++frames > 6) continue;
        RealFrame frame = read_frame(entry.path());
        EXPECT_FALSE(found_in(frame).sky.solved);
        frame.info.focal_length_mm = 540;
        frame.info.pixel_size_um = 13.6;
        const FoundSky found = found_in(frame);
        EXPECT_TRUE(found.sky.solved) << entry.path();
    }
}

// Whatever else there is with a place: no wrong answer where a plate is known, and never an exception.
TEST(RealSky, AllOtherFramesAreSolvedRightOrNot) {
    const auto data = test::real_data_folder();
    if (!data) GTEST_SKIP() << test::kNoRealData;
    for (const char* folder : {"sky-wcs", "microobs-hatp32", "derived-dwarf2-m94-b"}) {
        int left = 12;
        for (const auto& entry : fs::recursive_directory_iterator(*data / folder)) {
            if (!entry.is_regular_file() || left-- <= 0) continue;
            const std::string ext = entry.path().extension().string();
            if (ext != ".fits" && ext != ".FITS" && ext != ".fit") continue;
            try {
                const RealFrame frame = read_frame(entry.path());
                std::printf("%s: ", fs::relative(entry.path(), *data).string().c_str());
                const FoundSky found = found_in(frame);
                if (!found.sky.solved || !frame.plate) continue;
                EXPECT_LT(farthest_px(*found.wcs, *frame.plate, frame.format), 5) << entry.path();
            } catch (const std::exception& e) {
                std::printf("not a frame: %s\n", e.what());
            }
        }
    }
}

}  // namespace
}  // namespace nightstack::tools
