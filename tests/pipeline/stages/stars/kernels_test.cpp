// SPDX-License-Identifier: MIT
// Kernels of star finding against slow twins that follow their definitions pixel by pixel, in doubles and in no
// particular order; and against themselves at the other instruction levels, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "pipeline/stages/stars/candidates.h"
#include "pipeline/stages/stars/clipped_sums.h"
#include "pipeline/stages/stars/luminance.h"
#include "pipeline/stages/stars/moments.h"
#include "pipeline/stages/stars/mosaic.h"
#include "pipeline/stages/stars/window_sums.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

Image<float> noise(int width, int height, unsigned seed) {
    std::mt19937 rng(seed);
    std::normal_distribution<float> normal(500, 40);
    Image<float> image(width, height);
    for (int y = 0; y < height; ++y) {
        for (float& v : image.view().row(y)) v = normal(rng);
    }
    return image;
}

// The same bits as at the first level.
template <class T>
void expect_same(std::optional<T>& first, const T& now) {
    if (!first) first = now;
    ASSERT_EQ(std::memcmp(&*first, &now, sizeof now), 0) << "levels differ";
}

Moments slow_sums(ImageView<const float> block, double cx, double cy, double a, double b, double c) {
    Moments m;
    for (int y = 0; y < block.height(); ++y) {
        for (int x = 0; x < block.width(); ++x) {
            const double dx = x - cx, dy = y - cy;
            const double v = block(x, y) * std::exp(-(a * dx * dx + 2 * b * dx * dy + c * dy * dy) / 2);
            m.sum += v;
            m.x += v * dx;
            m.y += v * dy;
            m.xx += v * dx * dx;
            m.xy += v * dx * dy;
            m.yy += v * dy * dy;
        }
    }
    return m;
}

void expect_near(const Moments& got, const Moments& want) {
    const double scale = 1e-11 * (std::abs(want.sum) + std::abs(want.xx) + std::abs(want.yy));
    EXPECT_NEAR(got.sum, want.sum, scale);
    EXPECT_NEAR(got.x, want.x, scale);
    EXPECT_NEAR(got.y, want.y, scale);
    EXPECT_NEAR(got.xx, want.xx, scale);
    EXPECT_NEAR(got.xy, want.xy, scale);
    EXPECT_NEAR(got.yy, want.yy, scale);
}

TEST(WindowSums, EqualTheirTwins) {
    for (const auto& [w, h] : {std::pair{1, 1}, {3, 9}, {13, 13}, {16, 7}, {89, 89}}) {
        const Image<float> image = noise(w, h, 1);
        const PixelBlock block{image.cview().data(), image.cview().stride(), w, h};
        const double cx = w / 2.0 - 0.3, cy = h / 2.0 - 0.7;
        for (const double variance : {0.7, 2.1, 60.0}) {
            if (is_steep(block, cx, cy, 1 / variance, 0, 1 / variance)) continue;
            Moments want = slow_sums(image.cview(), cx, cy, 1 / variance, 0, 1 / variance);
            std::optional<Moments> round, turned;
            at_every_level([&] {
                const Moments got = round_window_sums(block, cx, cy, variance);
                expect_near({got.sum, got.x, got.y, want.xx, want.xy, want.yy}, want);
                expect_same(round, got);
            });
            const double a = 1 / variance, b = -0.4 / variance, c = 0.7 / variance;
            at_every_level([&] {
                const Moments got = elliptical_window_sums(block, cx, cy, a, b, c);
                expect_near(got, slow_sums(image.cview(), cx, cy, a, b, c));
                expect_same(turned, got);
            });
        }
    }
}

// Long, thin and turned: the quick way would leave the range of doubles, adapted_shape must still see it.
TEST(WindowSums, SteepWindowsAreToldAndMeasuredAllTheSame) {
    Image<float> image(101, 101);
    for (int y = 0; y < 101; ++y) {
        for (int x = 0; x < 101; ++x) {
            const double along = (x + y - 100) / std::sqrt(2.0), across = (x - y) / std::sqrt(2.0);
            image.view()(x, y) = static_cast<float>(1000 * std::exp(-along * along / 200 - across * across / 0.8));
        }
    }
    const Patch patch(image.cview(), LocalSky{}, 50, 50, 44);
    const Shape thin{50.2, 49.8, 50.2};
    const PixelBlock block{patch.row(-44) - 44, patch.side(), 89, 89};
    const double det = thin.xx * thin.yy - thin.xy * thin.xy;
    ASSERT_TRUE(is_steep(block, 44, 44, thin.yy / det, -thin.xy / det, thin.xx / det));
    const std::optional<ShapeFit> fit = adapted_shape(patch, thin, {0, 0, 1});
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->shape.xx, 50.2, 1.5);
    EXPECT_NEAR(fit->shape.xy, 49.8, 1.5);
}

