// SPDX-License-Identifier: MIT
// What the result must be, whatever the algorithm inside.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/core/error.h"
#include "tiles.h"

namespace nightstack {
namespace {

TEST(Combine, NobodyCoversMeansZeroEverywhere) {
    const Scene scene = make_scene({.frames = 3, .missing = 1});
    const Result r = integrated(scene, {});
    for (int x = 0; x < 37; ++x) {
        EXPECT_EQ(r.value.view()(x, 0), 0);
        EXPECT_EQ(r.variance.view()(x, 0), 0);
        EXPECT_EQ(r.coverage.view()(x, 0), 0);
        EXPECT_EQ(r.low.view()(x, 0) + r.high.view()(x, 0), 0);
    }
    EXPECT_EQ(r.counts.samples, 0u);
}

TEST(Combine, NoFramesIsAnEmptyPicture) {
    for (const double known_sigma : {0, 30}) {
        Result r(20, 3);
        r.value.view()(5, 1) = 77;
        CombineScratch scratch;
        CombineOptions options;
        options.rejection.least_sigma = known_sigma;
        integrate_tile(r.views(), {}, options, scratch);
        EXPECT_EQ(r.value.view()(5, 1), 0);
    }
}

TEST(Combine, OneFrameIsItselfWithItsNoise) {
    const Scene scene = make_scene({.frames = 1, .uneven = true});
    const Result r = integrated(scene, {});
    const FrameTile& f = scene.frames[0];
    for (int x = 0; x < 37; ++x) {
        EXPECT_EQ(r.value.view()(x, 2), f.samples(x, 2) * f.scale + f.offset);
        EXPECT_EQ(r.variance.view()(x, 2), f.noise_variance);
    }
}

TEST(Combine, ThreeSamplesAreNeverClippedFourMayBe) {
    for (const int n : {1, 2, 3, 4}) {
        Scene scene = make_scene({.frames = n, .seed = 20});
        for (int y = 0; y < 5; ++y) {
            for (float& v : scene.pixels[0].view().row(y)) v = 60000;
        }
        const Result r = integrated(scene, {});
        for (int x = 0; x < 37; ++x) EXPECT_EQ(r.high.view()(x, 1), n == 4 ? 1 : 0) << n;
    }
}

// Which frames take part is decided by the tested samples alone, what they say by the others.
TEST(Combine, RejectionLooksAtTheTestedSamples) {
    Scene scene = make_scene({.frames = 12, .sigma = 10, .seed = 34});
    std::vector<Image<float>> tested;
    for (std::size_t f = 0; f < 12; ++f) {
        tested.push_back(scene.pixels[f].clone());
        for (int y = 0; y < 5; ++y) {
            for (int x = 0; x < 37; ++x) scene.pixels[f].view()(x, y) = f == 3 ? 5000 : 100;
        }
    }
    tested[5].view()(8, 1) = NAN;
    for (std::size_t f = 0; f < 12; ++f) scene.frames[f].tested = tested[f].cview();
    const Result kept = integrated(scene, {CombineKind::mean, {RejectKind::winsorized, 9, 9}});
    EXPECT_NEAR(kept.value.view()(6, 1), (11 * 100 + 5000) / 12.0, 1e-3);
    EXPECT_EQ(kept.coverage.view()(8, 1), 11);
    for (int y = 0; y < 5; ++y) {
        for (float& v : tested[3].view().row(y)) v = 20000;
    }
    const Result cut = integrated(scene, {CombineKind::mean, {RejectKind::winsorized, 9, 9}});
    EXPECT_NEAR(cut.value.view()(6, 1), 100, 1e-3);
    EXPECT_EQ(cut.high.view()(6, 1), 1);
}

// Plain noise of 18 frames: what rejection takes of the mean's information, without and with the noise known.
// What a frame hardly covers hardly counts, and a frame that does not cover is not counted.
TEST(Combine, SamplesCountByTheirOwnWeight) {
    Scene scene = make_scene({.frames = 2, .sigma = 0, .seed = 33});
    Image<float> parts(37, 5);
    for (int y = 0; y < 5; ++y) {
        for (int x = 0; x < 37; ++x) {
            scene.pixels[0].view()(x, y) = 100;
            scene.pixels[1].view()(x, y) = x == 7 ? NAN : 200;
            parts.view()(x, y) = x == 7 ? 0 : 0.25F;
        }
    }
    scene.frames[1].sample_weights = parts.cview();
    const Result r = integrated(scene, {});
    EXPECT_EQ(r.value.view()(3, 1), 120);
    EXPECT_EQ(r.coverage.view()(3, 1), 2);
    EXPECT_EQ(r.value.view()(7, 1), 100);
    EXPECT_EQ(r.coverage.view()(7, 1), 1);
}

TEST(Combine, KnownNoiseKeepsGoodSamples) {
    const Scene scene = make_scene({.frames = 18, .width = 400, .height = 60, .sigma = 30, .seed = 31});
    const auto efficiency = [&](const RejectOptions& rejection) {
        const Result r = integrated(scene, {CombineKind::mean, rejection});
        double squares = 0;
        for (int y = 0; y < 60; ++y) {
            for (const float v : r.value.view().row(y)) squares += (v - 1000.0) * (v - 1000.0);
        }
        return 30.0 * 30.0 / 18 / (squares / (400 * 60));
    };
    const double all = efficiency({RejectKind::none});
    const double blind = efficiency({RejectKind::winsorized, 3, 3}) / all;
    const double knowing = efficiency({RejectKind::winsorized, 3, 3, 30}) / all;
    std::printf("efficiency against the plain mean: %.3f, noise known %.3f\n", blind, knowing);
    EXPECT_LT(blind, 0.95);
    EXPECT_GT(knowing, 0.97);
}

// The core of a star in steady air, and 3 of 20 frames with worse seeing: all of them are right, and only their mean is
// in proportion to the star. On the sky, and for what is far brighter than the star, nothing changes.
TEST(Combine, CoresOfStarsAreNotEaten) {
    for (const float star : {2000.0F, 20000.0F}) {
        Scene scene = make_scene({.frames = 20, .sigma = 30, .seed = 41});
        for (std::size_t f = 0; f < 20; ++f) {
            const float peak = star * (f % 7 == 3 ? 0.8F : 1 + 0.002F * static_cast<float>(f % 5));
            for (int x = 0; x < 20; ++x) scene.pixels[f].view()(x, 2) += peak;
        }
        scene.pixels[9].view()(25, 2) += 400;       // an outlier on the sky
        scene.pixels[9].view()(15, 2) += 2 * star;  // and one on the star
        const Result eaten = integrated(scene, {CombineKind::mean, {RejectKind::winsorized, 3, 3, 30}});
        const Result kept = integrated(scene, {CombineKind::mean, {RejectKind::winsorized, 3, 3, 30, 0.08, 1000}});
        double want = 1000;
        for (std::size_t f = 0; f < 20; ++f)
            want += star * (f % 7 == 3 ? 0.8 : 1 + 0.002 * static_cast<double>(f % 5)) / 20;
        int lost = 0;
        double sum = 0;
        for (int x = 0; x < 15; ++x) {
            lost += eaten.low.view()(x, 2);
            EXPECT_EQ(kept.low.view()(x, 2), 0);
            sum += kept.value.view()(x, 2) / 15;
        }
        EXPECT_GT(lost, 15);
        EXPECT_NEAR(sum, want, 8);
        EXPECT_EQ(kept.high.view()(25, 2), 1);
        EXPECT_EQ(kept.high.view()(15, 2), 1);
    }
}

TEST(Combine, KnownNoiseChangesNothingWhereSamplesScatterMore) {
    const Scene scene = make_scene({.frames = 20, .width = 100, .sigma = 30, .outliers = 0.05, .seed = 32});
    const Result blind = integrated(scene, {});
    EXPECT_EQ(difference(blind, integrated(scene, {CombineKind::mean, {RejectKind::winsorized, 3, 3, 1}})), "");
}

TEST(Combine, SatellitesDisappear) {
    for (const int n : {8, 20, 60}) {
        for (const RejectKind kind : {RejectKind::winsorized, RejectKind::sigma}) {
            if (kind == RejectKind::sigma && n < 20) continue;  // one outlier of n reaches (n - 1) / sqrt(n) sigma
            Scene scene = make_scene({.frames = n, .width = 100, .height = 40, .seed = 21});
            const Scene clean = make_scene({.frames = n, .width = 100, .height = 40, .seed = 21});
            for (int x = 0; x < 100; ++x) scene.pixels[static_cast<std::size_t>(n / 2)].view()(x, x * 2 / 5) += 40 * 30;
            const Result r = integrated(scene, {CombineKind::mean, {kind, 3, 3}});
            const Result want = integrated(clean, {CombineKind::mean, {kind, 3, 3}});
            double on_trail = 0;
            for (int x = 0; x < 100; ++x) {
                EXPECT_GE(r.high.view()(x, x * 2 / 5), 1);
                on_trail += r.value.view()(x, x * 2 / 5) - want.value.view()(x, x * 2 / 5);
            }
            EXPECT_LT(std::abs(on_trail / 100), 2.5 * 30 / std::sqrt(n * 100.0));
        }
    }
}

TEST(Combine, OrderOfFramesDoesNotMatter) {
    Scene scene = make_scene({.frames = 31, .missing = 0.1, .outliers = 0.03, .seed = 22});
    const Result a = integrated(scene, {});
    std::mt19937 rng(1);
    std::shuffle(scene.frames.begin(), scene.frames.end(), rng);
    const Result b = integrated(scene, {});
    for (int y = 0; y < 5; ++y) {
        for (int x = 0; x < 37; ++x) {
            EXPECT_EQ(a.low.view()(x, y), b.low.view()(x, y));
            EXPECT_EQ(a.high.view()(x, y), b.high.view()(x, y));
            EXPECT_NEAR(a.value.view()(x, y), b.value.view()(x, y), 2e-4);
        }
    }
}

TEST(Combine, TileSplitsDoNotMatter) {
    const Scene scene = make_scene({.frames = 20, .width = 70, .missing = 0.1, .outliers = 0.03, .seed = 23});
    const Result whole = integrated(scene, {});
    for (const int step : {1, 7, 16, 33}) {
        for (int x = 0; x < 70; x += step) {
            const Rect part{x, 1, std::min(step, 70 - x), 3};
            std::vector<FrameTile> frames = scene.frames;
            for (FrameTile& f : frames) f.samples = f.samples.cropped(part);
            Result r(part.width, part.height);
            CombineScratch scratch;
            integrate_tile(r.views(), frames, {}, scratch);
            for (int i = 0; i < part.width; ++i) {
                ASSERT_EQ(r.value.view()(i, 2), whole.value.view()(x + i, 3));
                ASSERT_EQ(r.variance.view()(i, 2), whole.variance.view()(x + i, 3));
            }
        }
    }
}

TEST(Combine, ScratchServesAnyNumberOfFrames) {
    CombineScratch scratch;
    for (const int n : {5, 40, 7, 1, 40}) {
        const Scene scene = make_scene({.frames = n, .outliers = 0.05, .seed = 24});
        Result r(37, 5);
        integrate_tile(r.views(), scene.frames, {}, scratch);
        EXPECT_EQ(difference(r, integrated(scene, {})), "") << n;
    }
}

TEST(Combine, WeightsPullTheMean) {
    Scene scene = make_scene({.frames = 2, .sigma = 0});
    for (int y = 0; y < 5; ++y) {
        for (float& v : scene.pixels[1].view().row(y)) v = 2000;
    }
    scene.frames[1].weight = 3;
    EXPECT_FLOAT_EQ(integrated(scene, {}).value.view()(4, 4), 1750);
    EXPECT_FLOAT_EQ(integrated(scene, {CombineKind::median, {}}).value.view()(4, 4), 1500);
}

// Mean over pixels of the variance plane against the scatter of the value plane.
TEST(Combine, VarianceMatchesTheScatter) {
    struct Case {
        int frames;
        CombineOptions options;
        bool uneven;
        double tolerance;
    };
    // Clipping takes tails of the noise away with the outliers: at 20 frames the variance is some
    // Up to 11 % low where frames differ much in noise.
    for (const Case& c : {Case{2, {CombineKind::mean, {RejectKind::none}}, false, 0.04},
                          Case{20, {CombineKind::mean, {RejectKind::none}}, true, 0.04},
                          Case{20, {CombineKind::mean, {RejectKind::winsorized}}, false, 0.10},
                          Case{21, {CombineKind::median, {RejectKind::none}}, false, 0.08}}) {
        const Scene scene =
            make_scene({.frames = c.frames, .width = 160, .height = 100, .uneven = c.uneven, .seed = 25});
        const Result r = integrated(scene, c.options);
        double s = 0, q = 0, v = 0;
        for (int y = 0; y < 100; ++y) {
            for (int x = 0; x < 160; ++x) {
                const double d = r.value.view()(x, y) - 1000;
                s += d;
                q += d * d;
                v += r.variance.view()(x, y);
            }
        }
        constexpr double n = 160 * 100;
        const double scatter = q / n - s / n * s / n;
        EXPECT_NEAR(v / n / scatter, 1, c.tolerance) << c.frames << ' ' << name(c.options.rejection.kind);
    }
}

// On clean noise the clip costs little (performance.md 5.1: 1.3 and 2.0 % of noise at 60 frames).
TEST(Combine, ClippingCleanNoiseCostsLittle) {
    const Scene scene = make_scene({.frames = 20, .width = 160, .height = 100, .seed = 26});
    const auto rms = [&](const CombineOptions& options) {
        const Result r = integrated(scene, options);
        double q = 0;
        for (int y = 0; y < 100; ++y) {
            for (const float v : r.value.view().row(y)) q += (v - 1000.0) * (v - 1000.0);
        }
        return std::sqrt(q);
    };
    const double plain = rms({CombineKind::mean, {RejectKind::none}});
    EXPECT_LT(rms({CombineKind::mean, {RejectKind::winsorized}}), 1.04 * plain);
    EXPECT_LT(rms({CombineKind::mean, {RejectKind::sigma}}), 1.02 * plain);
}

TEST(Combine, CountsAddUp) {
    const Scene scene = make_scene({.frames = 20, .missing = 0.2, .outliers = 0.05, .seed = 27});
    for (const double known_sigma : {0, 30}) {  // the latter: some pixels wait for others
        CombineOptions options;
        options.rejection.least_sigma = known_sigma;
        const Result r = integrated(scene, options);
        std::uint64_t samples = 0, low = 0, high = 0;
        for (int y = 0; y < 5; ++y) {
            for (int x = 0; x < 37; ++x) {
                samples += r.coverage.view()(x, y);
                low += r.low.view()(x, y);
                high += r.high.view()(x, y);
            }
        }
        EXPECT_EQ(r.counts.samples, samples) << known_sigma;
        EXPECT_EQ(r.counts.rejected_low, low) << known_sigma;
        EXPECT_EQ(r.counts.rejected_high, high) << known_sigma;
        EXPECT_GT(high, low);
        EXPECT_GT(low, 0U);
    }
}

TEST(Combine, RefusesWhatCannotWork) {
    Scene scene = make_scene({.frames = 3});
    EXPECT_THROW(integrated(scene, {CombineKind::mean, {RejectKind::sigma, 0, 3}}), OptionError);
    EXPECT_THROW(integrated(scene, {CombineKind::mean, {RejectKind::sigma, 3, NAN}}), OptionError);
    EXPECT_THROW(integrated(scene, {CombineKind::mean, {RejectKind::sigma, 3, 3, -1}}), OptionError);
    EXPECT_THROW(integrated(scene, {CombineKind::mean, {RejectKind::sigma, 3, 3, 0, 1.5}}), OptionError);
    Result wrong(36, 5);
    CombineScratch scratch;
    EXPECT_THROW(integrate_tile(wrong.views(), scene.frames, {}, scratch), OptionError);
    scene.frames[1].weight = 0;
    EXPECT_THROW(integrated(scene, {}), OptionError);
}

TEST(Combine, NamesReadBack) {
    for (const CombineKind kind : {CombineKind::mean, CombineKind::median})
        EXPECT_EQ(parse_combine_kind(name(kind)), kind);
    for (const RejectKind kind : all_reject_kinds()) {
        EXPECT_EQ(parse_reject_kind(name(kind)), kind);
    }
    EXPECT_FALSE(parse_reject_kind("sigmas"));
}

}  // namespace
}  // namespace nightstack
