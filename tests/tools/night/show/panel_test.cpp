// SPDX-License-Identifier: MIT
#include "tools/night/show/night_panel.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>

#include "tests/tools/night/show/made_night.h"
#include "tools/cli/columns.h"

namespace nightstack::tools {
namespace {

using test::at_utc;
using test::made_frame;
using test::made_state;
using testing::ElementsAre;

// The clock on the wall is two hours ahead of UTC.
class Panel : public testing::Test {
protected:
    void SetUp() override {
        ::setenv("TZ", "NSK-2", 1);
        ::tzset();
    }
    void TearDown() override {
        ::unsetenv("TZ");
        ::tzset();
    }
    const NightTime now_ = at_utc(22, 17, 30);
    const std::vector<NightFrame> last_{made_frame(125), made_frame(126, "rejected", "no_match"), made_frame(127),
                                        made_frame(128)};
};

TEST_F(Panel, Wide) {
    EXPECT_THAT(panel_lines(made_state(), last_, 120, now_),
                ElementsAre("M 42   stacking   for 1 h 13 min   00:17:30",
                            "stacked 118 of 130   rejected 7   failed 1   dropped 2   under way 2",
                            "left out: background 4   stars 2   io 1   no match 1",
                            "exposure 29 min 30 s   left 18 min 05 s   70 frames to come",
                            "noise 4.75 ADU (floor 1.30)   SNR 31.5   FWHM 2.93 px",
                            "wanted SNR after 182 more frames, 52 min 00 s   go on: noise still falls with every frame",
                            "transparency -3.1 %/h   drift 12.0 px/h   turn +0.25 deg/h",
                            "sky: M 42, 0.31 deg from where it was sent",
                            "scope 192.168.88.1 online: capturing 132 of 200   battery 87 %   31 C   card 12 GB free",
                            "disk 123 GB free   written 2.1 GB/h   frames in 3.4 MB/s",
                            "last: 128 stacked   127 stacked   126 rejected (no match)   125 stacked",
                            "! the link was lost for 4 s", "! clouds since 22:40"));
}

TEST_F(Panel, Narrow) {
    EXPECT_THAT(
        panel_lines(made_state(), last_, 60, now_),
        ElementsAre(
            "M 42   stacking   for 1 h 13 min   00:17:30", "stacked 118 of 130   rejected 7   failed 1   dropped 2",
            "  under way 2", "left out: background 4   stars 2   io 1   no match 1",
            "exposure 29 min 30 s   left 18 min 05 s   70 frames to come",
            "noise 4.75 ADU (floor 1.30)   SNR 31.5   FWHM 2.93 px", "wanted SNR after 182 more frames, 52 min 00 s",
            "  go on: noise still falls with every frame", "transparency -3.1 %/h   drift 12.0 px/h   turn +0.25 deg/h",
            "sky: M 42, 0.31 deg from where it was sent", "scope 192.168.88.1 online: capturing 132 of 200",
            "  battery 87 %   31 C   card 12 GB free", "disk 123 GB free   written 2.1 GB/h   frames in 3.4 MB/s",
            "last: 128 stacked   127 stacked   126 rejected (no match)", "! the link was lost for 4 s",
            "! clouds since 22:40"));
}

TEST_F(Panel, BeforeTheFirstFrame) {
    EXPECT_THAT(panel_lines({}, {}, 80, now_),
                ElementsAre("night   waiting   00:17:30", "stacked 0 of 0   rejected 0   failed 0   dropped 0",
                            "exposure 0.0 s", "frames in 0 B/s"));
}

TEST_F(Panel, ScopeThatIsLostStandsOut) {
    NightState s = made_state();
    s.scope = NightScope{"192.168.88.1", false, "", {}, {}, {}, 40, 200};
    EXPECT_THAT(panel_lines(s, last_, 80, now_), testing::Contains("scope 192.168.88.1 LOST   40 of 200 taken"));
}

TEST_F(Panel, WhatMoreFramesBring) {
    NightState s = made_state();
    s.progress.advice = "";
    s.progress.floor_reached = true;
    s.progress.wanted = TimeToSnr{TimeToSnr::Reach::never, 0, 0, 0, 0, 44.2};
    EXPECT_THAT(panel_lines(s, last_, 90, now_),
                testing::Contains("wanted SNR out of reach, at most 44.2   noise floor reached: dither"));
}

// Whatever names there are and however narrow it is: no byte that a terminal obeys, no line that is too wide.
TEST_F(Panel, IsFitForAScreen) {
    NightState s = made_state();
    const std::string evil =
        "\x1B[2J\x1B]0;own\x07\r\n\xC2\x9B"
        "31m\xE2\x80\xAE"
        "gnp.exe\xFF";
    s.target = evil;
    s.scope->host = s.scope->doing = s.sky.text = s.progress.advice = evil;
    s.notices = {evil, std::string(5000, 'x')};
    s.reasons = {{evil, 3}};
    NightFrame frame = made_frame(7, evil, evil);
    frame.file = evil;
    const std::vector<NightFrame> last{frame};
    for (const int columns : {-5, 0, 10, 30, 59, 60, 61, 200}) {
        for (const std::string& line : panel_lines(s, last, columns, now_)) {
            EXPECT_LE(columns_of(line), std::max(columns, 30));
            for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
            EXPECT_EQ(line.find("\xC2\x9B"), std::string::npos);
            EXPECT_EQ(line.find("\xE2\x80\xAE"), std::string::npos);
        }
        EXPECT_LE(panel_lines(s, last, columns, now_).size(), 22u);
    }
}

TEST_F(Panel, OddNumbersDoNoHarm) {
    NightState s = made_state();
    s.livetime_s = -3;
    s.bytes_per_s = -1e300;
    s.progress.snr = 1e300;
    s.progress.fwhm_px = NAN;
    s.progress.wanted->seconds = INFINITY;
    s.begun = now_ + std::chrono::hours(3);  // a clock that jumped
    s.left = std::chrono::seconds(-5);
    const std::vector<std::string> lines = panel_lines(s, last_, 80, now_);
    for (const std::string& line : lines) EXPECT_LE(columns_of(line), 80);
    EXPECT_THAT(lines, testing::Contains("exposure 0.0 s   left 0.0 s   70 frames to come"));
    EXPECT_THAT(lines, testing::Contains(testing::StartsWith("wanted SNR after 182 more frames, years")));
}

}  // namespace
}  // namespace nightstack::tools
