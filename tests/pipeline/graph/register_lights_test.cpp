// SPDX-License-Identifier: MIT
#include "pipeline/graph/register_lights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

struct Registered {
    std::vector<LightMeasurement> measured;
    RegisteredNight night;
};

std::function<void()> no_count() {
    return [] {};
}

Registered register_night(std::span<const Light> lights, const RegisterLightsOptions& options = {}) {
    ThreadRunner runner(2);
    Registered r;
    r.measured = measure_lights(lights, runner, 2, [] {}, {});
    r.night = register_lights(lights, r.measured, options, runner, no_count, {});
    return r;
}

Transform true_transform(const sky::Night& night, std::size_t reference, std::size_t frame) {
    return night.truth(static_cast<int>(reference)).frame_from_scene *
           night.truth(static_cast<int>(frame)).frame_from_scene.inverse();
}

// Largest distance from truth over a grid of the part that both frames see.
double worst_px(const Transform& got, const Transform& want, int width, int height) {
    double worst = 0;
    for (int y = 0; y <= 8; ++y) {
        for (int x = 0; x <= 8; ++x) {
            const Point p{x * (width - 1) / 8.0, y * (height - 1) / 8.0};
            const Point w = want(p);
            if (w.x < 0 || w.y < 0 || w.x > width - 1 || w.y > height - 1) continue;
            const Point g = got(p);
            worst = std::max(worst, std::hypot(g.x - w.x, g.y - w.y));
        }
    }
    return worst;
}

void expect_truth(const RenderedNight& night, const RegisteredNight& got, double tolerance_px) {
    ASSERT_TRUE(got.reference);
    for (std::size_t i = 0; i < night.size(); ++i) {
        ASSERT_TRUE(got.lights[i].ref_from_frame) << i << " " << got.lights[i].judgement.text;
        EXPECT_EQ(got.lights[i].judgement.verdict, Verdict::stacked) << i << " " << got.lights[i].judgement.text;
        EXPECT_LT(worst_px(*got.lights[i].ref_from_frame, true_transform(night.night(), *got.reference, i), 480, 320),
                  tolerance_px)
            << "frame " << i;
    }
}

TEST(RegisterLights, DriftAndFieldRotationFollowTruth) {
    for (const double rotation_deg : {0.0, 12.0, 90.0, 180.0}) {
        sky::NightOptions o = quiet_night(5);
        o.mount = {40, -25, 2, rotation_deg, false};
        const RenderedNight night(o, 90);
        const Registered r = register_night(night.lights());
        expect_truth(night, r.night, 0.15);
        // The simplest model that does the night justice.
        EXPECT_LE(r.night.model, TransformModel::similarity) << rotation_deg;
    }
}

TEST(RegisterLights, TheModelAskedForServesTheNight) {
    sky::NightOptions o = quiet_night(3);
    o.mount = {14, 9, 2, 4, false};
    const RenderedNight night(o, 90);
    for (const TransformModel model :
         {TransformModel::similarity, TransformModel::affine, TransformModel::homography}) {
        RegisterLightsOptions options;
        options.registration.model = model;
        const RegisteredNight got = register_night(night.lights(), options).night;
        EXPECT_EQ(got.model, model);
        const std::size_t other = *got.reference == 0 ? 1 : 0;
        EXPECT_EQ(got.lights[other].ref_from_frame->is_affine(), model != TransformModel::homography);
    }
}

TEST(RegisterLights, MeridianFlipFollowsTruth) {
    sky::NightOptions o = quiet_night(6);
    o.mount = {14, 9, 2, 4, true};
    const RenderedNight night(o, 90);
    expect_truth(night, register_night(night.lights()).night, 0.15);
}

TEST(RegisterLights, NamesCloudAndShake) {
    sky::NightOptions o = quiet_night(9);
    o.mount = {6, 4, 1, 1, false};
    o.anomalies.clouds = {{4, 0.35, 1.2}};
    o.anomalies.shakes = {{6, 9, 0.4}};
    const RenderedNight night(o, 100);
    const Registered r = register_night(night.lights());
    const Judgement& cloud = r.night.lights[4].judgement;
    EXPECT_EQ(cloud.verdict, Verdict::rejected);
    EXPECT_EQ(cloud.reason, Reason::transparency) << cloud.text;
    const Judgement& shake = r.night.lights[6].judgement;
    EXPECT_EQ(shake.verdict, Verdict::rejected);
    EXPECT_TRUE(shake.reason == Reason::fwhm || shake.reason == Reason::roundness) << shake.text;
    EXPECT_TRUE(*r.night.reference != 4 && *r.night.reference != 6);
    for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 7U, 8U}) {
        EXPECT_EQ(r.night.lights[i].judgement.verdict, Verdict::stacked) << r.night.lights[i].judgement.text;
        EXPECT_TRUE(r.night.lights[i].judgement.limits.contains("fwhm_px"));
    }
}

TEST(RegisterLights, ForcedLightsAreKeptWithTheirFigures) {
    sky::NightOptions o = quiet_night(7);
    o.anomalies.clouds = {{4, 0.35, 1.2}};
    o.anomalies.defects = {{2, sky::DefectKind::zero}};
    const RenderedNight night(o, 100);
    std::vector<Light> lights = night.lights();
    lights[4].forced = lights[2].forced = true;
    const Registered r = register_night(lights);
    EXPECT_EQ(r.night.lights[4].judgement.verdict, Verdict::stacked);
    EXPECT_EQ(r.night.lights[4].judgement.reason, Reason::none);
    EXPECT_EQ(r.night.lights[4].judgement.text, "");
    EXPECT_NEAR(*r.night.lights[4].figures.transparency, 0.35, 0.03);
    // Nothing can be done for a frame without a picture.
    EXPECT_EQ(r.night.lights[2].judgement.reason, Reason::black);
    EXPECT_NE(r.night.lights[2].judgement.verdict, Verdict::stacked);
}

