// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/calibrate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/simd/cpu_level.h"
#include "pipeline/stages/calibrate/cosmetic.h"
#include "synthetic_sensor.h"

namespace nightstack {
namespace {

constexpr int kWidth = 75;
constexpr int kHeight = 40;
const float kNan = std::numeric_limits<float>::quiet_NaN();
const float kInfinity = std::numeric_limits<float>::infinity();

Image<float> random_image(float level, float sigma, std::uint32_t seed) {
    std::mt19937 rng(seed);
    Image<float> image = flat_image(kWidth, kHeight, level);
    add_noise(image.view(), sigma, rng);
    return image;
}

struct Sensor {
    Image<float> light = random_image(2000, 300, 1);
    Image<float> dark = random_image(900, 50, 2);
    Image<float> bias = random_image(700, 20, 3);
    Image<float> flat = random_image(1, 0.1F, 4);
};

TEST(Calibrate, EveryCombinationOfMasters) {
    const Sensor s;
    for (int mask = 0; mask < 8; ++mask) {
        Masters masters;
        if ((mask & 1) != 0) masters.dark = s.dark.view();
        if ((mask & 2) != 0) masters.bias = s.bias.view();
        if ((mask & 4) != 0) masters.flat = s.flat.view();
        Image<float> light = s.light.clone();
        calibrate(light.view(), light.view().bounds(), masters);
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                float expected = s.light.view()(x, y);
                if ((mask & 1) != 0) {
                    expected -= s.dark.view()(x, y);
                } else if ((mask & 2) != 0) {
                    expected -= s.bias.view()(x, y);
                }
                if ((mask & 4) != 0) expected /= s.flat.view()(x, y);
                ASSERT_EQ(light.view()(x, y), expected) << mask;
            }
        }
    }
}

TEST(Calibrate, AnyRegionEqualsTheWhole) {
    const Sensor s;
    const Masters masters{s.dark.view(), s.bias.view(), s.flat.view()};
    Image<float> whole = s.light.clone();
    calibrate(whole.view(), whole.view().bounds(), masters);
    for (const Rect& region : {Rect{0, 0, 1, 1}, Rect{13, 7, 31, 20}, Rect{74, 39, 1, 1}, Rect{3, 0, 72, 40}}) {
        Image<float> part = s.light.clone();
        calibrate(part.view().cropped(region), region, masters);
        EXPECT_TRUE(same_bits(part.view().cropped(region), whole.view().cropped(region)));
        const bool outside_kept =
            region.x > 0 && part.view()(region.x - 1, region.y) != whole.view()(region.x - 1, region.y);
        EXPECT_TRUE(region.x == 0 || outside_kept);
    }
}

TEST(Calibrate, BrokenMasterPixelsStayHarmless) {
    Sensor s;
    const float bad[] = {kNan, kInfinity, -kInfinity, 0, -3, 0.01F, 1e-30F};
    for (int i = 0; i < 7; ++i) {
        s.dark.view()(i, 0) = bad[i];
        s.flat.view()(i, 1) = bad[i];
    }
    Image<float> light = s.light.clone();
    calibrate(light.view(), light.view().bounds(), {s.dark.view(), {}, s.flat.view()});
    for (int i = 0; i < 7; ++i) {
        const float dark = std::isfinite(bad[i]) ? bad[i] : 0;
        EXPECT_EQ(light.view()(i, 0), (s.light.view()(i, 0) - dark) / s.flat.view()(i, 0));
        EXPECT_EQ(light.view()(i, 1), s.light.view()(i, 1) - s.dark.view()(i, 1));
    }
    for (int y = 0; y < kHeight; ++y) {
        for (const float v : light.view().row(y)) ASSERT_TRUE(std::isfinite(v));
    }
}

TEST(Calibrate, LightPixelsThatAreNotFiniteStaySo) {
    const Sensor s;
    Image<float> light = s.light.clone();
    light.view()(5, 5) = kNan;
    calibrate(light.view(), light.view().bounds(), {s.dark.view(), {}, s.flat.view()});
    EXPECT_TRUE(std::isnan(light.view()(5, 5)));
}

TEST(Calibrate, SameBitsAtEveryCpuLevelToTheLastColumn) {
    Sensor s;
    const float odd[] = {kNan, kInfinity, -kInfinity, 0, -0.0F, kFlatFloor, std::nextafter(kFlatFloor, 0.0F)};
    for (int x = kWidth - 7; x < kWidth; ++x) {
        s.dark.view()(x, 3) = s.flat.view()(x, 4) = odd[x - (kWidth - 7)];
        s.light.view()(x, 5) = odd[x - (kWidth - 7)];
    }
    const auto work = [&] {
        Image<float> light = s.light.clone();
        calibrate(light.view(), light.view().bounds(), {s.dark.view(), {}, s.flat.view()});
        const int repaired = repair_missing(light.view(), light.view().bounds(), light.view().bounds(), std::nullopt);
        return std::pair(std::move(light), repaired);
    };
    const CpuLevel best = cpu_level();
    const auto [want, repaired] = work();
    EXPECT_EQ(repaired, 3);
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
        if (limit_cpu_level(level) != level) continue;
        const auto [got, count] = work();
        EXPECT_EQ(count, repaired);
        for (int y = 0; y < kHeight; ++y) {
            EXPECT_EQ(std::memcmp(got.view().row_data(y), want.view().row_data(y), kWidth * sizeof(float)), 0) << y;
        }
    }
    limit_cpu_level(best);
}

TEST(Calibrate, RefusesWhatDoesNotFit) {
    Sensor s;
    const Image<float> small(kWidth - 1, kHeight);
    const Rect whole = s.light.view().bounds();
    EXPECT_THROW(calibrate(s.light.view(), whole, {small.view(), {}, {}}), OptionError);
    EXPECT_THROW(calibrate(s.light.view(), whole, {{}, small.view(), {}}), OptionError);
    EXPECT_THROW(calibrate(s.light.view(), whole, {{}, {}, small.view()}), OptionError);
    EXPECT_THROW(calibrate(s.light.view(), {0, 0, 5, 5}, {}), OptionError);
    EXPECT_THROW(calibrate(s.light.view(), {1, 0, kWidth, kHeight}, {s.dark.view(), {}, {}}), OptionError);
    EXPECT_NO_THROW(calibrate(s.light.view(), whole, {s.dark.view(), small.view(), {}}));  // bias unused
}

}  // namespace
}  // namespace nightstack
