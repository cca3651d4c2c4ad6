// SPDX-License-Identifier: MIT
#include "tests/support/real_night.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "io/fits/writer.h"

namespace nightstack::test {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kMiddleRa = 314.7;
constexpr double kMiddleDec = 44.3;
constexpr float kSky = 1000;
constexpr float kNoise = 6;
constexpr double kSigma_px = 1.4;

void add_star(ImageView<float> frame, Point at, double flux) {
    constexpr int kReach = 8;
    const int cx = static_cast<int>(std::lround(at.x));
    const int cy = static_cast<int>(std::lround(at.y));
    for (int y = std::max(0, cy - kReach); y <= std::min(frame.height() - 1, cy + kReach); ++y) {
        for (int x = std::max(0, cx - kReach); x <= std::min(frame.width() - 1, cx + kReach); ++x) {
            const double r2 = (x - at.x) * (x - at.x) + (y - at.y) * (y - at.y);
            frame(x, y) += static_cast<float>(flux / (2 * std::numbers::pi * kSigma_px * kSigma_px) *
                                              std::exp(-r2 / (2 * kSigma_px * kSigma_px)));
        }
    }
}

Image<float> render(const RealNightOptions& o, int index) {
    Image<float> frame(o.width, o.height);
    std::mt19937 generator(static_cast<unsigned>(index) + 1);
    std::normal_distribution<float> noise(0, kNoise);
    for (int y = 0; y < o.height; ++y) {
        for (int x = 0; x < o.width; ++x)
            frame.view()(x, y) = kSky + noise(generator) + static_cast<float>(o.slope_adu * x / (o.width - 1));
    }
    for (const CatalogueStar& star : sky_around_deneb()) {
        const Point p = place_on_frame(star, o);
        const Point here{p.x + 2.0 * index, p.y - 1.0 * index};
        if (here.x < -20 || here.y < -20 || here.x > o.width + 20 || here.y > o.height + 20) continue;
        add_star(frame.view(), here, 2e4 * std::pow(10, -0.4 * (star.magnitude - 7.5)));
    }
    return frame;
}

}  // namespace

Point place_on_frame(const CatalogueStar& star, const RealNightOptions& o) {
    const double ra = (star.ra_deg - kMiddleRa) * kDegree;
    const double d = star.dec_deg * kDegree;
    const double d0 = kMiddleDec * kDegree;
    const double depth = std::sin(d0) * std::sin(d) + std::cos(d0) * std::cos(d) * std::cos(ra);
    const double xi = std::cos(d) * std::sin(ra) / depth / kDegree;
    const double eta = (std::cos(d0) * std::sin(d) - std::sin(d0) * std::cos(d) * std::cos(ra)) / depth / kDegree;
    const double turn = o.position_angle_deg * kDegree;
    const double scale = 3600 / o.arcsec_per_px;
    // East to the left and north up, then turned; rows count downwards.
    const double east = o.mirrored ? xi : -xi;
    const double u = (east * std::cos(turn) + eta * std::sin(turn)) * scale;
    const double v = (east * std::sin(turn) - eta * std::cos(turn)) * scale;
    const double bent = 1 + o.bend * (u * u + v * v);
    return {u * bent + 0.5 * (o.width - 1), v * bent + 0.5 * (o.height - 1)};
}

void write_real_night(const std::filesystem::path& folder, const RealNightOptions& o) {
    std::filesystem::create_directories(folder);
    for (int i = 0; i < o.frames; ++i) {
        io::FitsCards cards;
        cards.text("IMAGETYP", "Light Frame").text("INSTRUME", "Test Camera").text("OBJECT", "Deneb");
        cards.number("EXPTIME", 10);
        cards.text("DATE-OBS", "2024-01-18T21:0" + std::to_string(i) + ":00.000");
        if (o.cards) o.cards(cards);
        io::write_fits(folder / ("light_0" + std::to_string(i) + ".fits"), render(o, i).cview(), cards);
    }
}

