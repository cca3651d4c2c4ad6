// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/normalise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

constexpr NormalisationKind kAll[] = {NormalisationKind::none, NormalisationKind::add, NormalisationKind::mul,
                                      NormalisationKind::addscale, NormalisationKind::mulscale};

double apply(const ColourScale& c, double x) { return x * c.scale + c.offset; }

// A frame under cloud: sky brighter, stars and nebula at 60 %.
TEST(Normalise, AddscaleKeepsNebulaAndStarsUnderCloud) {
    const FrameLevels reference{{800, 1500, 900}, 1.0};
    const FrameLevels cloudy{{1100, 1900, 1300}, 0.6};
    const auto c = normalise(cloudy, reference, NormalisationKind::addscale);
    ASSERT_EQ(c.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(apply(c[i], cloudy.sky[i]), reference.sky[i], 1e-9);
        EXPECT_NEAR(apply(c[i], cloudy.sky[i] + 0.6 * 50) - reference.sky[i], 50, 1e-9);        // nebula
        EXPECT_NEAR(apply(c[i], cloudy.sky[i] + 0.6 * 20000) - reference.sky[i], 20000, 1e-9);  // star
        EXPECT_TRUE(c[i].known);
    }
}

TEST(Normalise, EachKindDoesWhatItSays) {
    const FrameLevels reference{{1000}, 1.0};
    const FrameLevels frame{{1250}, 0.5};
    const auto of = [&](NormalisationKind kind) { return normalise(frame, reference, kind).front(); };
    EXPECT_EQ(apply(of(NormalisationKind::none), 1250), 1250);
    EXPECT_EQ(apply(of(NormalisationKind::add), 1250), 1000);
    EXPECT_EQ(of(NormalisationKind::add).scale, 1);
    EXPECT_DOUBLE_EQ(apply(of(NormalisationKind::mul), 1250), 1000);
    EXPECT_EQ(of(NormalisationKind::mul).offset, 0);
    EXPECT_DOUBLE_EQ(of(NormalisationKind::addscale).scale, 2);
    EXPECT_DOUBLE_EQ(of(NormalisationKind::mulscale).scale, 2);
    EXPECT_EQ(of(NormalisationKind::mulscale).offset, 0);
}

TEST(Normalise, TheReferenceStaysAsItIs) {
    const FrameLevels reference{{812.5, 1500, 903}, 1.0};
    for (const NormalisationKind kind : kAll) {
        for (const ColourScale& c : normalise(reference, reference, kind)) {
            EXPECT_EQ(c.scale, 1);
            EXPECT_EQ(c.offset, 0);
        }
    }
}

TEST(Normalise, UnknownOrAbsurdFiguresFallBackAndSaySo) {
    const FrameLevels reference{{1000}, 1.0};
    for (const std::optional<double> t :
         {std::optional<double>(), std::optional<double>(0.0), std::optional<double>(-1.0), std::optional<double>(NAN),
          std::optional<double>(1e9)}) {
        const auto add = normalise({{1300}, t}, reference, NormalisationKind::addscale).front();
        EXPECT_EQ(add.scale, 1);
        EXPECT_EQ(add.offset, -300);
        EXPECT_FALSE(add.known);
        const auto mul = normalise({{2000}, t}, reference, NormalisationKind::mulscale).front();
        EXPECT_EQ(mul.scale, 0.5);
        EXPECT_FALSE(mul.known);
    }
    for (const double sky : {0.0, -5.0, static_cast<double>(NAN)}) {
        const auto mul = normalise({{sky}, 1.0}, reference, NormalisationKind::mul).front();
        EXPECT_EQ(mul.scale, 1);
        EXPECT_FALSE(mul.known);
    }
    EXPECT_FALSE(normalise({{NAN}, 1.0}, reference, NormalisationKind::add).front().known);
    EXPECT_THROW(normalise({{1, 2, 3}, 1.0}, reference, NormalisationKind::add), OptionError);
}

TEST(Normalise, NamesReadBack) {
    for (const NormalisationKind kind : kAll) EXPECT_EQ(parse_normalisation_kind(name(kind)), kind);
    EXPECT_FALSE(parse_normalisation_kind("addscaled"));
}

}  // namespace
}  // namespace nightstack
