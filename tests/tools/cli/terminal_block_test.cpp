// SPDX-License-Identifier: MIT
#include "tools/cli/terminal_block.h"

#include <gmock/gmock.h>

#include "tests/tools/cli/mini_terminal.h"

namespace nightstack::tools {
namespace {

using test::MiniTerminal;
using testing::ElementsAre;
using testing::IsEmpty;
using Lines = std::vector<std::string>;

TEST(TerminalBlock, IsDrawnInPlace) {
    MiniTerminal terminal(40, 10);
    TerminalBlock block;
    terminal.feed("before\n");
    terminal.feed(block.drawn(Lines{"one long line", "two"}, {40, 10}));
    terminal.feed(block.drawn(Lines{"short", "2", "three"}, {40, 10}));
    EXPECT_THAT(terminal.lines(), ElementsAre("before", "short", "2", "three"));
    terminal.feed(block.drawn(Lines{"only"}, {40, 10}));
    EXPECT_THAT(terminal.lines(), ElementsAre("before", "only"));
    terminal.feed(block.cleared({40, 10}));
    EXPECT_FALSE(block.shown());
    terminal.feed("after\n");
    EXPECT_THAT(terminal.lines(), ElementsAre("before", "after"));
}

TEST(TerminalBlock, StaysWithinTheTerminal) {
    MiniTerminal terminal(20, 4);
    TerminalBlock block;
    terminal.feed("a\nb\nc\n");
    const Lines tall{"1", "2", "3", "4", "5", "a line that is wider than twenty"};
    for (int i = 0; i < 3; ++i) terminal.feed(block.drawn(tall, {20, 4}));
    EXPECT_THAT(terminal.lines(), ElementsAre("a", "b", "c", "1", "2", "3"));
    terminal.feed(block.drawn(Lines{"a line that is wider than twenty"}, {20, 4}));
    EXPECT_THAT(terminal.lines(), ElementsAre("a", "b", "c", "a line that is wi.."));
}

TEST(TerminalBlock, TakesBackWhatANarrowerTerminalBroke) {
    MiniTerminal terminal(40, 12);
    TerminalBlock block;
    terminal.feed("before\n");
    const Lines lines{"123456789 123456789 123456789", "x", "123456789 123456789"};
    terminal.feed(block.drawn(lines, {40, 12}));
    terminal.narrow(12);
    terminal.feed(block.drawn(lines, {12, 12}));
    EXPECT_THAT(terminal.lines(), ElementsAre("before", "123456789..", "x", "123456789.."));
}

TEST(TerminalBlock, NothingIsNothing) {
    TerminalBlock block;
    EXPECT_THAT(block.cleared({}), IsEmpty());
    EXPECT_THAT(block.drawn({}, {}), IsEmpty());
}

}  // namespace
}  // namespace nightstack::tools
