// SPDX-License-Identifier: MIT
#include "tools/cli/talk.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "tools/cli/standard_output.h"

namespace nightstack::tools {
namespace {

constexpr std::string_view kYellow = "\x1B[33m";
constexpr std::string_view kPlain = "\x1B[0m";

void put(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

bool terminal_can_animate() {
    const char* term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): read before threads start
    return ::isatty(STDERR_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

bool colour_wanted() {
    const char* no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
    return no_color == nullptr || *no_color == '\0';
}

}  // namespace

Talk::Talk(Loudness loudness, bool json)
    : loudness_(loudness),
      json_(json),
      animated_(loudness != Loudness::quiet && terminal_can_animate()),
      coloured_(animated_ && colour_wanted()) {}

TerminalSize Talk::terminal_size() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
    return {size.ws_col, size.ws_row};
}

void Talk::clear() {
    if (block_.shown()) put(stderr, block_.cleared(terminal_size()));
}

void Talk::redraw() {
    if (!animated_) return;
    std::vector<std::string> lines = panel_;
    if (!status_.empty()) lines.push_back(status_);
    put(stderr, block_.drawn(lines, terminal_size()));
    std::fflush(stderr);
}

void Talk::line(std::string_view text, std::string_view colour) {
    const std::lock_guard lock(mutex_);
    clear();
    status_.clear();
    if (coloured_ && !colour.empty()) put(stderr, colour);
    put(stderr, text);
    if (coloured_ && !colour.empty()) put(stderr, kPlain);
    put(stderr, "\n");
    if (!panel_.empty()) redraw();
    std::fflush(stderr);
}

void Talk::say(std::string_view text) {
    if (loudness_ != Loudness::quiet) line(text, "");
}

void Talk::detail(std::string_view text) {
    if (loudness_ == Loudness::verbose) line(text, "");
}

void Talk::warn(std::string_view text) { line(text, kYellow); }

// stdout may be the same terminal.
void Talk::event(std::string_view json) {
    if (!json_) return;
    const std::lock_guard lock(mutex_);
    clear();
    std::fflush(stderr);
    put_out(std::string(json) + "\n");
    if (!panel_.empty() || !status_.empty()) redraw();
}

void Talk::result(std::string_view text) {
    const std::lock_guard lock(mutex_);
    clear();
    std::fflush(stderr);
    status_.clear();
    put_out(text);
    if (!panel_.empty()) redraw();
}

void Talk::status(std::string_view text) {
    if (!animated_) return;
    const std::lock_guard lock(mutex_);
    status_ = text;
    redraw();
}

void Talk::panel(std::vector<std::string> lines) {
    if (!animated_) return;
    const std::lock_guard lock(mutex_);
    panel_ = std::move(lines);
    redraw();
}

}  // namespace nightstack::tools
