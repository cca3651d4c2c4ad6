// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>

#include "pipeline/stages/decode/jpeg_decoder.h"
#include "tests/support/jpeg/made_jpeg.h"
#include "tests/support/own_memory.h"

namespace nightstack {
namespace {

using namespace test;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

// Red, green, blue of a pixel, by JFIF's formulas, from the planes.
std::array<double, 3> colour(const PlanarPicture& p, int x, int y) {
    const double luma = p.y()(x, y);
    if (p.chroma().none()) return {luma, luma, luma};
    const double u = p.u()(x / p.chroma().x, y / p.chroma().y) - 128.0,
                 v = p.v()(x / p.chroma().x, y / p.chroma().y) - 128.0;
    return {luma + 1.402 * v, luma - 0.344136 * u - 0.714136 * v, luma + 1.772 * u};
}

double mean_difference(const PlanarPicture& picture, const Rgb8& scene) {
    double sum = 0;
    for (int y = 0; y < scene.height; ++y) {
        for (int x = 0; x < scene.width; ++x) {
            const auto got = colour(picture, x, y);
            for (std::size_t c = 0; c < 3; ++c)
                sum += std::abs(got[c] - scene.pixels[static_cast<std::size_t>(3 * (y * scene.width + x)) + c]);
        }
    }
    return sum / 3 / scene.width / scene.height;
}

TEST(Decode, GivesThePlanesOfEveryKind) {
    JpegDecoder decoder;
    PlanarPicture out;
    for (const auto& [x, y] : {std::pair{2, 2}, {1, 1}, {2, 1}, {1, 2}, {4, 1}}) {
        for (const auto& [width, height] : {std::pair{64, 48}, {97, 61}, {1, 1}, {17, 130}}) {
            for (const bool progressive : {false, true}) {
                const Rgb8 scene = made_scene(Scene::night, width, height, 3);
                const std::string jpeg =
                    made_jpeg(scene, {.quality = 98, .chroma_x = x, .chroma_y = y, .progressive = progressive});
                const DecodeResult got = decoder.planes(bytes_of(jpeg), out);
                ASSERT_EQ(got.kind, Decoded::whole) << got.problem;
                EXPECT_EQ(got.size, (PictureSize{width, height}));
                EXPECT_EQ(out.chroma(), (Subsampling{x, y}));
                EXPECT_EQ(out.u().width(), (width + x - 1) / x);
                EXPECT_EQ(out.v().height(), (height + y - 1) / y);
                EXPECT_LT(mean_difference(out, scene), 3.0) << x << y << " " << width << "x" << height;
            }
        }
    }
}

TEST(Decode, GrayHasNoColours) {
    JpegDecoder decoder;
    PlanarPicture out;
    const Rgb8 scene = made_scene(Scene::day, 50, 40, 3);
    const std::string jpeg = made_jpeg(scene, {.chroma_x = 0});
    ASSERT_EQ(decoder.planes(bytes_of(jpeg), out).kind, Decoded::whole);
    EXPECT_TRUE(out.chroma().none() && out.u().empty() && out.v().empty());
    Image<std::uint8_t> rgb;
    ASSERT_EQ(decoder.rgb(bytes_of(jpeg), rgb).kind, Decoded::whole);
    EXPECT_EQ(rgb.view()(30, 7), out.y()(10, 7));
    EXPECT_EQ(rgb.view()(32, 7), out.y()(10, 7));
}

TEST(Decode, GivesRgb) {
    JpegDecoder decoder;
    Image<std::uint8_t> out;
    for (const bool stored_as_rgb : {false, true}) {
        const Rgb8 scene = made_scene(Scene::night, 95, 33, 4);
        const std::string jpeg = made_jpeg(scene, {.quality = 98, .stored_as_rgb = stored_as_rgb});
        ASSERT_EQ(decoder.rgb(bytes_of(jpeg), out).kind, Decoded::whole);
        ASSERT_EQ(out.width(), 3 * 95);
        double sum = 0;
        for (int y = 0; y < 33; ++y) {
            for (int i = 0; i < 3 * 95; ++i)
                sum += std::abs(out.view()(i, y) - scene.pixels[static_cast<std::size_t>(y * 3 * 95 + i)]);
        }
        EXPECT_LT(sum / 3 / 95 / 33, 3.0);
    }
}

TEST(Decode, RefusesWhatIsNoVideoPicture) {
    JpegDecoder decoder;
    PlanarPicture out;
    const std::string rgb = made_jpeg(Scene::day, 32, 32, 1, {.stored_as_rgb = true});
    EXPECT_EQ(decoder.planes(bytes_of(rgb), out).kind, Decoded::refused);
    for (const std::string& text : {std::string(), std::string("\xFF\xD8\xFF\xD9", 4), std::string("no picture"),
                                    std::string(100'000, '\xFF'), std::string("\xFF\xD8", 2)}) {
        const DecodeResult got = decoder.planes(bytes_of(text), out);
        EXPECT_EQ(got.kind, Decoded::refused);
        EXPECT_FALSE(got.problem.empty());
    }
    EXPECT_EQ(decoder.planes(bytes_of(made_jpeg(Scene::day, 32, 32, 1)), out).kind, Decoded::whole);  // none the worse
}

TEST(Decode, SaysWhenTheSizeChanged) {
    JpegDecoder decoder;
    PlanarPicture out;
    Image<std::uint8_t> rgb;
    decoder.pin(PictureSize{64, 48});
    EXPECT_EQ(decoder.planes(bytes_of(made_jpeg(Scene::day, 64, 48, 1)), out).kind, Decoded::whole);
    const std::string other = made_jpeg(Scene::day, 80, 48, 1);
    const DecodeResult got = decoder.planes(bytes_of(other), out);
    EXPECT_EQ(got.kind, Decoded::size_changed);
    EXPECT_EQ(got.size, (PictureSize{80, 48}));
    EXPECT_EQ(got.problem, "80x48 after 64x48");
    EXPECT_EQ(out.size(), (PictureSize{64, 48})) << "nothing was decoded";
    EXPECT_EQ(decoder.rgb(bytes_of(other), rgb).kind, Decoded::size_changed);
    EXPECT_EQ(decoder.probe(bytes_of(other)).kind, Decoded::size_changed);
    decoder.pin(std::nullopt);
    EXPECT_EQ(decoder.planes(bytes_of(other), out).kind, Decoded::whole);
}

TEST(Decode, DamageIsShownAndNeverStacked) {
    JpegDecoder decoder;
    PlanarPicture out;
    Image<std::uint8_t> rgb;
    const Rgb8 scene = made_scene(Scene::day, 160, 160, 1);
    const std::string whole = made_jpeg(scene, {});
    const std::string half = whole.substr(0, whole.size() / 2);
    const DecodeResult got = decoder.planes(bytes_of(half), out);
    EXPECT_EQ(got.kind, Decoded::damaged);
    EXPECT_TRUE(got.shows());
    EXPECT_FALSE(got.stacks());
    EXPECT_NE(got.problem.find("remature"), std::string_view::npos) << got.problem;
    EXPECT_NEAR(colour(out, 20, 20)[1], scene.pixels[3 * (20 * 160 + 20) + 1], 60) << "the upper half is there";
    EXPECT_EQ(decoder.rgb(bytes_of(half), rgb).kind, Decoded::damaged);
    EXPECT_EQ(decoder.planes(bytes_of(half), out, Damage::stop).kind, Decoded::damaged);
    EXPECT_EQ(decoder.planes(bytes_of(whole), out).kind, Decoded::whole);
}

TEST(Decode, KeepsItsMemory) {
    JpegDecoder decoder;
    PlanarPicture out;
    const std::string large = made_jpeg(Scene::night, 1280, 720, 1), small = made_jpeg(Scene::night, 640, 360, 1);
    ASSERT_TRUE(decoder.planes(bytes_of(large), out).stacks());
    const std::uint8_t* const y = out.y().data();
    const std::uint8_t* const u = out.u().data();
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(decoder.planes(bytes_of(i % 5 == 4 ? small : large), out).stacks());
        EXPECT_TRUE(out.y().data() == y && out.u().data() == u);
    }
    ::getrusage(RUSAGE_SELF, &after);
    // One plane of a frame alone is 225 pages.
    if (test::memory_is_ours()) {
        EXPECT_LT(after.ru_minflt - before.ru_minflt, 200);
    }
}

}  // namespace
}  // namespace nightstack
