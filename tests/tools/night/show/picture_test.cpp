// SPDX-License-Identifier: MIT
#include "tools/night/show/night_picture.h"

#include <gmock/gmock.h>
#include <png.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <random>

#include "io/files/output_file.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"
#include "tools/session/preview.h"

namespace nightstack::tools {
namespace {

constexpr double kWhite = 4000;

// A greenish sky with noise, stars and a nebula, whose upper left corner no frame covers.
LivePicture made_picture(int width, int height, int planes = 3) {
    std::mt19937 random(5);
    std::normal_distribution<float> noise(0, 6);
    const std::array<float, 3> sky{planes == 1 ? 500.0F : 400.0F, 700.0F, 500.0F};
    LivePicture picture{{-40, 25, width, height}, {}, 10};
    for (int p = 0; p < planes; ++p) {
        LivePicture::Plane plane;
        plane.value = Image<float>(width, height);
        plane.coverage = Image<std::uint16_t>(width, height);
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                if (x + y < width / 4) continue;
                const double r = std::hypot(x - 0.6 * width, y - 0.5 * height) / width;
                const double star = x % 97 < 3 && y % 61 < 3 ? 3000 : 0;
                const double glow = (p == 0 ? 300 : 120) * std::exp(-r * r * 60);
                plane.value.view()(x, y) =
                    sky[static_cast<std::size_t>(p)] + noise(random) + static_cast<float>(star + glow);
                plane.coverage.view()(x, y) = 10;
            }
        }
        picture.planes.push_back(std::move(plane));
    }
    return picture;
}

struct Screen {
    int width = 0, height = 0, channels = 0;
    std::vector<png_byte> samples;
    int at(int x, int y, int channel = 0) const {
        return samples.at(static_cast<std::size_t>((y * width + x) * channels + channel));
    }
};

// libpng's reader as the judge.
Screen read_back(const std::vector<std::byte>& png, int channels) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    EXPECT_NE(png_image_begin_read_from_memory(&image, png.data(), png.size()), 0) << image.message;
    EXPECT_EQ(image.format & PNG_FORMAT_FLAG_COLOR, channels == 3 ? PNG_FORMAT_FLAG_COLOR : 0U);
    image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    Screen screen{static_cast<int>(image.width), static_cast<int>(image.height), channels, {}};
    screen.samples.resize(PNG_IMAGE_SIZE(image));
    EXPECT_NE(png_image_finish_read(&image, nullptr, screen.samples.data(), 0, nullptr), 0) << image.message;
    return screen;
}

std::vector<std::byte> made(const LivePicture& picture, int most_px, int threads = 1) {
    ThreadRunner runner(threads);
    return night_picture(picture, picture.canvas, {kWhite, most_px}, runner);
}

