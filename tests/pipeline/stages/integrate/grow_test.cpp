// SPDX-License-Identifier: MIT
// Growing rejection against its definition written out sample by sample, and what must and must not grow.
#include "pipeline/stages/integrate/grow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/core/error.h"
#include "tests/support/reference/integrate/combine_reference.h"
#include "tiles.h"

namespace nightstack {
namespace {

constexpr float kSigma = 30;
constexpr float kLevel = 1000;

CombineOptions growing_options(int grow_px = 2, RejectKind kind = RejectKind::winsorized) {
    CombineOptions o{CombineKind::mean, default_rejection(kind), grow_px};
    o.rejection.least_sigma = double{kSigma};
    o.rejection.sky_level = double{kLevel};
    return o;
}

// A trail across one frame: Gaussian, 1.6 px, as bright as so many sigmas.
void add_trail(Scene& scene, std::size_t frame, double slope, double at, double sigmas) {
    const ImageView<float> image = scene.pixels[frame].view();
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const double off = (y - at - slope * x) / std::sqrt(1 + slope * slope) / 1.6;
            image(x, y) +=
                static_cast<float>(sigmas * double{kSigma} * std::exp(-0.5 * off * off)) / scene.frames[frame].scale;
        }
    }
}

Result grown(const Scene& scene, const CombineOptions& options, std::optional<Rect> inside = std::nullopt) {
    const auto& first = scene.frames.front().samples;
    Result result(first.width(), first.height());
    CombineScratch scratch;
    GrowScratch growing;
    result.counts =
        integrate_growing(result.views(), scene.frames, options, inside.value_or(first.bounds()), scratch, growing);
    return result;
}

float normalised(const FrameTile& f, ImageView<const float> of, int x, int y) {
    const float v = of(x, y) * f.scale + f.offset;
    return std::abs(v) <= std::numeric_limits<float>::max() ? v : std::numeric_limits<float>::quiet_NaN();
}

// What became of each sample: of frame f at (x, y) in image f.
enum : int { kNothing, kKept, kLow, kHigh };

std::vector<Image<int>> fates(const Scene& scene, const Result& plain) {
    std::vector<Image<int>> all;
    for (std::size_t f = 0; f < scene.frames.size(); ++f) all.emplace_back(plain.low.width(), plain.low.height());
    for (int y = 0; y < plain.low.height(); ++y) {
        for (int x = 0; x < plain.low.width(); ++x) {
            std::vector<std::pair<float, std::size_t>> column;
            for (std::size_t f = 0; f < scene.frames.size(); ++f) {
                const FrameTile& frame = scene.frames[f];
                const float own = normalised(frame, frame.samples, x, y);
                const float tested = frame.tested.empty() ? own : normalised(frame, frame.tested, x, y);
                if (!std::isnan(own) && !std::isnan(tested)) column.emplace_back(tested, f);
            }
            std::sort(column.begin(), column.end());
            for (std::size_t i = 0; i < column.size(); ++i) {
                int& fate = all[column[i].second].view()(x, y);
                fate = kKept;
                if (i < plain.low.view()(x, y)) fate = kLow;
                if (i >= column.size() - plain.high.view()(x, y)) fate = kHigh;
            }
        }
    }
    return all;
}

bool grows_at(const Image<int>& fate, const Result& plain, const CombineOptions& o, int x, int y) {
    if (fate.view()(x, y) != kKept) return false;
    int seeds = 0;
    float peak = -std::numeric_limits<float>::infinity();
    for (int v = std::max(0, y - o.grow_px); v <= std::min(fate.height() - 1, y + o.grow_px); ++v) {
        for (int u = std::max(0, x - o.grow_px); u <= std::min(fate.width() - 1, x + o.grow_px); ++u) {
            if (fate.view()(u, v) == kHigh) ++seeds;
            peak = std::max(peak, plain.value.view()(u, v));
        }
    }
    const bool star =
        static_cast<float>(o.rejection.object_share) * (peak - static_cast<float>(o.rejection.sky_level)) >
        static_cast<float>(o.rejection.least_sigma);
    return seeds >= kSeedsToGrow && !(o.rejection.object_share > 0 && star);
}

