// SPDX-License-Identifier: MIT
// The panel on a real terminal's other end, and lines where there is none.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "tests/tools/cli/mini_terminal.h"
#include "tests/tools/cli/on_terminal.h"
#include "tests/tools/night/show/made_night.h"
#include "tools/night/show/night_events.h"
#include "tools/night/show/night_lines.h"
#include "tools/night/show/night_panel.h"

namespace nightstack::tools {
namespace {

using test::made_frame;
using test::made_state;
using test::MiniTerminal;
using test::OnTerminal;
using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST(NightScreen, DrawsInPlaceAndLeavesTheNoticesAlone) {
    NightBoard board;
    board.update([](NightState& s) {
        s = made_state();
        s.notices.clear();
    });
    OnTerminal terminal(70, 24);
    std::string drawn;
    {
        Talk talk(Loudness::normal, false);
        const NightScreen screen(talk, board);
        for (std::uint64_t seq = 1; seq <= 40; ++seq) {
            board.update([&](NightState& s) { s.counts = {seq, seq, 0, 0, 0, 0}; });
            board.put(made_frame(seq));
            if (seq % 20 == 0) board.notice("notice " + std::to_string(seq));
            if (seq == 30) talk.say("said beside it");
            std::this_thread::sleep_for(std::chrono::milliseconds(15));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(600));
        drawn = terminal.so_far();
    }
    MiniTerminal before(70, 24), after(70, 24);
    before.feed(drawn);
    EXPECT_THAT(before.lines(), Contains(HasSubstr("stacked 40 of 40")));
    EXPECT_THAT(before.lines(), Contains(HasSubstr("last: 40 stacked   39 stacked")));
    EXPECT_THAT(before.lines(), Contains("said beside it"));
    EXPECT_THAT(before.lines(), testing::Each(Not(HasSubstr("stacked 20 of"))));  // drawn over
    const std::vector<std::string> drawn_lines = before.lines();
    EXPECT_EQ(std::ranges::count_if(drawn_lines, [](const auto& l) { return l.ends_with("notice 40"); }), 1)
        << "said once, not in the panel as well";
    after.feed(terminal.end());
    EXPECT_THAT(after.lines(), SizeIs(3));
    EXPECT_THAT(after.lines(),
                AllOf(Contains(EndsWith("notice 20")), Contains(EndsWith("notice 40")), Contains("said beside it")));
}

TEST(NightLines, GoToWhereNoTerminalIs) {
    NightBoard board;
    testing::internal::CaptureStderr();
    {
        Talk talk(Loudness::normal, false);
        const NightLines lines(talk, board);
        const NightScreen screen(talk, board);  // nothing to draw on
        board.put(made_frame(1));
        board.put(made_frame(2, "rejected", "stars"));
        board.notice("clouds");
    }
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_THAT(said, AllOf(HasSubstr("frame 2 m42_2.fits rejected (stars): 1234 ADU, at most 900\n"),
                            HasSubstr("1 more stacked"), HasSubstr("  clouds\n"), Not(HasSubstr("\x1B"))));
}

TEST(NightEvents, AreLinesOnStdoutWithJsonAlone) {
    NightBoard board;
    board.put(made_frame(1));
    for (const bool json : {true, false}) {
        testing::internal::CaptureStdout();
        {
            Talk talk(Loudness::quiet, json);
            const NightEvents events(talk, board);
        }
        const std::string out = testing::internal::GetCapturedStdout();
        EXPECT_EQ(out.rfind("{\"event\":\"frame\",\"seq\":1,", 0) == 0, json) << out;
        EXPECT_EQ(out.find("{\"event\":\"state\",") != std::string::npos, json) << out;
    }
}

}  // namespace
}  // namespace nightstack::tools