TEST(RegisterLights, TheReferenceAskedForIsTakenEvenWhenItIsTheWorst) {
    sky::NightOptions o = quiet_night(6);
    o.mount = {6, 4, 1, 1, false};
    o.anomalies.clouds = {{3, 0.5, 1.2}};
    o.anomalies.defects = {{1, sky::DefectKind::zero}};
    const RenderedNight night(o, 100);
    RegisterLightsOptions options;
    options.reference = 3;
    const Registered r = register_night(night.lights(), options);
    EXPECT_EQ(r.night.reference, 3U);
    EXPECT_EQ(r.night.lights[3].judgement.verdict, Verdict::stacked);
    EXPECT_EQ(*r.night.lights[3].ref_from_frame, Transform());
    options.reference = 1;
    try {
        register_night(night.lights(), options);
        FAIL() << "a black reference was taken";
    } catch (const OptionError& e) {
        EXPECT_NE(std::string(e.what()).find("light1"), std::string::npos) << e.what();
    }
}

// The first `strangers` lights show another field, and show it better than the rest shows theirs.
std::vector<Light> with_strangers(const RenderedNight& night, const RenderedNight& other, std::size_t strangers) {
    std::vector<Light> lights = night.lights();
    for (std::size_t i = 0; i < strangers; ++i) lights[i] = other.lights()[i];
    return lights;
}

TEST(RegisterLights, AnotherFieldIsNoMatchAndNotTheReferenceOfAll) {
    sky::NightOptions o = quiet_night(9);
    o.mount = {6, 4, 1, 1, false};
    const RenderedNight night(o, 90);
    o.optics.fwhm_px = 2.8;
    const RenderedNight other(o, 110, /*seed=*/99);
    for (const std::size_t strangers : {4U}) {
        const std::vector<Light> lights = with_strangers(night, other, strangers);
        const Registered r = register_night(lights);
        EXPECT_GE(*r.night.reference, strangers);
        for (std::size_t i = 0; i < lights.size(); ++i) {
            const Judgement& j = r.night.lights[i].judgement;
            EXPECT_EQ(j.reason, i < strangers ? Reason::no_match : Reason::none) << i << " " << j.text;
            EXPECT_EQ(r.night.lights[i].ref_from_frame.has_value(), i >= strangers);
        }
    }
}

// Runs the frames one after the other and notes after which of them the count went up.
class WatchingRunner final : public Runner {
public:
    explicit WatchingRunner(const int& count) : count_(count) {}
    int threads() const override { return 1; }
    void run(int n, int, const std::function<void(int, int)>& body) override {
        for (int i = 0; i < n; ++i) {
            body(i, i + 1);
            seen.push_back(count_);
        }
    }
    std::vector<int> seen;

private:
    const int& count_;
};

TEST(RegisterLights, CountsFramesAsTheyAreMatched) {
    sky::NightOptions o = quiet_night(5, 320, 240);
    o.anomalies.defects = {{2, sky::DefectKind::zero}};
    const RenderedNight night(o, 60);
    const auto lights = night.lights();
    SerialRunner serial;
    const auto measured = measure_lights(lights, serial, 1, [] {}, {});
    int tries = 0;
    int count = 0;
    const auto begin_try = [&] {
        ++tries;
        return [&] { ++count; };
    };
    WatchingRunner runner(count);
    register_lights(lights, measured, {}, runner, begin_try, {});
    EXPECT_EQ(tries, 1);
    EXPECT_EQ(runner.seen, (std::vector<int>{1, 2, 3, 4, 5}));
}

TEST(RegisterLights, EachReferenceTriedIsCountedAnew) {
    sky::NightOptions o = quiet_night(5, 320, 240);
    const RenderedNight night(o, 60);
    o.optics.fwhm_px = 2.6;
    const RenderedNight other(o, 80, /*seed=*/99);
    const auto lights = with_strangers(night, other, 1);
    SerialRunner serial;
    const auto measured = measure_lights(lights, serial, 1, [] {}, {});
    std::vector<int> counts;
    const auto begin_try = [&] {
        counts.push_back(0);
        return [&] { ++counts.back(); };
    };
    const RegisteredNight got = register_lights(lights, measured, {}, serial, begin_try, {});
    EXPECT_NE(got.reference, 0U);
    EXPECT_EQ(counts, (std::vector<int>{5, 5}));
}

TEST(RegisterLights, SatellitesDoNotCostAFrameItsPlace) {
    sky::NightOptions o = quiet_night(6);
    o.anomalies.trails = {{2, {-10, 40}, {490, 200}, 300, 3}, {2, {100, -10}, {300, 330}, 600, 2.5}};
    const RenderedNight night(o, 90);
    const Registered r = register_night(night.lights());
    EXPECT_EQ(r.night.lights[2].judgement.verdict, Verdict::stacked) << r.night.lights[2].judgement.text;
    const auto stars = [&](std::size_t i) { return *r.night.lights[i].figures.stars; };
    EXPECT_NEAR(stars(2), stars(1), 0.15 * stars(1));
}

TEST(RegisterLights, NothingUsableHasNoReference) {
    sky::NightOptions o = quiet_night(3, 200, 160);
    o.anomalies.defects = {{0, sky::DefectKind::zero}, {1, sky::DefectKind::saturated}, {2, sky::DefectKind::zero}};
    const Registered r = register_night(RenderedNight(o, 30).lights());
    EXPECT_FALSE(r.night.reference);
    for (const RegisteredLight& light : r.night.lights) EXPECT_EQ(light.judgement.verdict, Verdict::rejected);
}

}  // namespace
}  // namespace nightstack