TEST(NightPictureOf, IsThePictureOfStackAtFullSize) {
    for (const int planes : {1, 3}) {
        const LivePicture picture = made_picture(700, 400, planes);
        std::vector<ImageView<const float>> values;
        std::vector<ImageView<const std::uint16_t>> coverage;
        for (const LivePicture::Plane& plane : picture.planes) {
            values.push_back(plane.value.cview());
            coverage.push_back(plane.coverage.cview());
        }
        const test::TempFolder folder;
        SerialRunner runner;
        io::OutputFile file(folder / "stack.png");
        write_preview(file, rows_of(values, coverage), kWhite, PngKind::stretched8, runner);
        file.publish();
        std::ifstream in(folder / "stack.png", std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        const std::vector<std::byte> png = made(picture, 700);
        ASSERT_EQ(png.size(), bytes.size());
        EXPECT_EQ(std::memcmp(png.data(), bytes.data(), bytes.size()), 0);
    }
}

TEST(NightPictureOf, SmallerByMeansWithTheSameStretch) {
    const LivePicture picture = made_picture(701, 400);
    const Screen full = read_back(made(picture, 701), 3);
    const Screen small = read_back(made(picture, 300), 3);  // a third
    ASSERT_EQ(full.width, 701);
    ASSERT_EQ(small.width, 234);
    ASSERT_EQ(small.height, 134);
    for (int channel = 0; channel < 3; ++channel) {
        EXPECT_EQ(small.at(0, 0, channel), 0);  // nobody covers it
        // The sky stands where it stood (a quarter of full), with less noise.
        double full_sum = 0, small_sum = 0, full_square = 0, small_square = 0;
        for (int y = 101; y < 130; ++y) {
            for (int x = 10; x < 29; ++x) {
                const double f = full.at(3 * x + 1, 3 * y + 1, channel), s = small.at(x, y, channel);
                full_sum += f, full_square += f * f, small_sum += s, small_square += s * s;
            }
        }
        const double n = 29 * 19;
        EXPECT_NEAR(small_sum / n, full_sum / n, 3);
        EXPECT_NEAR(small_sum / n, 64, 16);
        const double full_noise = full_square / n - full_sum * full_sum / n / n;
        const double small_noise = small_square / n - small_sum * small_sum / n / n;
        EXPECT_LT(small_noise, full_noise / 3);
    }
}

TEST(NightPictureOf, APixelIsTheMeanOfThoseThatAreCovered) {
    LivePicture picture = made_picture(64, 48, 1);
    for (int y = 40; y < 42; ++y) {
        for (int x = 40; x < 42; ++x) picture.planes[0].value.view()(x, y) = x == 40 ? 500 : 900;
    }
    Screen small = read_back(made(picture, 32), 1);
    const int mean = small.at(20, 20);
    for (int y = 40; y < 42; ++y) {
        for (int x = 40; x < 42; ++x) picture.planes[0].value.view()(x, y) = 700;
    }
    small = read_back(made(picture, 32), 1);
    EXPECT_NEAR(small.at(20, 20), mean, 1);
    for (int y = 40; y < 42; ++y) picture.planes[0].coverage.view()(40, y) = 0;  // what is there does not count
    for (int y = 40; y < 42; ++y) picture.planes[0].value.view()(40, y) = 1e9F;
    small = read_back(made(picture, 32), 1);
    EXPECT_NEAR(small.at(20, 20), mean, 1);
}

TEST(NightPictureOf, TheRegionIsOfTheCanvas) {
    const LivePicture picture = made_picture(400, 300);
    SerialRunner runner;
    // The corner that nobody covers, from outside of the picture.
    const Screen corner = read_back(night_picture(picture, {-100, 0, 80, 40}, {kWhite, 1600}, runner), 3);
    EXPECT_EQ(corner.width, 20);
    EXPECT_EQ(corner.height, 15);
    EXPECT_EQ(corner.at(0, 0), 0);
    const Screen rest = read_back(night_picture(picture, {100, 100, 5000, 5000}, {kWhite, 1600}, runner), 3);
    EXPECT_EQ(rest.width, 260);
    EXPECT_EQ(rest.height, 225);
    EXPECT_THROW(night_picture(picture, {1000, 1000, 10, 10}, {kWhite, 1600}, runner), OptionError);
    EXPECT_THROW(night_picture(picture, {}, {kWhite, 1600}, runner), OptionError);
    EXPECT_THROW(night_picture(picture, picture.canvas, {kWhite, 0}, runner), OptionError);
}

TEST(NightPictureOf, OneCanvasPixelAndNoFrameAtAll) {
    SerialRunner runner;
    LivePicture none{{0, 0, 3, 1}, {}, 0};
    none.planes.push_back({Image<float>(3, 1), {}, Image<std::uint16_t>(3, 1), {}, {}, {}});
    const Screen screen = read_back(night_picture(none, none.canvas, {0, 2}, runner), 1);
    EXPECT_EQ(screen.width, 2);
    EXPECT_EQ(screen.height, 1);
    EXPECT_EQ(screen.at(1, 0), 0);
}

TEST(NightPictureOf, IsTheSameForAnyNumberOfThreads) {
    const LivePicture picture = made_picture(900, 500);
    EXPECT_EQ(made(picture, 450, 1), made(picture, 450, 3));
}

// With NIGHTSTACK_PICTURE=FILE.png the picture is left there to be looked at.
double thread_ms() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

// With NIGHTSTACK_PICTURE=FILE.png the picture is left there to be looked at.
TEST(NightPictureOf, IsQuick) {
    const LivePicture picture = made_picture(1920, 1080);
    SerialRunner runner;
    const NightPictureOptions options{kWhite, 1600};
    night_picture(picture, picture.canvas, options, runner);  // memory is there now
    const double begin = thread_ms();
    const std::vector<std::byte> png = night_picture(picture, picture.canvas, options, runner);
    const double time = thread_ms() - begin;
    RecordProperty("ms", std::to_string(time));
    RecordProperty("bytes", std::to_string(png.size()));
    EXPECT_LT(time, 1000);  // with sanitizers; else well below 100
    if (const char* path = std::getenv("NIGHTSTACK_PICTURE")) {
        std::printf("1920x1080x3: %.1f ms, %zu bytes\n", time, png.size());
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(png.data()), static_cast<std::streamsize>(png.size()));
    }
}

}  // namespace
}  // namespace nightstack::tools
