// SPDX-License-Identifier: MIT
// What Talk puts on a terminal, seen by one.
#include "tools/cli/talk.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/tools/cli/mini_terminal.h"
#include "tests/tools/cli/on_terminal.h"

namespace nightstack::tools {
namespace {

using test::MiniTerminal;
using test::OnTerminal;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(TalkOnATerminal, PanelStaysBelowWhatIsSaid) {
    OnTerminal terminal(40, 12);
    Talk talk(Loudness::normal, false);
    ASSERT_TRUE(talk.animated());
    talk.panel({"panel one", "panel two"});
    talk.say("first");
    talk.panel({"panel 1", "panel 2", "panel 3"});
    talk.status("fetching");
    talk.warn("second");
    talk.detail("never");
    const std::string bytes = terminal.end();
    MiniTerminal screen(40, 12);
    screen.feed(bytes);
    EXPECT_THAT(screen.lines(), ElementsAre("first", "second", "panel 1", "panel 2", "panel 3"));
    EXPECT_THAT(bytes, Not(HasSubstr("\x1B[33m")));  // NO_COLOR
}

TEST(TalkOnATerminal, PanelGoesAndLeavesWhatWasSaid) {
    OnTerminal terminal(40, 12);
    Talk talk(Loudness::normal, false);
    talk.panel({"panel one", "panel two"});
    talk.say("said");
    talk.panel({});
    talk.say("the end");
    MiniTerminal screen(40, 12);
    screen.feed(terminal.end());
    EXPECT_THAT(screen.lines(), ElementsAre("said", "the end"));
}

TEST(TalkOnATerminal, StatusIsOneLineUntilTheNext) {
    OnTerminal terminal(40, 12);
    Talk talk(Loudness::normal, false);
    talk.status("12 of 200 files, which is a line much too long for it");
    talk.status("13 of 200");
    talk.say("said");
    talk.status("14 of 200");
    talk.status("");
    MiniTerminal screen(40, 12);
    screen.feed(terminal.end());
    EXPECT_THAT(screen.lines(), ElementsAre("said"));
}

TEST(TalkOnATerminal, ManySayAtOnceAndNothingIsGarbled) {
    OnTerminal terminal(40, 12);
    Talk talk(Loudness::normal, false);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&talk, t] {
            for (int i = 0; i < 50; ++i) {
                if (t == 0)
                    talk.panel({"panel a " + std::to_string(i), "panel b"});
                else
                    talk.say("line " + std::to_string(t) + "." + std::to_string(i));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    MiniTerminal screen(40, 12);
    screen.feed(terminal.end());
    const std::vector<std::string> lines = screen.lines();
    ASSERT_EQ(lines.size(), 152u);
    for (std::size_t i = 0; i < 150; ++i) EXPECT_THAT(lines[i], testing::MatchesRegex("line [123]\\.[0-9]+"));
    EXPECT_EQ(lines[150], "panel a 49");
    EXPECT_EQ(lines[151], "panel b");
}

TEST(TalkOnATerminal, QuietShowsNoPanel) {
    OnTerminal terminal(40, 12);
    Talk talk(Loudness::quiet, false);
    talk.panel({"panel"});
    talk.say("said");
    EXPECT_EQ(terminal.end(), "");
}

}  // namespace
}  // namespace nightstack::tools
