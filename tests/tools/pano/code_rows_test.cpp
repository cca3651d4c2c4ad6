// SPDX-License-Identifier: MIT
#include "tools/pano/code_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace nightstack::tools {
namespace {

// IEC 61966-2-1, as it is written there.
double srgb_code(double light) { return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055; }
double srgb_light(double code) { return code <= 0.04045 ? code / 12.92 : std::pow((code + 0.055) / 1.055, 2.4); }

TEST(CodeRows, EveryCodeComesBackAsItWas) {
    std::vector<float> light(65536), alpha(65536, 1.0F);
    const std::array<const float*, 1> plane = {light.data()};
    for (std::size_t i = 0; i < 256; ++i) light[i] = static_cast<float>(srgb_light(static_cast<double>(i) / 255));
    std::vector<std::uint8_t> eight(256);
    code_row(plane, alpha.data(), 256, 1, io::RowSample::u8, reinterpret_cast<std::byte*>(eight.data()));
    for (std::size_t i = 0; i < 256; ++i) EXPECT_EQ(eight[i], i);
    for (std::size_t i = 0; i < light.size(); ++i)
        light[i] = static_cast<float>(srgb_light(static_cast<double>(i) / 65535));
    std::vector<std::uint16_t> sixteen(65536);
    code_row(plane, alpha.data(), 65536, 1, io::RowSample::u16, reinterpret_cast<std::byte*>(sixteen.data()));
    for (std::size_t i = 0; i < light.size(); ++i) EXPECT_NEAR(sixteen[i], static_cast<double>(i), 1) << i;
}

TEST(CodeRows, WhiteIsTheHighestCodeOfIntegersAlone) {
    const std::vector<float> light = {0, 1000, 4000, 9000}, alpha(4, 1.0F);
    const std::array<const float*, 1> plane = {light.data()};
    std::vector<std::uint8_t> eight(4);
    code_row(plane, alpha.data(), 4, 1, io::RowSample::u8, reinterpret_cast<std::byte*>(eight.data()), 4000);
    EXPECT_EQ(eight, (std::vector<std::uint8_t>{0, 137, 255, 255}));
    std::vector<float> out(4);
    code_row(plane, alpha.data(), 4, 1, io::RowSample::f32, reinterpret_cast<std::byte*>(out.data()), 4000);
    EXPECT_EQ(out, light);
}

TEST(CodeRows, BetweenTheyFollowTheCurve) {
    std::vector<float> light, alpha;
    for (int i = -10; i <= 1010; ++i) light.push_back(static_cast<float>(i) / 1000);
    alpha.assign(light.size(), 1.0F);
    std::vector<std::uint16_t> out(light.size());
    const std::array<const float*, 1> plane = {light.data()};
    code_row(plane, alpha.data(), static_cast<int>(light.size()), 1, io::RowSample::u16,
             reinterpret_cast<std::byte*>(out.data()));
    for (std::size_t i = 0; i < light.size(); ++i) {
        const double want = 65535 * srgb_code(std::clamp(static_cast<double>(light[i]), 0.0, 1.0));
        EXPECT_NEAR(out[i], want, 0.6) << light[i];
    }
}

TEST(CodeRows, NoDataIsNothingInAllChannels) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::array<float, 2> red = {1, nan}, green = {0.5F, nan}, blue = {0, nan}, alpha = {1, 0};
    const std::array<const float*, 3> planes = {red.data(), green.data(), blue.data()};
    std::array<float, 8> out{};
    code_row(planes, alpha.data(), 2, 4, io::RowSample::f32, reinterpret_cast<std::byte*>(out.data()));
    EXPECT_EQ(out, (std::array<float, 8>{1, 0.5F, 0, 1, 0, 0, 0, 0}));
    std::array<std::uint8_t, 6> bytes{};
    code_row(planes, alpha.data(), 2, 3, io::RowSample::u8, reinterpret_cast<std::byte*>(bytes.data()));
    EXPECT_EQ(bytes, (std::array<std::uint8_t, 6>{255, 188, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace nightstack::tools