// The Tycho-2 catalogue (Hog et al. 2000, A&A 355, L27): RA and Dec in degrees (ICRS), magnitude.
// clang-format off
const std::vector<CatalogueStar>& sky_around_deneb() {
    static const std::vector<CatalogueStar> stars = {
    {310.3580, 45.2803, 1.34}, {316.2328, 43.9279, 3.88}, {314.2934, 41.1672, 3.93}, {316.6504, 47.6484, 4.70},
    {314.9565, 47.5209, 4.74}, {313.3115, 44.3873, 4.75}, {312.2346, 46.1141, 4.89}, {319.6133, 43.9459, 5.02},
    {312.5205, 44.0593, 5.07}, {315.2955, 46.1558, 5.40}, {313.3274, 45.1817, 5.58}, {314.5811, 44.4717, 5.66},
    {313.9575, 47.4177, 5.76}, {314.1449, 44.9247, 5.96}, {310.0132, 43.4589, 6.10}, {314.6290, 41.9399, 6.14},
    {311.6608, 46.5317, 6.31}, {312.4777, 46.6613, 6.32}, {315.9311, 46.8631, 6.34}, {315.9672, 41.6282, 6.37},
    {315.6008, 44.7910, 6.43}, {314.8526, 42.3245, 6.45}, {315.7026, 45.8489, 6.46}, {319.0714, 44.2382, 6.48},
    {317.4943, 45.5026, 6.56}, {311.8365, 45.5799, 6.61}, {313.3600, 42.4102, 6.66}, {313.6664, 46.2312, 6.67},
    {311.3374, 46.3548, 6.69}, {317.8148, 45.6742, 6.71}, {314.9637, 44.9965, 6.76}, {314.7318, 44.0604, 6.76},
    {315.4478, 44.1869, 6.78}, {314.0783, 42.7687, 6.80}, {313.9959, 44.3739, 6.81}, {314.0483, 43.4243, 6.84},
    {313.8604, 43.3672, 6.88}, {317.2411, 47.2710, 7.01}, {310.9733, 42.2202, 7.03}, {314.7277, 46.2525, 7.06},
    {313.7880, 46.3502, 7.10}, {314.8678, 40.9602, 7.10}, {313.8248, 42.5135, 7.12}, {314.1019, 43.9007, 7.16},
    {310.9340, 46.3181, 7.17}, {314.7993, 44.7905, 7.23}, {316.8488, 47.2775, 7.25}, {314.6136, 41.3577, 7.29},
    {312.6652, 42.3820, 7.29}, {313.9766, 47.0995, 7.31}, {314.2001, 42.8957, 7.31}, {313.4736, 44.3864, 7.31},
    {316.7187, 45.6755, 7.31}, {312.2809, 42.9549, 7.32}, {313.5247, 45.1101, 7.34}, {314.3542, 41.6896, 7.36},
    {315.2077, 46.5786, 7.37}, {316.8122, 44.6741, 7.42}, {318.4004, 45.1688, 7.42}, {318.8981, 44.9545, 7.43},
    {311.7914, 42.4098, 7.43}, {314.3702, 42.4448, 7.44}, {315.6584, 44.6074, 7.44}, {314.5638, 47.6177, 7.46},
    {318.4244, 45.6115, 7.47}, {312.8779, 47.7077, 7.48}, {312.9890, 46.7348, 7.50}, {312.1787, 41.7629, 7.51},
    {314.6041, 46.6041, 7.51}, {316.9481, 44.9643, 7.52}, {317.4698, 44.2005, 7.56}, {311.9199, 42.0685, 7.56},
    {310.4847, 42.5248, 7.56}, {313.4162, 41.0496, 7.57}, {314.6812, 44.4146, 7.57}, {313.7267, 41.5781, 7.61},
    {312.1097, 45.4521, 7.63}, {317.3942, 45.7385, 7.64}, {317.4295, 46.1587, 7.65}, {314.8929, 44.2264, 7.65},
    {310.5846, 45.8235, 7.65}, {314.2374, 47.5789, 7.66}, {314.4716, 44.7882, 7.67}, {315.3097, 43.7218, 7.68},
    {318.4333, 45.5370, 7.68}, {318.2892, 43.8738, 7.72}, {316.3991, 46.9633, 7.74}, {315.0014, 42.9313, 7.76},
    {318.1183, 44.5317, 7.78}, {313.8194, 43.7905, 7.79}, {315.4893, 47.0194, 7.79}, {318.0289, 45.7035, 7.80},
    {317.4120, 42.4332, 7.80}, {315.9742, 46.3305, 7.80}, {314.7704, 46.4396, 7.81}, {318.9913, 45.7316, 7.82},
    {315.6698, 45.8848, 7.82}, {311.7211, 47.1115, 7.83}, {313.6888, 45.1363, 7.83}, {310.4266, 43.4433, 7.85},
    {315.9102, 45.3679, 7.86}, {313.1426, 41.9796, 7.87}, {317.1234, 47.2570, 7.88}, {316.2401, 47.1470, 7.90},
    {317.7952, 45.4559, 7.90}, {315.9961, 43.5924, 7.92}, {317.0715, 43.7477, 7.93}, {318.1223, 45.8600, 7.93},
    {314.3720, 47.1825, 7.93}, {318.2598, 46.9462, 7.96}, {318.1636, 44.0688, 8.00}, {316.1169, 46.0486, 8.01},
    {318.2834, 46.7820, 8.01}, {315.4114, 47.5019, 8.01}, {314.6309, 40.6988, 8.02}, {313.3813, 45.1548, 8.05},
    {317.1652, 43.8291, 8.06}, {316.1469, 42.4422, 8.06}, {314.8880, 43.0643, 8.07}, {318.8557, 46.4202, 8.10},
    {317.6991, 44.2887, 8.11}, {312.2052, 43.2991, 8.14}, {315.5229, 47.6153, 8.14}, {312.1030, 41.7162, 8.16},
    {315.4460, 47.8184, 8.17}, {312.1355, 42.2587, 8.22}, {316.5318, 44.7926, 8.22}, {310.0659, 44.7714, 8.25},
    {309.6472, 44.8251, 8.26}, {316.2722, 46.5474, 8.26}, {317.5198, 43.9898, 8.27}, {317.1106, 41.5862, 8.28},
    {313.2468, 45.4669, 8.28}, {316.1776, 41.0080, 8.28}, {310.0732, 45.5719, 8.31}, {314.2274, 45.3242, 8.31},
    {317.2713, 41.5810, 8.32}, {314.8527, 43.2922, 8.32}, {311.3287, 42.4686, 8.33}, {311.9305, 43.2701, 8.33},
    {310.4044, 43.8368, 8.34}, {313.2079, 43.1081, 8.34}, {316.0405, 45.1562, 8.34}, {318.3347, 46.9154, 8.35},
    {313.4604, 46.0046, 8.36}, {310.2852, 44.3577, 8.36}, {314.4320, 46.0104, 8.39}, {319.1782, 43.6655, 8.39},
    {316.6880, 43.7818, 8.40}, {310.9861, 45.2173, 8.40},
    };
    return stars;
}
// clang-format on

}  // namespace nightstack::test
