// SPDX-License-Identifier: MIT
// Nights through a lens that bends the picture, from rendered frames to the finished stack.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/simd/cpu_level.h"
#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

constexpr int kWidth = 480;
constexpr int kHeight = 320;

sky::NightOptions bent_night(double k1, int frames = 6) {
    sky::NightOptions o = quiet_night(frames, kWidth, kHeight);
    o.mount = {50, -30, 2, 20, false};
    o.optics.distortion_k1 = k1;
    return o;
}

OfflineOptions with_lens() {
    OfflineOptions o;
    o.registration.find_distortion = true;
    return o;
}

// Where a pixel of frame `i` lies on the canvas, by truth and by what the run says.
struct Places {
    const sky::Night& night;
    const StackSummary& s;
    Point canvas_of(Point ref) const {
        return {(ref.x + 0.5 - s.canvas.x0) * s.canvas.scale - 0.5, (ref.y + 0.5 - s.canvas.y0) * s.canvas.scale - 0.5};
    }
    Point truth(std::size_t i, Point frame) const {
        const sky::FrameTruth from = night.truth(static_cast<int>(i));
        const sky::FrameTruth ref = night.truth(static_cast<int>(*s.reference));
        return ref.seen(from.frame_from_scene.inverse()(from.lens.ideal_from_frame(frame)));
    }
    Point found(std::size_t i, Point frame) const {
        const Transform& t = *s.lights[i].ref_from_frame;
        return s.lens ? s.lens->frame_from_ideal(t(s.lens->ideal_from_frame(frame))) : t(frame);
    }
    double rms_px() const {
        double sum = 0, n = 0;
        for (std::size_t i = 0; i < s.lights.size(); ++i) {
            for (int k = 0; k < 81; ++k) {
                const Point p{(kWidth - 1) * (k % 9) / 8.0, (kHeight - 1) * (k / 9) / 8.0};
                const Point a = truth(i, p), b = found(i, p);
                if (a.x < 0 || a.y < 0 || a.x > kWidth - 1 || a.y > kHeight - 1) continue;
                sum += (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
                n += 1;
            }
        }
        return std::sqrt(sum / n);
    }
};

TEST(LensRun, RegistrationFollowsTheLens) {
    for (const double k1 : {-0.08, 0.05}) {
        const RenderedNight night(bent_night(k1), 150);
        const Stack with = run_night(night.lights(), with_lens());
        ASSERT_EQ(with.summary.stacked, 6U);
        ASSERT_TRUE(with.summary.lens) << k1;
        EXPECT_NEAR(with.summary.lens->k1, k1, 0.01);
        const Places places{night.night(), with.summary};
        const double bent = places.rms_px();
        EXPECT_LT(bent, 0.03) << k1;
        const Stack without = run_night(night.lights());
        const Places plain{night.night(), without.summary};
        const double straight = plain.rms_px();
        EXPECT_GT(straight, 5 * bent) << k1;
    }
}

TEST(LensRun, StarsOfTheStackAreSharpWhereTheReferenceHasThem) {
    const RenderedNight night(bent_night(-0.08), 150);
    const Stack s = run_night(night.lights(), with_lens());
    ASSERT_TRUE(s.summary.lens);
    const Places places{night.night(), s.summary};
    const ImageView<const float> green = s.value[1].cview();
    const LightMeasurement stack =
        measure_light(light_of(green, {green.width(), green.height(), PixelKind::mono, std::nullopt}, "stack"));
    std::vector<double> off;  // blended stars among them
    for (const sky::TrueStar& star : night.night().truth(static_cast<int>(*s.summary.reference)).stars) {
        const Point want = places.canvas_of({star.x, star.y});
        for (const Star& got : stack.stars) {
            const double distance = std::hypot(got.x - want.x, got.y - want.y);
            if (distance < 1 && got.snr > 60) off.push_back(distance);
        }
    }
    ASSERT_GT(off.size(), 30U);
    std::sort(off.begin(), off.end());
    EXPECT_LT(off[off.size() * 4 / 5], 0.15);
    EXPECT_LT(stack.report.fwhm_px, 1.06 * night.night().options().optics.fwhm_px);
}

TEST(LensRun, CoverageIsThatOfBentFrames) {
    const RenderedNight night(bent_night(0.06), 150);
    for (const Framing framing : {Framing::max, Framing::common}) {
        OfflineOptions options = with_lens();
        options.framing = framing;
        const Stack s = run_night(night.lights(), options);
        ASSERT_TRUE(s.summary.lens);
        const Places places{night.night(), s.summary};
        const ImageView<const std::uint16_t> coverage = s.coverage[0].cview();
        if (framing == Framing::common) {
            for (int y = 0; y < coverage.height(); ++y) {
                for (int x = 0; x < coverage.width(); ++x) ASSERT_EQ(coverage(x, y), 6) << x << ',' << y;
            }
            EXPECT_GT(coverage.width() * coverage.height(), kWidth * kHeight / 4);
            continue;
        }
        for (std::size_t i = 0; i < night.size(); ++i) {  // all of every frame is on the canvas
            for (const Point p : {Point{0, 0}, Point{kWidth - 1, 0}, Point{0, kHeight - 1},
                                  Point{kWidth - 1, kHeight - 1}, Point{kWidth / 2, 0}, Point{0, kHeight / 2}}) {
                const Point c = places.canvas_of(places.truth(i, p));
                EXPECT_TRUE(c.x > -1 && c.y > -1 && c.x < coverage.width() && c.y < coverage.height()) << i;
            }
        }
        for (int y = 3; y < coverage.height(); y += 7) {
            for (int x = 2; x < coverage.width(); x += 7) {
                int least = 0, most = 0;
                for (std::size_t i = 0; i < night.size(); ++i) {
                    const sky::FrameTruth frame = night.night().truth(static_cast<int>(i));
                    const sky::FrameTruth ref = night.night().truth(static_cast<int>(*s.summary.reference));
                    const Point on_ref{x + 1.0 * s.summary.canvas.x0, y + 1.0 * s.summary.canvas.y0};
                    const Point p = frame.seen(ref.frame_from_scene.inverse()(ref.lens.ideal_from_frame(on_ref)));
                    const double in = std::min({p.x + 0.5, p.y + 0.5, kWidth - 0.5 - p.x, kHeight - 0.5 - p.y});
                    least += in > 0.2 ? 1 : 0;
                    most += in > -0.2 ? 1 : 0;
                }
                ASSERT_GE(coverage(x, y), least) << x << ',' << y;
                ASSERT_LE(coverage(x, y), most) << x << ',' << y;
            }
        }
    }
}

TEST(LensRun, SameBitsForEveryRunnerMemoryAndInstructionLevel) {
    const RenderedNight night(bent_night(-0.06, 4), 120);
    for (const bool drizzles : {false, true}) {
        OfflineOptions options = with_lens();
        options.integrate.combine.grow_px = 2;
        if (drizzles) options.integrate.drizzle = DrizzleOptions{};
        SerialRunner serial;
        const Stack want = run_night(night.lights(), options, serial);
        ASSERT_TRUE(want.summary.lens);
        OfflineOptions little = options;
        little.memory_bytes = std::size_t{22} << 20;
        ThreadRunner threads(3);
        EXPECT_TRUE(run_night(night.lights(), little, threads).same_pixels(want)) << drizzles;
        if (drizzles) continue;  // has no kernels
        const CpuLevel best = cpu_level();
        limit_cpu_level(CpuLevel::sse2);
        EXPECT_TRUE(run_night(night.lights(), options, threads).same_pixels(want)) << drizzles;
        limit_cpu_level(best);
    }
}

TEST(LensRun, AStraightNightIsWhatItWas) {
    const RenderedNight night(bent_night(0), 150);
    const Stack with = run_night(night.lights(), with_lens());
    EXPECT_FALSE(with.summary.lens);
    EXPECT_TRUE(with.same_pixels(run_night(night.lights())));
}

}  // namespace
}  // namespace nightstack