Result grown_by_twin(const Scene& scene, const CombineOptions& o) {
    Result result = integrated(scene, o);
    const Result plain = integrated(scene, o);
    const std::vector<Image<int>> fate = fates(scene, plain);
    for (int y = 0; y < plain.low.height(); ++y) {
        for (int x = 0; x < plain.low.width(); ++x) {
            std::vector<PixelSample> samples;
            int grown_here = 0;
            int stays = 0;
            for (std::size_t f = 0; f < scene.frames.size(); ++f) {
                const FrameTile& t = scene.frames[f];
                const bool grew = grows_at(fate[f], plain, o, x, y);
                const bool stay = fate[f].view()(x, y) == kKept && !grew;
                grown_here += grew ? 1 : 0;
                stays += stay ? 1 : 0;
                samples.push_back({stay ? t.samples(x, y) : std::numeric_limits<float>::quiet_NaN(), t.scale, t.offset,
                                   t.weight, t.noise_variance,
                                   t.sample_weights.empty() ? 1.0F : t.sample_weights(x, y)});
            }
            if (grown_here == 0 || 2 * stays < plain.coverage.view()(x, y)) continue;
            const auto pixel = combine_pixel_reference<float>(samples, {o.combine, {RejectKind::none}});
            result.value.view()(x, y) = pixel.value;
            result.variance.view()(x, y) = pixel.variance;
            std::uint16_t& high = result.high.view()(x, y);
            high = static_cast<std::uint16_t>(high + grown_here);
        }
    }
    return result;
}

std::uint64_t count_grown(const Scene& scene, const CombineOptions& o) {
    return grown(scene, o).counts.rejected_high - integrated(scene, o).counts.rejected_high;
}

TEST(Grow, IsItsDefinitionBitForBit) {
    for (const int frames : {4, 5, 8, 20}) {
        for (const int variant : {0, 1, 2}) {
            Scene scene = make_scene({.frames = frames,
                                      .width = 61,
                                      .height = 40,
                                      .missing = variant > 0 ? 0.1 : 0,
                                      .outliers = 0.02,
                                      .coarse = variant == 1,
                                      .parts = variant == 2,
                                      .uneven = variant > 0,
                                      .seed = 3});
            add_trail(scene, 1, 0.4, 5, 12);
            add_trail(scene, 3, -0.3, 30, 6);
            add_trail(scene, 0, 0, 39, 9);
            for (const RejectKind kind : all_reject_kinds()) {
                for (const int px : {0, 1, 2, 5}) {
                    CombineOptions o = growing_options(px, kind);
                    if (variant == 2) o.combine = CombineKind::median;
                    if (variant == 1) o.rejection.object_share = 0.1;
                    const bool grows = px > 0 && kind != RejectKind::none && kind != RejectKind::median;
                    const Result want = grows ? grown_by_twin(scene, o) : integrated(scene, o);
                    at_every_cpu_level([&] {
                        ASSERT_EQ(difference(grown(scene, o), want), "") << frames << ' ' << name(kind) << ' ' << px;
                    });
                }
            }
        }
    }
}

TEST(Grow, TestedSamplesDecideAndTheOthersAreAveraged) {
    Scene scene =
        make_scene({.frames = 6, .width = 40, .height = 30, .missing = 0.1, .parts = true, .tested = true, .seed = 8});
    const ImageView<float> tested = scene.tested[2].view();
    for (int x = 0; x < 40; ++x) tested(x, 12) = tested(x, 13) = kLevel + 20 * kSigma;
    const Result got = grown(scene, growing_options());
    EXPECT_EQ(difference(got, grown_by_twin(scene, growing_options())), "");
    EXPECT_GT(got.counts.rejected_high, 5U * 36U);
}

// The rim of a trail is what stays below three sigma of one frame.
TEST(Grow, TakesTheRimOfATrail) {
    for (const int frames : {6, 8, 12, 20}) {
        Scene scene = make_scene({.frames = frames, .width = 400, .height = 60, .seed = 11});
        const Scene clean = make_scene({.frames = frames, .width = 400, .height = 60, .seed = 11});
        add_trail(scene, 2, 0, 30, 12);
        const auto rim = [&](const Result& r) {  // what it leaves, in sigmas of a mean over 32 pixels
            const Result without = integrated(clean, growing_options(0));
            double sum = 0;
            for (int y = 27; y <= 33; ++y) {
                for (int x = 0; x < 400; ++x) sum += double{r.value.view()(x, y)} - double{without.value.view()(x, y)};
            }
            return sum / 400 / (double{kSigma} / std::sqrt(frames) * std::sqrt(7.0 / 32));
        };
        EXPECT_GT(rim(integrated(scene, growing_options(0))), 1.5) << frames << " frames";
        EXPECT_LT(std::abs(rim(grown(scene, growing_options()))), 0.7) << frames << " frames";
    }
}

