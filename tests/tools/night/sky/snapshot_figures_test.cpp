// SPDX-License-Identifier: MIT
// Noise and signal of made pictures.
#include "tools/night/sky/snapshot_figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>

#include "cpu_time.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack::tools {
namespace {

struct Made {
    int width = 1920, height = 1080, planes = 3;
    double noise = 5;
    double slope = 0;     // of the sky, ADU from left to right
    double nebula = 0;    // ADU, flat, within `radius` of the middle
    double radius = 150;  // px
    int stars = 0;
    double peak = 3000;
};

LivePicture made(const Made& m) {
    std::mt19937 rng(1);
    std::normal_distribution<float> noise(0, static_cast<float>(m.noise));
    LivePicture picture;
    picture.canvas = {0, 0, m.width, m.height};
    picture.frames = 10;
    for (int p = 0; p < m.planes; ++p) {
        LivePicture::Plane plane;
        plane.value = Image<float>(m.width, m.height);
        plane.coverage = Image<std::uint16_t>(m.width, m.height);
        for (int y = 0; y < m.height; ++y) {
            for (int x = 0; x < m.width; ++x) {
                const bool in = std::hypot(x - m.width / 2, y - m.height / 2) < m.radius;
                plane.value.view()(x, y) =
                    static_cast<float>(1000 + m.slope * x / m.width + (in ? m.nebula : 0)) + noise(rng);
                plane.coverage.view()(x, y) = 10;
            }
        }
        picture.planes.push_back(std::move(plane));
    }
    std::uniform_int_distribution<int> sx(10, std::max(10, m.width - 11)), sy(10, std::max(10, m.height - 11));
    for (int s = 0; s < m.stars; ++s) {
        const int cx = sx(rng), cy = sy(rng);
        for (auto& plane : picture.planes) {
            for (int y = -6; y <= 6; ++y) {
                for (int x = -6; x <= 6; ++x)
                    plane.value.view()(cx + x, cy + y) +=
                        static_cast<float>(m.peak * std::exp(-(x * x + y * y) / (2 * 1.5 * 1.5)));
            }
        }
    }
    return picture;
}

TEST(SnapshotFigures, NoiseAsReportsGiveIt) {
    LivePicture picture = made({});
    SnapshotFigures f = measure_snapshot(picture);
    EXPECT_EQ(f.planes, 3);
    for (std::size_t p = 0; p < 3; ++p) {
        const Rect middle{448, 28, 1024, 1024};
        EXPECT_EQ(f.noise_adu[p], plane_sky(picture.planes[p].value.cview().cropped(middle)).of[0].sigma);
        EXPECT_NEAR(f.noise_adu[p], 5, 0.1);
    }
    EXPECT_NEAR(f.mixed_noise_adu, 5 * std::sqrt(0.0625 + 0.25 + 0.0625), 0.1);
    EXPECT_FALSE(f.signal_adu) << "nothing but noise";
    // Pixels that nothing covers do not count.
    for (auto& plane : picture.planes) {
        for (int y = 0; y < 1080; ++y) {
            for (int x = 0; x < 900; ++x) plane.value.view()(x, y) = 0, plane.coverage.view()(x, y) = 0;
        }
    }
    f = measure_snapshot(picture);
    EXPECT_NEAR(f.noise_adu[0], 5, 0.1);
    EXPECT_NEAR(f.mixed_noise_adu, 3.06, 0.1);
    EXPECT_FALSE(f.signal_adu);
}

// The rim that few frames saw is noisier than the rest and tells nothing of it.
TEST(SnapshotFigures, ThinlyCoveredPixelsDoNotCount) {
    LivePicture picture = made({});
    std::mt19937 rng(2);
    std::normal_distribution<float> noise(1000, 100);
    for (auto& plane : picture.planes) {
        for (int y = 0; y < 1080; ++y) {
            for (int x = 0; x < 1200; ++x) plane.value.view()(x, y) = noise(rng), plane.coverage.view()(x, y) = 4;
        }
    }
    const SnapshotFigures f = measure_snapshot(picture);
    EXPECT_NEAR(f.mixed_noise_adu, 3.06, 0.1);
    EXPECT_FALSE(f.signal_adu);
}

TEST(SnapshotFigures, ANebulaIsTheSignalHoweverManyStarsThereAre) {
    for (const int stars : {0, 500}) {
        for (const double slope : {0.0, 200.0}) {
            Made m;
            m.nebula = 60;
            m.slope = slope;
            m.stars = stars;
            const SnapshotFigures f = measure_snapshot(made(m));
            ASSERT_TRUE(f.signal_adu) << stars << " " << slope;
            EXPECT_TRUE(f.extended);
            EXPECT_NEAR(*f.signal_adu, 60, 6) << stars << " " << slope;
            EXPECT_NEAR(f.noise_adu[1], 5, 0.15);
        }
    }
}

TEST(SnapshotFigures, WithoutOneTheStarsAre) {
    Made m;
    m.stars = 1500;
    const SnapshotFigures f = measure_snapshot(made(m));
    ASSERT_TRUE(f.signal_adu);
    EXPECT_FALSE(f.extended);
    EXPECT_GT(*f.signal_adu, 500);
    EXPECT_LT(*f.signal_adu, 3000);
}

TEST(SnapshotFigures, ASlopeIsNoSignal) {
    Made m;
    m.slope = 400;
    EXPECT_FALSE(measure_snapshot(made(m)).signal_adu);
}

TEST(SnapshotFigures, OneAndTwoPlanes) {
    for (const int planes : {1, 2}) {
        Made m;
        m.planes = planes;
        m.nebula = 60;
        const SnapshotFigures f = measure_snapshot(made(m));
        EXPECT_EQ(f.planes, planes);
        EXPECT_NEAR(f.mixed_noise_adu, planes == 1 ? 5 : 5 / std::sqrt(2.0), 0.15);
        ASSERT_TRUE(f.signal_adu);
        EXPECT_NEAR(*f.signal_adu, 60, 4);
    }
}

TEST(SnapshotFigures, OddPictures) {
    EXPECT_EQ(measure_snapshot({}).planes, 0);
    for (const int side : {1, 8, 18, 30}) {
        Made m;
        m.width = m.height = side;
        EXPECT_NO_THROW(measure_snapshot(made(m)));
    }
    LivePicture picture = made({});
    for (auto& plane : picture.planes) {
        for (auto& v : plane.value.view().row(500)) v = std::numeric_limits<float>::quiet_NaN();
    }
    EXPECT_NEAR(measure_snapshot(picture).mixed_noise_adu, 3.06, 0.1);
    for (auto& plane : picture.planes) {
        for (int y = 0; y < 1080; ++y) {
            for (auto& c : plane.coverage.view().row(y)) c = 0;
        }
    }
    const SnapshotFigures f = measure_snapshot(picture);
    EXPECT_EQ(f.noise_adu[0], 0);
    EXPECT_FALSE(f.signal_adu);
}

TEST(SnapshotFigures, IsQuick) {
    Made m;
    m.nebula = 60;
    m.stars = 500;
    const LivePicture picture = made(m);
    double best = 1e9;
    for (int i = 0; i < 10; ++i) {
        const testing_night::CpuTime time;
        const SnapshotFigures f = measure_snapshot(picture);
        if (f.signal_adu) best = std::min(best, time.ms());
    }
    std::printf("1920 x 1080, three planes: %.1f ms\n", best);
    EXPECT_LT(best, 200) << "a busy machine, sanitizers";
}

}  // namespace
}  // namespace nightstack::tools
