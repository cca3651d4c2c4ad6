// SPDX-License-Identifier: MIT
#include "tools/night/show/night_panel.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "pipeline/core/printable.h"
#include "tools/cli/columns.h"
#include "tools/cli/progress.h"
#include "tools/night/show/night_json.h"
#include "tools/night/show/night_lines.h"
#include "tools/night/show/night_words.h"

namespace nightstack::tools {
namespace {

constexpr int kLeastColumns = 30;
constexpr std::size_t kLastFrames = 4;
constexpr std::size_t kNoticesShown = 2;

using Words = std::vector<std::string>;

// Lines of words, with a few blanks between them; what does not fit goes on in the next line, a little to the right.
class Page {
public:
    explicit Page(int columns) : columns_(columns) {}

    void flow(const Words& words, int most_lines = 2) {
        std::string line;
        int lines = 0;
        for (const std::string& word : words) {
            const bool fits = columns_of(line) + kGap + columns_of(word) <= columns_;
            if (!line.empty() && !fits) {
                if (++lines == most_lines) break;
                put(std::exchange(line, ""));
            }
            line += line.empty() ? (lines > 0 ? "  " + word : word) : std::string(kGap, ' ') + word;
        }
        if (!line.empty()) put(line);
    }
    void put(const std::string& line) { lines_.push_back(fitted(line, columns_)); }
    Words take() { return std::move(lines_); }

private:
    static constexpr int kGap = 3;
    const int columns_;
    Words lines_;
};

Words with_head(const char* head, Words words) {
    if (!words.empty()) words.front() = head + words.front();
    return words;
}

Words title(const NightState& state, NightTime now) {
    const std::string& name = state.target.empty() ? state.session : state.target;
    Words words{name.empty() ? "night" : printable(name), std::string(tools::name(state.phase))};
    if (state.begun != NightTime{}) {
        const double seconds = std::chrono::duration<double>(now - state.begun).count();
        if (seconds >= 0) words.push_back("for " + duration_text(std::max(0.0, seconds)));
    }
    words.push_back(local_clock(now));
    return words;
}

Words last_words(std::span<const NightFrame> last) {
    Words words;
    for (const NightFrame& frame : last.last(std::min(last.size(), kLastFrames))) {
        std::string word = std::to_string(frame.seq) + " " + printable(frame.verdict);
        if (!frame.reason.empty()) word += " (" + plain_word(frame.reason) + ")";
        words.push_back(std::move(word));
    }
    std::ranges::reverse(words);  // the newest first, so that it is there on narrow screens too
    return words;
}

Words depth_words(const NightState& state) {
    Words words{"exposure " + duration_text(std::max(0.0, state.livetime_s))};
    for (std::string& word : left_words(state)) words.push_back(std::move(word));
    return words;
}

}  // namespace

std::vector<std::string> panel_lines(const NightState& state, std::span<const NightFrame> last, int columns,
                                     NightTime now) {
    Page page(std::max(columns, kLeastColumns));
    page.flow(title(state, now));
    page.flow(count_words(state));
    page.flow(with_head("left out: ", reason_words(state)));
    page.flow(depth_words(state));
    page.flow(quality_words(state.progress));
    page.flow(outlook_words(state.progress));
    page.flow(sky_words(state.progress));
    if (!state.sky.text.empty()) page.put("sky: " + printable(state.sky.text));
    if (state.flip) page.put("since the flip: " + printable(state.flip->sky.text));
    if (state.scope) page.flow(scope_words(*state.scope));
    page.flow(disk_words(state));
    page.flow(with_head("last: ", last_words(last)), 1);
    const std::size_t shown = std::min(state.notices.size(), kNoticesShown);
    for (const std::string& notice : std::span(state.notices).last(shown)) page.put("! " + printable(notice));
    return page.take();
}

NightScreen::NightScreen(Talk& talk, const NightBoard& board)
    : talk_(talk), follower_(board, {}, [this](const NightNews& news) { tell(news); }) {}

void NightScreen::tell(const NightNews& news) {
    if (!talk_.animated()) return;
    for (const NightFrame& frame : news.frames) {
        talk_.detail(frame_line(frame));
        if (last_.size() == kLastFrames) last_.pop_front();
        last_.push_back(frame);
    }
    for (const std::string& notice : news.notices)
        talk_.say(local_clock(std::chrono::system_clock::now()) + "  " + printable(notice));
    if (news.last) return talk_.panel({});
    const std::vector<NightFrame> last(last_.begin(), last_.end());
    NightState shown = news.state;
    shown.notices.clear();  // each has its line above
    talk_.panel(panel_lines(shown, last, Talk::terminal_size().columns - 1, std::chrono::system_clock::now()));
}

}  // namespace nightstack::tools
