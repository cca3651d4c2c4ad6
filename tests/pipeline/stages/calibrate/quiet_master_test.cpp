// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/quiet_master.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace nightstack {
namespace {

constexpr int kWidth = 300;  // no whole number of cells
constexpr int kHeight = 200;
constexpr double kNoise = 9;

struct Sensor {
    Image<float> truth{kWidth, kHeight};
    Image<float> master{kWidth, kHeight};
};

Sensor sensor(const std::function<double(int, int, std::mt19937_64&)>& dark, double noise = kNoise) {
    Sensor s;
    std::mt19937_64 random(5);
    std::normal_distribution<double> error(0, std::max(noise, 1e-9));
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            s.truth.view()(x, y) = static_cast<float>(3200 + dark(x, y, random));
            s.master.view()(x, y) = s.truth.view()(x, y) + static_cast<float>(noise > 0 ? error(random) : 0);
        }
    }
    return s;
}

double rms_error(const Sensor& s, double beyond = 1e30) {
    double sum = 0;
    int n = 0;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            if (std::abs(s.truth.cview()(x, y) - 3200) > beyond) continue;
            const double d = s.master.cview()(x, y) - s.truth.cview()(x, y);
            sum += d * d;
            ++n;
        }
    }
    return std::sqrt(sum / n);
}

double quieted_error(Sensor& s, double noise = kNoise) {
    SerialRunner runner;
    quiet_master(s.master.view(), noise, runner);
    return rms_error(s);
}

// Dark current as sensors have it: most pixels alike, a tail of warm ones.
double warm(int, int, std::mt19937_64& random) { return std::exp(std::normal_distribution<double>(1.86, 0.8)(random)); }

TEST(QuietMaster, TakesMostOfTheNoiseOutOfADarkOfTenFrames) {
    Sensor s = sensor(warm);
    EXPECT_NEAR(rms_error(s), kNoise, 0.1);
    EXPECT_LT(quieted_error(s), 0.72 * kNoise);
}

TEST(QuietMaster, LeavesOnlyTheMeanOfASensorThatHasNothingButNoise) {
    Sensor s = sensor([](int, int, std::mt19937_64&) { return 0.0; });
    EXPECT_LT(quieted_error(s), 0.2 * kNoise);
}

TEST(QuietMaster, KeepsHotPixelsAsMeasured) {
    Sensor s = sensor([](int x, int y, std::mt19937_64&) { return x % 17 == 3 && y % 13 == 5 ? 400.0 : 0.0; });
    const Image<float> before = s.master.clone();
    quieted_error(s);
    for (int y = 5; y < kHeight; y += 13)
        for (int x = 3; x < kWidth; x += 17) EXPECT_EQ(s.master.cview()(x, y), before.cview()(x, y));
}

TEST(QuietMaster, KeepsGlowAndColumnsBetterThanTheyWereMeasured) {
    Sensor glow = sensor([](int x, int y, std::mt19937_64&) { return 100 * std::exp(-std::hypot(x - kWidth, y) / 150); });
    EXPECT_LT(quieted_error(glow), 0.6 * kNoise);
    Sensor columns = sensor([](int x, int, std::mt19937_64&) { return 30.0 * (x % 3); });
    EXPECT_LT(quieted_error(columns), kNoise);
    Sensor edge = sensor([](int x, int, std::mt19937_64&) { return x < 150 ? 0.0 : 500.0; });
    EXPECT_LT(quieted_error(edge), 1.02 * kNoise);
}

TEST(QuietMaster, WithoutNoiseNothingChanges) {
    Sensor s = sensor(warm, 0);
    EXPECT_EQ(quieted_error(s, 0), 0);
    EXPECT_LT(quieted_error(s, 1e-3), 1e-3);
}

// As the header says, word by word, in double precision.
Image<float> twin(ImageView<const float> in, double noise) {
    constexpr int kCell = 64;
    const int across = (in.width() + kCell - 1) / kCell;
    const int down = (in.height() + kCell - 1) / kCell;
    std::vector<double> level, variance;
    for (int cell = 0; cell < across * down; ++cell) {
        std::vector<double> all, third, off;
        for (int y = cell / across * kCell; y < std::min(in.height(), (cell / across + 1) * kCell); ++y) {
            for (int x = cell % across * kCell; x < std::min(in.width(), (cell % across + 1) * kCell); ++x) {
                all.push_back(in(x, y));
                if (x % kCell % 3 == 0 && y % kCell % 3 == 0) third.push_back(in(x, y));
            }
        }
        std::sort(third.begin(), third.end());
        const double middle = third[third.size() / 2];
        for (const double v : third) off.push_back(std::abs(v - middle));
        std::sort(off.begin(), off.end());
        const double reach = 6 * std::max(noise, 1.4826 * off[off.size() / 2]);
        std::erase_if(all, [&](double v) { return std::abs(v - middle) > reach; });
        double mean = 0, square = 0;
        for (const double v : all) mean += v / double(all.size());
        for (const double v : all) square += (v - mean) * (v - mean) / double(all.size());
        level.push_back(mean);
        variance.push_back(square);
    }
    const auto between = [&](const std::vector<double>& mesh, int x, int y) {
        const double u = (x + 0.5) / kCell - 0.5;
        const double v = (y + 0.5) / kCell - 0.5;
        const auto at = [&](double cx, double cy) {
            const int i = std::clamp(int(cx), 0, across - 1);
            const int j = std::clamp(int(cy), 0, down - 1);
            return mesh[static_cast<std::size_t>(j * across + i)];
        };
        const double fu = u - std::floor(u);
        const double fv = v - std::floor(v);
        const double x0 = std::floor(u);
        const double y0 = std::floor(v);
        return (1 - fv) * ((1 - fu) * at(x0, y0) + fu * at(x0 + 1, y0)) +
               fv * ((1 - fu) * at(x0, y0 + 1) + fu * at(x0 + 1, y0 + 1));
    };
    Image<float> out(in.width(), in.height());
    for (int y = 0; y < in.height(); ++y) {
        for (int x = 0; x < in.width(); ++x) {
            const double scatter2 = between(variance, x, y);
            const double off = in(x, y) - between(level, x, y);
            const double g = std::max(0.0, 1 - noise * noise / scatter2);
            const double sigmas = std::abs(off) / std::sqrt(std::max(scatter2, noise * noise));
            const double own = std::clamp((sigmas - 3) / 3, 0.0, 1.0);
            out.view()(x, y) = static_cast<float>(in(x, y) - off + (g + (1 - g) * own) * off);
        }
    }
    return out;
}

TEST(QuietMaster, AgreesWithItsTwinForEveryRunner) {
    Sensor s = sensor([](int x, int y, std::mt19937_64& random) { return warm(x, y, random) + 0.1 * x; });
    const Image<float> expected = twin(s.master.cview(), kNoise);
    Image<float> again = s.master.clone();
    SerialRunner serial;
    ThreadRunner threads(3);
    const double kept = quiet_master(s.master.view(), kNoise, serial);
    EXPECT_EQ(quiet_master(again.view(), kNoise, threads), kept);
    EXPECT_GT(kept, 0.1);
    EXPECT_LT(kept, 0.9);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            ASSERT_NEAR(s.master.cview()(x, y), expected.cview()(x, y), 5e-3) << x << " " << y;
            ASSERT_EQ(s.master.cview()(x, y), again.cview()(x, y));
        }
    }
}

}  // namespace
}  // namespace nightstack
