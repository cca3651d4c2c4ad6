// SPDX-License-Identifier: MIT
// `--align auto`: edges and blurs that look like stars in the first light are none in the next ones, and the scene
// takes over; where they are stars, nothing has changed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <string>
#include <vector>

#include "pipeline/graph/star_doubt.h"
#include "tests/pipeline/graph/rendered_night.h"
#include "tests/pipeline/stages/scene/scenes.h"

namespace nightstack {
namespace {

constexpr int kWidth = 320, kHeight = 240;

StreamOptions aligned(AlignBy by) {
    StreamOptions options;
    options.live.align = by;
    options.live.framing = Framing::reference;
    return options;
}

// A disc as smooth as the Sun: its edge is all it shows.
Scene smooth_disc(double radius) {
    return [=](Point p) {
        const double r = std::hypot(p.x - 160, p.y - 120) / radius;
        return r > 1 ? 0.0 : 0.4 + 0.6 * std::sqrt(1 - r * r);
    };
}

Scene ridge() {
    const Scene line = texture(8, 60);
    return [=](Point p) { return 0.2 + 0.5 * std::clamp((110 + 30 * line({p.x, 40}) - p.y) / 2, 0.0, 1.0); };
}

struct Pictures {
    std::deque<Image<float>> frames;
    std::vector<Light> lights;