TEST(ClippedSums, EqualTheirTwins) {
    std::mt19937 rng(3);
    for (const auto& [w, h] : {std::pair{1, 1}, {7, 3}, {64, 64}, {67, 33}}) {
        Image<float> image = noise(w, h, 4);
        for (int y = 0; y < h; ++y) image.view()(static_cast<int>(rng()) & 0, y) = y % 3 == 0 ? kNaN : 510;
        const ClipGate gate{500, -60, 50};
        ClipSums want;
        std::vector<float> list;
        for (int y = 0; y < h; y += 2) {
            for (int x = 0; x < w; ++x) {
                const float d = image.view()(x, y) - gate.pivot;
                list.push_back(image.view()(x, y));
                if (!(d >= gate.low && d <= gate.high)) continue;
                want.count += 1;
                want.sum += d;
                want.square += d * d;
            }
        }
        std::optional<ClipSums> cell, of_list;
        at_every_level([&] {
            const ClipSums got = clipped_sums(image.cview(), 2, gate);
            EXPECT_EQ(got.count, want.count);
            EXPECT_NEAR(got.sum, want.sum, 1e-5 * (want.square + 1));
            EXPECT_NEAR(got.square, want.square, 1e-5 * (want.square + 1));
            expect_same(cell, got);
            const ClipSums listed = clipped_sums(list, 500, -60, 50);
            EXPECT_EQ(listed.count, want.count);
            EXPECT_NEAR(listed.sum, want.sum, 1e-9 * (want.square + 1));
            EXPECT_NEAR(listed.square, want.square, 1e-5 * (want.square + 1));
            expect_same(of_list, listed);
        });
    }
}

TEST(BlockMaxima, EqualTheirTwinAndLeaveNanOut) {
    for (const int w : {1, 15, 31, 32, 33, 100, 160}) {
        Image<float> image = noise(w, 3, 5);
        for (int x = 0; x < w; x += 7) image.view()(x, 1) = kNaN;
        for (float& v : image.view().row(2)) v = kNaN;
        at_every_level([&] {
            Image<float> out((w + kScanBlock - 1) / kScanBlock, 3);
            block_maxima(out.view(), image.cview(), 0, 3);
            for (int y = 0; y < 3; ++y) {
                for (int block = 0; block < out.width(); ++block) {
                    float want = -std::numeric_limits<float>::infinity();
                    for (int x = block * kScanBlock; x < std::min(w, (block + 1) * kScanBlock); ++x) {
                        if (image.view()(x, y) > want) want = image.view()(x, y);
                    }
                    ASSERT_EQ(out.view()(block, y), want) << w << ": block " << block << " of row " << y;
                }
            }
        });
    }
}

// Widths around the pieces in which a row is smoothed; each pixel is rounded in the order of the definition.
TEST(LuminanceRows, PiecesOfARowDoNotShow) {
    SerialRunner runner;
    const auto mirrored = [](int i, int n) { return n == 1 ? 0 : i < 0 ? -i : i >= n ? 2 * n - 2 - i : i; };
    for (const int w : {1, 2, 959, 960, 961, 962, 1921}) {
        const Image<float> image = noise(w, 4, 6);
        const ImageView<const float> p = image.cview();
        at_every_level([&] {
            Image<float> out(w, 4);
            luminance(out.view(), p, runner);
            for (int y = 0; y < 4; ++y) {
                const auto column = [&](int x) {
                    const int i = mirrored(x, w);
                    return p(i, mirrored(y - 1, 4)) + 2 * p(i, y) + p(i, mirrored(y + 1, 4));
                };
                for (int x = 0; x < w; ++x) {
                    const float want = 0.0625F * (column(x - 1) + 2 * column(x) + column(x + 1));
                    ASSERT_EQ(out.view()(x, y), want) << w << ": " << x << ", " << y;
                }
            }
        });
    }
}

struct Mosaic {
    Image<float> plane = noise(60, 50, 7);
    Image<float> smooth{60, 50};
    StarField field;
    LocalSky sky{480, 0.3, -0.2, 10};

    Mosaic() {
        SerialRunner runner;
        plane.view()(3, 2) = kNaN;
        luminance(smooth.view(), plane.cview(), runner);
        field.plane = plane.cview();
        field.luminance = smooth.cview();
        field.phase_level = {5, -3, 2, -4};
    }
};

double bell_at(double i, double centre, int size_half, double variance) {
    const double d = i - centre;
    return std::abs(i - static_cast<double>(std::lround(centre))) > size_half ? 0 : std::exp(-d * d / (2 * variance));
}