TEST(Grow, NoiseAndSingleHitsDoNotGrow) {
    const Scene noise = make_scene({.frames = 20, .width = 500, .height = 200, .seed = 5});
    EXPECT_LT(static_cast<double>(count_grown(noise, growing_options())), 0.0005 * 20 * 500 * 200);
    Scene hits = make_scene({.frames = 8, .width = 100, .height = 60, .sigma = 0, .seed = 5});
    for (int y = 5; y < 60; y += 12) {
        for (int x = 5; x < 90; x += 12) {
            for (const int dx : {0, 1}) hits.pixels[3].view()(x + dx, y) = hits.pixels[3].view()(x, y + 1) = 9000;
        }
    }
    EXPECT_EQ(count_grown(hits, growing_options()), 0U);
}

// A frame of worse seeing stands out all around a bright star: Moffat of beta 3, 5 % wider, of the same flux.
TEST(Grow, SparesStars) {
    Scene scene = make_scene({.frames = 8, .width = 80, .height = 80, .seed = 6});
    for (std::size_t f = 0; f < 8; ++f) {
        for (int y = 0; y < 80; ++y) {
            for (int x = 0; x < 80; ++x) {
                const double width = f == 4 ? 4.2 : 4;
                const double q = 1 + ((x - 40) * (x - 40) + (y - 40) * (y - 40)) / (width * width);
                scene.pixels[f].view()(x, y) += static_cast<float>(300000 * 16 / (width * width) / (q * q * q));
            }
        }
    }
    CombineOptions o = growing_options();
    EXPECT_GT(count_grown(scene, o), 50U);
    o.rejection.object_share = 0.1;
    EXPECT_EQ(count_grown(scene, o), 0U);
}

TEST(Grow, HalfOfThePixelStays) {
    Scene scene = make_scene({.frames = 7, .width = 64, .height = 40, .seed = 9});
    for (std::size_t f = 0; f < 5; ++f) add_trail(scene, f, 0, 10 + 3.0 * static_cast<double>(f), 10);
    const Result r = grown(scene, growing_options(5));
    for (int y = 0; y < 40; ++y) {
        for (int x = 0; x < 64; ++x) {
            const int rejected = r.low.view()(x, y) + r.high.view()(x, y);
            ASSERT_LE(rejected, 4) << x << ',' << y;
        }
    }
}

TEST(Grow, CountsAreThoseInsideTheBorder) {
    Scene scene = make_scene({.frames = 8, .width = 64, .height = 40, .missing = 0.1, .seed = 9});
    add_trail(scene, 2, 0.3, 8, 10);
    const Rect inside{2, 2, 60, 36};
    const Result r = grown(scene, growing_options(), inside);
    TileCounts want;
    for (int y = inside.y; y < inside.bottom(); ++y) {
        for (int x = inside.x; x < inside.right(); ++x) {
            want.samples += r.coverage.view()(x, y);
            want.rejected_low += r.low.view()(x, y);
            want.rejected_high += r.high.view()(x, y);
        }
    }
    EXPECT_EQ(r.counts.samples, want.samples);
    EXPECT_EQ(r.counts.rejected_low, want.rejected_low);
    EXPECT_EQ(r.counts.rejected_high, want.rejected_high);
}

TEST(Grow, AnAbsurdReachIsRefused) {
    const Scene scene = make_scene({.frames = 4});
    EXPECT_THROW(grown(scene, growing_options(-1)), OptionError);
    EXPECT_THROW(grown(scene, growing_options(kMostGrow + 1)), OptionError);
}

TEST(Grow, ByItselfOnlyOfFewFrames) {
    EXPECT_EQ(grow_px_for(kGrowByFrames, 8), 2);
    EXPECT_EQ(grow_px_for(kGrowByFrames, 15), 2);
    EXPECT_EQ(grow_px_for(kGrowByFrames, 16), 0);
    EXPECT_EQ(grow_px_for(3, 100), 3);
    EXPECT_EQ(grow_px_for(0, 5), 0);
}

}  // namespace
}  // namespace nightstack