    void add(Image<float> frame) {
        frames.push_back(std::move(frame));
        lights.push_back(light_of(frames.back().cview(), {kWidth, kHeight, PixelKind::mono, {}},
                                  "light " + std::to_string(lights.size())));
    }
};

Pictures pictures_of(const Scene& scene, double blur, double noise, int count) {
    Pictures out;
    for (int k = 0; k < count; ++k) {
        const Transform where = turned_and_shifted(kWidth, kHeight, 0.5 * k, 4.3 * k, -2.6 * k);
        Image<float> frame = drawn(scene, kWidth, kHeight, {where, 6000, 400, 0, 1});
        if (blur > 0) frame = blurred(frame.cview(), blur);
        add_noise(frame.view(), noise, static_cast<unsigned>(k + 1));
        out.add(std::move(frame));
    }
    return out;
}

std::size_t stars_of(const Light& light) {
    SerialRunner serial;
    LivePreparer preparer({}, true);
    return preparer.prepare(light, serial).measured.stars.size();
}

TEST(StarDoubt, EdgesAreLaidByTheScene) {
    int doubtful = 0;
    for (const Scene& scene : {smooth_disc(77), ridge(), moon(5, {160, 120}, 75)}) {
        for (const double blur : {0.0, 6.0}) {
            const Pictures p = pictures_of(scene, blur, 15, 6);
            doubtful += stars_of(p.lights[0]) >= 8 ? 1 : 0;
            const Stack automatic = stream_night(p.lights, aligned(AlignBy::automatic));
            const Stack by_scene = stream_night(p.lights, aligned(AlignBy::scene));
            EXPECT_EQ(automatic.summary.aligned_by, AlignedBy::scene) << blur;
            EXPECT_EQ(automatic.summary.reference, by_scene.summary.reference) << blur;
            // Two lights at most may be gone before it was clear.
            EXPECT_GE(automatic.summary.stacked + 2, by_scene.summary.stacked) << blur;
            EXPECT_GE(automatic.summary.stacked, 4U) << blur;
            if (automatic.summary.stacked == by_scene.summary.stacked) {
                EXPECT_TRUE(automatic.same_pixels(by_scene)) << blur;
            }
        }
    }
    EXPECT_GT(doubtful, 3) << "none of these was taken for stars: nothing was tested";
}

// What it is told is that of a run which went by the scene from the beginning.
TEST(StarDoubt, TheReferenceIsJudgedAsAScene) {
    const Pictures p = pictures_of(ridge(), 0, 15, 5);
    ASSERT_GE(stars_of(p.lights[0]), 8U);
    const Stack automatic = stream_night(p.lights, aligned(AlignBy::automatic));
    const Stack by_scene = stream_night(p.lights, aligned(AlignBy::scene));
    ASSERT_EQ(automatic.summary.stacked, 5U);
    EXPECT_TRUE(automatic.same_pixels(by_scene));
    for (std::size_t i = 0; i < 5; ++i) {
        const LightReport &a = automatic.summary.lights[i], &b = by_scene.summary.lights[i];
        EXPECT_EQ(a.ref_from_frame, b.ref_from_frame) << i;
        EXPECT_EQ(a.figures.sharpness, b.figures.sharpness) << i;
        EXPECT_TRUE(a.figures.sharpness) << i;
        EXPECT_FALSE(a.figures.stars || a.figures.fwhm_px || a.figures.roundness || a.figures.background) << i;
        ASSERT_EQ(a.judgement.limits.size(), b.judgement.limits.size()) << i;
        for (const auto& [name, limit] : b.judgement.limits) {
            ASSERT_EQ(a.judgement.limits.count(name), 1U) << i << " " << name;
            EXPECT_EQ(a.judgement.limits.at(name).value, limit.value) << i << " " << name;
        }
    }
}

TEST(StarDoubt, ThreadsDecideNothing) {
    const Pictures p = pictures_of(smooth_disc(77), 1.5, 15, 5);
    SerialRunner one;
    ThreadRunner three(3);
    const StreamOptions options = aligned(AlignBy::automatic);
    const Stack a = stream_night(p.lights, options, one), b = stream_night(p.lights, options, three);
    EXPECT_EQ(a.summary.aligned_by, AlignedBy::scene);
    EXPECT_TRUE(a.same_pixels(b));
}

// Clouds, shaken and broken lights, few stars: verdicts, words and pixels are those of --align stars.
TEST(StarDoubt, NightsOfStarsAreWhatTheyWere) {
    std::vector<sky::NightOptions> nights{moving_night(6), quiet_night(5, kWidth, kHeight)};
    std::vector<int> stars{10, 12};
    for (unsigned seed = 1; seed <= 6; ++seed) {
        std::mt19937 dice(seed);
        nights.push_back(troubled_night(8, dice));
        stars.push_back(60);
    }
    for (std::size_t n = 0; n < nights.size(); ++n) {
        const RenderedNight night(nights[n], stars[n]);
        const Stack automatic = stream_night(night.lights(), aligned(AlignBy::automatic));
        const Stack by_stars = stream_night(night.lights(), aligned(AlignBy::stars));
        if (by_stars.summary.reference != automatic.summary.reference) continue;  // a first light without stars
        EXPECT_EQ(automatic.summary.aligned_by, AlignedBy::stars) << n;
        EXPECT_TRUE(automatic.same_pixels(by_stars)) << n;
        for (std::size_t i = 0; i < by_stars.summary.lights.size(); ++i)
            EXPECT_EQ(automatic.summary.lights[i].judgement.text, by_stars.summary.lights[i].judgement.text) << n;
    }
}

// Trees stand still before stars that a cloud then hides: three lights without a star are needed, and stars win.
TEST(StarDoubt, ACloudBeforeAStandingSceneIsHeardOutOnce) {
    const sky::NightOptions o = quiet_night(4, kWidth, kHeight);
    RenderedNight night(o, 60);
    const Scene trees = texture(4, 40);
    const auto with_trees = [&](ImageView<const float> sky, bool clouded) {
        Image<float> out(kWidth, kHeight);
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                const bool tree = y > 170;
                const double dark = 300 + 800 * trees({static_cast<double>(x), static_cast<double>(y)});
                out.view()(x, y) = tree ? static_cast<float>(dark) : clouded ? 500.0F : sky(x, y);
            }
        }
        add_noise(out.view(), 5, clouded ? 7 : 8);
        return out;
    };
    Pictures p;
    p.add(with_trees(night.frame(0), false));
    p.add(with_trees(night.frame(1), true));
    for (std::size_t i = 2; i < 4; ++i) p.add(with_trees(night.frame(i), false));
    ASSERT_GE(stars_of(p.lights[0]), 8U);
    const Stack stack = stream_night(p.lights, aligned(AlignBy::automatic));
    EXPECT_EQ(stack.summary.aligned_by, AlignedBy::stars);
    EXPECT_EQ(stack.summary.stacked, 3U);
    EXPECT_NE(stack.summary.lights[1].judgement.verdict, Verdict::stacked);
}

