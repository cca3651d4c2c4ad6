// SPDX-License-Identifier: MIT
#include "tools/night/show/night_lines.h"

#include <string_view>

#include "pipeline/core/printable.h"
#include "tools/night/show/night_words.h"

namespace nightstack::tools {
namespace {

constexpr auto kSummary = std::chrono::seconds(10);

std::string summary(std::size_t fresh, const NightState& state) {
    std::string line = std::to_string(fresh) + " more stacked: " + std::to_string(state.counts.stacked) + " of " +
                       std::to_string(state.counts.in) + " that came";
    for (const std::string& figure : quality_words(state.progress)) line += ", " + figure;
    if (const std::string written = written_words(state); !written.empty()) line += ", " + written;
    return line;
}

}  // namespace

std::string frame_line(const NightFrame& frame) {
    std::string line = "frame " + std::to_string(frame.seq) + " " + printable(frame.file) + " " + frame.verdict;
    if (!frame.reason.empty()) line += " (" + plain_word(frame.reason) + ")";
    if (!frame.text.empty()) line += ": " + printable(frame.text);
    return line;
}

std::vector<std::string> NightLineWriter::take(const NightNews& news, Clock::time_point now) {
    std::vector<std::string> lines;
    for (const NightFrame& frame : news.frames) {
        const bool stacked = frame.verdict == "stacked";
        if (stacked && !every_frame_) ++unsaid_;
        if (!stacked || every_frame_) lines.push_back(frame_line(frame));
    }
    const bool due = news.last || !summed_up_ || now - *summed_up_ >= kSummary;
    if (unsaid_ > 0 && due) {
        lines.push_back(summary(unsaid_, news.state));
        unsaid_ = 0;
        summed_up_ = now;
    }
    for (const std::string& notice : news.notices) lines.push_back(printable(notice));
    return lines;
}

NightLines::NightLines(Talk& talk, const NightBoard& board)
    : writer_(talk.verbose()), follower_(board, {}, [this, &talk](const NightNews& news) {
          const std::string clock = local_clock(std::chrono::system_clock::now());
          for (const std::string& line : writer_.take(news, NightLineWriter::Clock::now()))
              talk.say(clock + "  " + line);
      }) {}

}  // namespace nightstack::tools
