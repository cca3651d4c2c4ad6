// SPDX-License-Identifier: MIT
#include "pipeline/sky/sensor.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/error.h"
#include "sky_fixture.h"

namespace nightstack::sky {
namespace {

SensorOptions small_sensor() {
    SensorOptions o;
    o.width = 300;
    o.height = 200;
    o.hot_pixels = 40;
    o.cold_pixels = 30;
    return o;
}

double mean_of(ImageView<const float> plane) {
    double sum = 0;
    for (int y = 0; y < plane.height(); ++y) {
        for (int x = 0; x < plane.width(); ++x) sum += static_cast<double>(plane(x, y));
    }
    return sum / plane.width() / plane.height();
}

TEST(Sensor, DarkCurrentHasItsMeanAndSpread) {
    SerialRunner runner;
    const SensorModel sensor(small_sensor(), runner);
    EXPECT_NEAR(mean_of(sensor.dark_current()), 0.4, 0.005);
    double sum = 0;
    double sum2 = 0;
    for (int y = 0; y < 200; ++y) {
        for (int x = 0; x < 300; ++x) {
            const double l = std::log(sensor.dark_current()(x, y));
            sum += l / 60000;
            sum2 += l * l / 60000;
        }
    }
    EXPECT_NEAR(std::sqrt(sum2 - sum * sum), 0.5, 0.01);
}

TEST(Sensor, FlatFallsToTheCorners) {
    SensorOptions o = small_sensor();
    o.pixel_response = 0;
    SerialRunner runner;
    const SensorModel sensor(o, runner);
    EXPECT_NEAR(sensor.flat()(150, 100), 1, 1e-4);
    EXPECT_NEAR(sensor.flat()(0, 0), 0.75, 1e-6);
    EXPECT_NEAR(sensor.flat()(299, 199), 0.75, 1e-6);
    EXPECT_LT(sensor.flat()(0, 100), sensor.flat()(75, 100));
}

TEST(Sensor, DustShadowsAndGlowLiesInItsCorner) {
    SensorOptions o = small_sensor();
    o.pixel_response = 0;
    o.vignetting = 0;
    o.dust_motes = 6;
    o.dark_spread = 0;
    o.amp_glow_e_per_s = 5;
    SerialRunner runner;
    const SensorModel sensor(o, runner);
    EXPECT_LT(mean_of(sensor.flat()), 0.9995);
    EXPECT_GT(mean_of(sensor.flat()), 0.9);
    EXPECT_NEAR(sensor.dark_current()(299, 199), 5.4, 1e-5);
    EXPECT_NEAR(sensor.dark_current()(0, 199), 0.4 + 5 * std::exp(-299.0 / 300), 1e-5);
}

TEST(Sensor, ListsAreSortedAndWithoutDoubles) {
    SerialRunner runner;
    SensorOptions o = small_sensor();
    o.width = 10;
    o.height = 10;  // 40 of 100 places: doubles would be certain
    const SensorModel sensor(o, runner);
    ASSERT_EQ(sensor.hot_pixels().size(), 40u);
    ASSERT_EQ(sensor.cold_pixels().size(), 30u);
    for (std::size_t i = 0; i < 40; ++i) {
        const HotPixel& hot = sensor.hot_pixels()[i];
        EXPECT_GE(hot.extra_e_per_s, o.hot_min_e_per_s);
        EXPECT_LE(hot.extra_e_per_s, o.hot_max_e_per_s);
        if (i == 0) continue;
        EXPECT_LT(10 * sensor.hot_pixels()[i - 1].y + sensor.hot_pixels()[i - 1].x, 10 * hot.y + hot.x);
    }
}

TEST(Sensor, AnotherSeedIsAnotherSensor) {
    SerialRunner runner;
    ThreadRunner three(3);
    SensorOptions o = small_sensor();
    const SensorModel a(o, runner);
    const SensorModel b(o, three);
    o.seed = 9;
    const SensorModel c(o, runner);
    for (int y = 0; y < 200; y += 7) {
        for (int x = 0; x < 300; ++x) {
            ASSERT_EQ(a.dark_current()(x, y), b.dark_current()(x, y));
            ASSERT_EQ(a.flat()(x, y), b.flat()(x, y));
        }
    }
    EXPECT_NE(a.dark_current()(3, 3), c.dark_current()(3, 3));
    EXPECT_NE(a.flat()(3, 3), c.flat()(3, 3));
    EXPECT_NE(a.hot_pixels()[0].x, c.hot_pixels()[0].x);
}

TEST(SensorOptions, RefusesWhatCannotBe) {
    const auto refused = [](auto change) {
        SensorOptions o = small_sensor();
        change(o);
        EXPECT_THROW(o.check(), OptionError);
    };
    refused([](SensorOptions& o) { o.width = 0; });
    refused([](SensorOptions& o) { o.height = 100000; });
    refused([](SensorOptions& o) { o.gain_e_per_adu = 0; });
    refused([](SensorOptions& o) { o.bits = 17; });
    refused([](SensorOptions& o) { o.adc_scale = 17; });  // 4095 * 17 > 65535
    refused([](SensorOptions& o) { o.adc_scale = 0; });
    refused([](SensorOptions& o) { o.pedestal_adu = 4096; });
    refused([](SensorOptions& o) { o.hot_pixels = 40000; });
    refused([](SensorOptions& o) { o.cold_pixels = -1; });
    refused([](SensorOptions& o) { o.vignetting = 1; });
    refused([](SensorOptions& o) { o.read_noise_e = NAN; });
    EXPECT_EQ(small_sensor().white_level(), 65520);
}

}  // namespace
}  // namespace nightstack::sky