// In the middle, and cut by each edge of the frame.
TEST(PhaseHeights, EqualTheirTwin) {
    const Mosaic m;
    for (const Point star : {Point{30.3, 24.6}, {2.2, 3.4}, {58.6, 47.9}, {57.5, 1.2}}) {
        for (const double variance : {0.4, 1.7, 9.0}) {
            const int reach = std::min(10, static_cast<int>(std::ceil(3.2 * std::sqrt(variance))) + 1);
            const int cx = static_cast<int>(star.x), cy = static_cast<int>(star.y);
            std::array<double, 4> light{}, squares{};
            for (int y = 0; y < 50; ++y) {
                for (int x = 0; x < 60; ++x) {
                    const double w = bell_at(x, star.x, reach, variance) * bell_at(y, star.y, reach, variance);
                    const float p = m.plane.view()(x, y);
                    if (w == 0 || !std::isfinite(p)) continue;
                    const auto phase = static_cast<std::size_t>((x & 1) + 2 * (y & 1));
                    light[phase] += w * (p - m.field.phase_level[phase] - m.sky.at(x - cx, y - cy));
                    squares[phase] += w * w;
                }
            }
            std::optional<PhaseHeights> first;
            at_every_level([&] {
                const PhaseHeights got = phase_heights(m.field, m.sky, cx, cy, StarBell(star, variance));
                for (std::size_t k = 0; k < 4; ++k) {
                    EXPECT_NEAR(got[k], light[k] / squares[k], 1e-3) << star.x << "," << star.y << " phase " << k;
                }
                expect_same(first, got);
            });
        }
    }
}

TEST(ColourRipple, IsTheDepartureOfThePhasesSmoothed) {
    const Mosaic m;
    const PhaseHeights heights{100, 260, 240, 400};
    for (const double variance : {0.4, 1.7, 9.0}) {
        const Point star{30.3, 24.6};
        const int reach = std::min(10, static_cast<int>(std::ceil(3.2 * std::sqrt(variance))) + 1);
        const auto departure = [&](int x, int y) {
            const auto phase = static_cast<std::size_t>((x & 1) + 2 * (y & 1));
            return (heights[phase] - 250) * bell_at(x, star.x, reach, variance) * bell_at(y, star.y, reach, variance);
        };
        const Patch untouched(m.field.luminance, m.sky, 30, 25, 12);
        std::optional<std::array<float, 625>> first;
        at_every_level([&] {
            Patch patch = untouched;
            remove_colour_ripple(patch, heights, StarBell(star, variance));
            std::array<float, 625> all{};
            for (int y = -12; y <= 12; ++y) {
                for (int x = -12; x <= 12; ++x) {
                    const int fx = 30 + x, fy = 25 + y;
                    double want = 0;
                    constexpr double weight[3] = {0.25, 0.5, 0.25};
                    for (int j = -1; j <= 1; ++j) {
                        for (int i = -1; i <= 1; ++i) want += weight[i + 1] * weight[j + 1] * departure(fx + i, fy + j);
                    }
                    const bool on_bell = std::abs(fx - 30) <= reach && std::abs(fy - 25) <= reach;
                    if (!on_bell) want = 0;  // what the kernel smears beyond the block is left
                    EXPECT_NEAR(untouched.row(y)[x] - patch.row(y)[x], want, 2e-4) << x << "," << y;
                    all[static_cast<std::size_t>((y + 12) * 25 + x + 12)] = patch.row(y)[x];
                }
            }
            expect_same(first, all);
        });
    }
}

// Values so coarse that neighbours are often equal: of those the last counts.
TEST(StarKernels, MaximaOfARowAreThoseOfTheDefinition) {
    for (const int width : {7, 38, 64, 333, 2200}) {
        Image<float> image = noise(width, 3, static_cast<unsigned>(width));
        for (int y = 0; y < 3; ++y) {
            for (float& v : image.view().row(y)) v = std::round(v / 30);
        }
        image.view()(width / 2, 1) = kNaN;
        Image<float> highest((width + kScanBlock - 1) / kScanBlock, 3);
        block_maxima(highest.view(), image.cview(), 0, 3);
        const auto at = [&](int x, int y) { return image.cview()(x, y); };
        std::vector<float> least(static_cast<std::size_t>(highest.width()));
        for (std::size_t i = 0; i < least.size(); ++i) least[i] = i % 3 == 2 ? 1e6F : 17;
        std::vector<int> want;
        for (int x = 3; x < width - 3; ++x) {
            const float v = at(x, 1);
            bool is = v > least[static_cast<std::size_t>(x / kScanBlock)];
            for (const int dx : {-1, 0, 1}) is = is && v >= at(x + dx, 0) && v > at(x + dx, 2);
            if (is && v >= at(x - 1, 1) && v > at(x + 1, 1)) want.push_back(x);
        }
        EXPECT_TRUE(width < 100 || want.size() > 5);
        const auto row = [&](int y) { return image.cview().row_data(y); };
        at_every_level([&] {
            std::vector<int> got(static_cast<std::size_t>(width) + 1);
            const int n = row_maxima(got.data(), {row(0), row(1), row(2)}, highest.cview().row_data(1), least.data(), 3,
                                     width - 3);
            got.resize(static_cast<std::size_t>(n));
            ASSERT_EQ(got, want) << width;
        });
    }
}

}  // namespace
}  // namespace nightstack