Registration matched(std::size_t pairs) {
    Registration r;
    for (std::size_t i = 0; i < pairs; ++i) r.pairs.push_back({static_cast<int>(i), static_cast<int>(i)});
    return r;
}

Registration not_matched() {
    Registration r;
    r.reason = Reason::no_match;
    return r;
}

StarList stars_at(double from, int count) {
    StarList list;
    for (int i = 0; i < count; ++i) {
        Star s;
        s.x = from + 13 * i;
        s.y = from + 7 * i;
        list.push_back(s);
    }
    return list;
}

TEST(StarDoubt, TheRule) {
    using Answer = StarDoubt::Answer;
    const Image<float> picture = drawn(moon(5, {160, 120}, 75), kWidth, kHeight, {{}, 6000, 400, 15, 1});
    const auto doubt = [&] { return StarDoubt(SceneAligner(picture.cview()), 0.1); };
    const StreamFormat format{kWidth, kHeight, PixelKind::mono, {}};
    SceneMatch good;
    good.agreeing = 12;
    good.quality = 0.9;
    SceneMatch thin = good;
    thin.agreeing = 4;
    SceneMatch poor = good;
    poor.quality = 0.5;
    const StarList ref = stars_at(5, 20), same = stars_at(5, 20), others = stars_at(11, 20);
    EXPECT_EQ(doubt().hear(good, matched(15), ref, same, format), Answer::stars);
    EXPECT_EQ(doubt().hear(std::nullopt, matched(4), ref, same, format), Answer::stars);
    EXPECT_EQ(doubt().hear(thin, matched(4), ref, same, format), Answer::stars);
    EXPECT_EQ(doubt().hear(good, matched(6), ref, same, format), Answer::scene);
    EXPECT_EQ(doubt().hear(good, matched(12), ref, same, format), Answer::stars);
    EXPECT_EQ(doubt().hear(good, matched(11), ref, same, format), Answer::scene);
    SceneMatch fair = good;
    fair.quality = 0.75;
    EXPECT_EQ(doubt().hear(fair, matched(6), ref, same, format), Answer::stars);
    EXPECT_EQ(doubt().hear(fair, not_matched(), ref, others, format), Answer::scene);
    EXPECT_EQ(doubt().hear(good, not_matched(), ref, others, format), Answer::scene);
    EXPECT_EQ(doubt().hear(poor, not_matched(), ref, others, format), Answer::open);
    EXPECT_EQ(doubt().hear(std::nullopt, not_matched(), ref, others, format), Answer::open);
    EXPECT_EQ(doubt().hear(good, not_matched(), ref, same, format), Answer::open) << "they are all there";
    // Of a list that overlaps by a third, that third counts.
    SceneMatch shifted = good;
    shifted.ref_from_frame = Transform::shift(170, 0);
    Registration by_shift = matched(5);
    by_shift.ref_from_frame = shifted.ref_from_frame;
    EXPECT_EQ(doubt().hear(shifted, by_shift, ref, same, format), Answer::stars);
    SceneMatch planet = thin;
    planet.agreeing = 2;
    planet.quality = 0.95;
    StarDoubt small = doubt();
    for (const Answer answer : {Answer::open, Answer::open, Answer::scene})
        EXPECT_EQ(small.hear(planet, not_matched(), ref, others, format), answer);
    planet.held = true;
    EXPECT_EQ(small.hear(planet, not_matched(), ref, others, format), Answer::open);
    StarDoubt few = doubt();
    EXPECT_EQ(few.hear(good, not_matched(), ref, {}, format), Answer::open);
    EXPECT_EQ(few.hear(std::nullopt, not_matched(), ref, {}, format), Answer::open);
    EXPECT_EQ(few.hear(good, not_matched(), ref, stars_at(11, 7), format), Answer::open);
    EXPECT_EQ(few.hear(good, not_matched(), ref, {}, format), Answer::scene);
}

}  // namespace
}  // namespace nightstack
