// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/master.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "pipeline/core/error.h"
#include "pipeline/simd/cpu_level.h"
#include "pipeline/stages/integrate/combine.h"
#include "synthetic_sensor.h"

namespace nightstack {
namespace {

const float kNan = std::numeric_limits<float>::quiet_NaN();

double middle(const std::vector<double>& sorted) {
    return 0.5 * (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]);
}

double deviation(const std::vector<double>& values) {
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
    double sum = 0;
    for (const double v : values) sum += (v - mean) * (v - mean);
    return std::sqrt(sum / double(values.size() - 1));
}

// Winsorized rejection word by word (performance.md 6.7), in double precision.
double winsorized_twin(std::vector<double> values, double kappa) {
    std::sort(values.begin(), values.end());
    if (values.size() < 5) return middle(values);
    bool dropped = true;
    while (dropped && values.size() > 3) {
        const double m = middle(values);
        std::vector<double> clamped = values;
        double sigma = deviation(clamped);
        for (int round = 0; round < 60; ++round) {
            for (double& v : clamped) v = std::clamp(v, m - 1.5 * sigma, m + 1.5 * sigma);
            const double next = 1.134 * deviation(clamped);
            const bool settled = std::abs(next - sigma) <= 0.0005 * sigma;
            sigma = next;
            if (settled) break;
        }
        const std::size_t before = values.size();
        std::erase_if(values, [&](double v) { return v < m - kappa * sigma || v > m + kappa * sigma; });
        dropped = values.size() != before;
    }
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

// Darks with a fixed pattern, noise, and outliers in `outliers` of all samples.
std::vector<Image<float>> darks(int count, int width, int height, double outliers, std::uint32_t seed = 1) {
    std::mt19937 rng(seed);
    std::uniform_real_distribution<double> unit(0, 1);
    Image<float> pattern = flat_image(width, height, 800);
    add_noise(pattern.view(), 30, rng);
    std::vector<Image<float>> frames;
    for (int f = 0; f < count; ++f) {
        frames.push_back(pattern.clone());
        add_noise(frames.back().view(), 12, rng);
        for (int y = 0; y < height; ++y) {
            for (float& v : frames.back().view().row(y)) {
                if (unit(rng) < outliers) v += static_cast<float>(unit(rng) < 0.8 ? 3000 * unit(rng) : -500);
            }
        }
    }
    return frames;
}

Image<float> built(const std::vector<Image<float>>& frames, const MasterOptions& options = {},
                   MasterReport* report = nullptr) {
    SerialRunner serial;
    Image<float> master(frames[0].width(), frames[0].height());
    const MasterReport r =
        build_master(master.view(), static_cast<int>(frames.size()), reader(frames), {}, options, serial);
    if (report != nullptr) *report = r;
    return master;
}

class MasterCounts : public testing::TestWithParam<int> {};

TEST_P(MasterCounts, AgreesWithTheTwin) {
    const int count = GetParam();
    const auto frames = darks(count, 61, 23, 0.02);
    const Image<float> master = built(frames);
    int unlike = 0;
    for (int y = 0; y < 23; ++y) {
        for (int x = 0; x < 61; ++x) {
            std::vector<double> samples;
            for (const Image<float>& frame : frames) samples.push_back(frame.view()(x, y));
            unlike += std::abs(master.view()(x, y) - winsorized_twin(samples, 3)) > 2e-3;
        }
    }
    // A sample within rounding of its limit may fall on either side.
    EXPECT_LE(unlike, count < 5 ? 0 : 3);
}

INSTANTIATE_TEST_SUITE_P(Frames, MasterCounts, testing::Values(1, 2, 3, 4, 5, 6, 9, 16, 20, 37));

TEST(Master, NoiseFallsWithTheRootOfTheFramesAndIsReportedSo) {
    for (const int count : {2, 3, 4, 8, 20}) {
        const auto frames = darks(count, 200, 100, 0);
        std::mt19937 rng(1);  // as in darks(): the same fixed pattern
        Image<float> pattern = flat_image(200, 100, 800);
        add_noise(pattern.view(), 30, rng);
        MasterReport report;
        const Image<float> master = built(frames, {}, &report);
        double sum = 0;
        for (int y = 0; y < 100; ++y) {
            for (int x = 0; x < 200; ++x) sum += std::pow(master.view()(x, y) - pattern.view()(x, y), 2);
        }
        const double rms = std::sqrt(sum / 20000);
        const double efficiency = count == 3 ? 0.743 : count == 4 ? 0.838 : 1;
        EXPECT_NEAR(rms, 12 / std::sqrt(count * efficiency), 0.05 * 12 / std::sqrt(count)) << count;
        EXPECT_NEAR(report.noise, rms, 0.08 * rms) << count;
        EXPECT_EQ(report.frames, count);
        EXPECT_LT(report.rejected_share, 0.02);
    }
}

TEST(Master, ATrailInOneDarkIsGone) {
    for (const int count : {3, 5, 12}) {
        auto frames = darks(count, 120, 80, 0);
        MasterReport clean_report, report;
        const Image<float> clean = built(frames, {}, &clean_report);
        for (int y = 0; y < 80; ++y) {
            for (int w = 0; w < 4; ++w) frames[1].view()(20 + y + w, y) += 6000;  // 4 px wide, slanted
        }
        const Image<float> master = built(frames, {}, &report);
        double sum = 0;
        double most = 0;
        for (int y = 0; y < 80; ++y) {
            for (int w = 0; w < 4; ++w) {
                const double change = master.view()(20 + y + w, y) - clean.view()(20 + y + w, y);
                sum += change;
                most = std::max(most, std::abs(change));
            }
        }
        // Among three the trail decides which of the other two is the middle: a bias below one sigma.
        EXPECT_LT(std::abs(sum / 320), count == 3 ? 9 : 1.0) << count;
        EXPECT_LT(most, 40) << count;
        if (count > 4) {
            EXPECT_GT(report.rejected_share, clean_report.rejected_share + 0.7 * 320 / (9600.0 * count));
        }
    }
}

TEST(Master, SamplesThatAreNotFiniteAreLeftOut) {
    auto frames = darks(8, 40, 20, 0);
    MasterReport report;
    frames[2].view()(7, 5) = kNan;
    frames[3].view()(7, 5) = std::numeric_limits<float>::infinity();
    frames[4].view()(7, 5) = -std::numeric_limits<float>::infinity();
    for (Image<float>& frame : frames) frame.view()(11, 6) = kNan;
    const Image<float> master = built(frames, {}, &report);
    EXPECT_NEAR(master.view()(7, 5), frames[0].view()(7, 5), 40);
    EXPECT_EQ(master.view()(11, 6), 0);
    EXPECT_EQ(report.empty_pixels, 1);
}

// What integrate_tile makes of the same samples.
struct Integrated {
    Image<float> value, variance;
    Image<std::uint16_t> coverage, low, high;
    TileCounts counts;
};

Integrated integrated(const std::vector<Image<float>>& frames, double kappa) {
    const int w = frames[0].width();
    const int h = frames[0].height();
    Integrated out{Image<float>(w, h),         Image<float>(w, h),         Image<std::uint16_t>(w, h),
                   Image<std::uint16_t>(w, h), Image<std::uint16_t>(w, h), {}};
    std::vector<FrameTile> tiles(frames.size());
    for (std::size_t f = 0; f < frames.size(); ++f) tiles[f].samples = frames[f].cview();
    CombineScratch scratch;
    out.counts =
        integrate_tile({out.value.view(), out.variance.view(), out.coverage.view(), out.low.view(), out.high.view()},
                       tiles, {CombineKind::mean, {RejectKind::winsorized, kappa, kappa}}, scratch);
    return out;
}

// One kernel for both: the same samples go, and what differs is the order in which the rest is summed.
TEST(Master, RejectsWhatTheIntegrationWouldReject) {
    for (const int count : {5, 8, 10, 17, 33}) {
        const auto frames = darks(count, 83, 31, 0.05, static_cast<std::uint32_t>(count));
        for (const double kappa : {2.0, 3.0}) {
            MasterOptions options;
            options.kappa_low = options.kappa_high = kappa;
            MasterReport report;
            const Image<float> master = built(frames, options, &report);
            const Integrated expected = integrated(frames, kappa);
            EXPECT_EQ(report.rejected_share, double(expected.counts.rejected_low + expected.counts.rejected_high) /
                                                 double(expected.counts.samples));
            double errors = 0;
            for (int y = 0; y < 31; ++y) {
                for (int x = 0; x < 83; ++x) {
                    ASSERT_NEAR(master.view()(x, y), expected.value.view()(x, y), 2e-3);
                    const int n =
                        expected.coverage.view()(x, y) - expected.low.view()(x, y) - expected.high.view()(x, y);
                    errors += std::sqrt(expected.variance.view()(x, y)) * (1 + 0.25 / (n - 1));
                }
            }
            EXPECT_NEAR(report.noise, errors / (83 * 31), 1e-4 * report.noise);
        }
    }
}

TEST(Master, FewSamplesOfManyFramesGiveTheirMedian) {
    auto frames = darks(9, 40, 20, 0);
    for (std::size_t f = 0; f < 5; ++f) frames[f].view()(7, 5) = kNan;
    for (std::size_t f = 0; f < 7; ++f) frames[f].view()(8, 5) = kNan;
    frames[8].view()(7, 5) += 9000;
    const Image<float> master = built(frames);
    std::vector<float> four;
    for (std::size_t f = 5; f < 9; ++f) four.push_back(frames[f].view()(7, 5));
    std::sort(four.begin(), four.end());
    EXPECT_EQ(master.view()(7, 5), 0.5F * (four[1] + four[2]));
    EXPECT_EQ(master.view()(8, 5), 0.5F * (frames[7].view()(8, 5) + frames[8].view()(8, 5)));
}

TEST(Master, IsTheSameForEveryRunnerBandAndLevel) {
    const auto frames = darks(9, 83, 31, 0.03);
    const CpuLevel best = cpu_level();
    MasterReport expected;
    const Image<float> master = built(frames, {}, &expected);
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
        limit_cpu_level(level);
        for (const int threads : {1, 3}) {
            for (const std::size_t bytes : {std::size_t{1}, std::size_t{40000}, std::size_t{1} << 30}) {
                ThreadRunner runner(threads);
                MasterOptions options;
                options.band_bytes = bytes;
                Image<float> other(83, 31);
                const MasterReport report = build_master(other.view(), 9, reader(frames), {}, options, runner);
                EXPECT_TRUE(same_bits(other.view(), master.view()));
                EXPECT_EQ(report.noise, expected.noise);
                EXPECT_EQ(report.rejected_share, expected.rejected_share);
            }
        }
    }
    limit_cpu_level(best);
}

TEST(Master, HoldsNoMoreRowsThanAsked) {
    const auto frames = darks(4, 100, 50, 0);
    int tallest = 0;
    const ReadRows read = reader(frames);
    MasterOptions options;
    options.band_bytes = 4 * 116 * sizeof(float) * 6;
    SerialRunner serial;
    Image<float> master(100, 50);
    build_master(
        master.view(), 4,
        [&](int frame, const Rect& rows, ImageView<float> out) {
            tallest = std::max(tallest, rows.height);
            read(frame, rows, out);
        },
        {}, options, serial);
    EXPECT_EQ(tallest, 6);
}

TEST(Master, RefusesWhatCannotWork) {
    const auto frames = darks(2, 10, 10, 0);
    Image<float> master(10, 10), none, small(9, 10);
    SerialRunner serial;
    MasterOptions options;
    EXPECT_THROW(build_master(master.view(), 0, reader(frames), {}, options, serial), OptionError);
    EXPECT_THROW(build_master(none.view(), 2, reader(frames), {}, options, serial), OptionError);
    EXPECT_THROW(build_master(master.view(), 2, reader(frames), small.view(), options, serial), OptionError);
    options.kappa_low = 0;
    EXPECT_THROW(build_master(master.view(), 2, reader(frames), {}, options, serial), OptionError);
    const ReadRows broken = [](int, const Rect&, ImageView<float>) { throw FormatError("a short file"); };
    EXPECT_THROW(build_master(master.view(), 2, broken, {}, {}, serial), FormatError);
}

}  // namespace
}  // namespace nightstack
