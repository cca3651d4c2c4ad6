// SPDX-License-Identifier: MIT
#include "tools/session/light_groups.h"

#include <gmock/gmock.h>

namespace nightstack::tools {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct Night {
    SessionLights lights;
    io::Session session;

    void add(std::optional<double> exposure, std::optional<double> gain, const char* filter = "", std::size_t part = 0,
             std::optional<double> temperature = {}) {
        InputFrame frame;
        if (exposure) frame.info.exposure = Seconds(*exposure);
        frame.info.gain = gain;
        frame.info.filter = filter;
        frame.info.temperature_c = temperature;
        lights.frames.push_back(std::move(frame));
        lights.part.push_back(part);
    }
    std::vector<LightGroup> groups() const { return group_lights(lights, session); }
};

TEST(LightGroups, OneOfEachKindInTheOrderOfTheLights) {
    Night night;
    night.add(30, 80);
    night.add(15, 80);
    night.add(30.0000001, 80, "", 0, 11);
    night.add(15, 60);
    night.add(15, 80, "Astro");
    night.add(15, 80, "Duo-Band");
    night.add(30, 80, "", 0, 14);
    const auto groups = night.groups();
    ASSERT_THAT(groups, SizeIs(5));
    EXPECT_THAT(groups[0].lights, ElementsAre(0, 2, 6));
    EXPECT_EQ(groups[0].key.temperature_c, 12.5);
    EXPECT_EQ(group_lights(night.lights, night.session, TemperatureOf::first)[0].key.temperature_c, 11);
    EXPECT_THAT(groups[1].lights, ElementsAre(1));
    EXPECT_EQ(describe(groups[2].key), "15 s, gain 60");
    EXPECT_EQ(describe(groups[4].key), "15 s, gain 80, Duo-Band");
}

TEST(LightGroups, WhatAFrameDoesNotSayIsThatOfTheOthersWhereTheyAgree) {
    Night night;
    night.add(15, 80, "Astro");
    night.add({}, {}, "");
    ASSERT_THAT(night.groups(), SizeIs(1));
    night.add(30, 80);
    const auto groups = night.groups();
    ASSERT_THAT(groups, SizeIs(3)) << "15 s, 30 s, and one that may be either";
    EXPECT_FALSE(groups[1].key.exposure_s);
    EXPECT_EQ(groups[1].key.gain, 80);
}

TEST(LightGroups, SettledFramesAreInNone) {
    Night night;
    night.add(15, 80);
    night.add(30, 80);
    night.lights.frames[1].settled = Judgement{Verdict::rejected, Reason::user, "", {}};
    ASSERT_THAT(night.groups(), SizeIs(1));
    EXPECT_THAT(night.groups()[0].lights, ElementsAre(0));
    night.lights.frames[0].settled = night.lights.frames[1].settled;
    EXPECT_THAT(night.groups(), SizeIs(0));
}

TEST(LightGroups, JoinedSessionsStayApartAndHaveTheirCamera) {
    Night night;
    io::Session tele;
    tele.name = "one";
    tele.hints.camera = io::CameraSide::tele;
    io::Session other;
    other.name = "two";
    night.session = io::joined({tele, other});
    night.add(15, 80, "", 0);
    night.add(15, 80, "", 1);
    const auto groups = night.groups();
    ASSERT_THAT(groups, SizeIs(2));
    EXPECT_EQ(groups[0].session, "one");
    EXPECT_EQ(groups[0].key.camera, io::CameraSide::tele);
    EXPECT_EQ(groups[1].key.camera, io::CameraSide::unknown);
    EXPECT_EQ(groups[1].part, 1u);
}

}  // namespace
}  // namespace nightstack::tools
