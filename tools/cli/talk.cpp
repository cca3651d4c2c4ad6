// SPDX-License-Identifier: MIT
#include "tools/cli/talk.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "tools/cli/standard_output.h"

namespace nightstack::tools {
namespace {

constexpr std::string_view kClearLine = "\r\x1B[K";
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

void Talk::line(std::string_view text, std::string_view colour) {
    const std::lock_guard lock(mutex_);
    if (status_shown_) put(stderr, kClearLine);
    status_shown_ = false;
    if (coloured_ && !colour.empty()) put(stderr, colour);
    put(stderr, text);
    if (coloured_ && !colour.empty()) put(stderr, kPlain);
    put(stderr, "\n");
    std::fflush(stderr);
}

void Talk::say(std::string_view text) {
    if (loudness_ != Loudness::quiet) line(text, "");
}

void Talk::detail(std::string_view text) {
    if (loudness_ == Loudness::verbose) line(text, "");
}

void Talk::warn(std::string_view text) { line(text, kYellow); }

void Talk::event(std::string_view json) {
    if (!json_) return;
    const std::lock_guard lock(mutex_);
    put_out(std::string(json) + "\n");
}

void Talk::result(std::string_view text) {
    const std::lock_guard lock(mutex_);
    if (status_shown_) put(stderr, kClearLine);
    status_shown_ = false;
    put_out(text);
}

void Talk::status(std::string_view text) {
    if (!animated_) return;
    const std::lock_guard lock(mutex_);
    put(stderr, kClearLine);
    put(stderr, text);
    std::fflush(stderr);
    status_shown_ = !text.empty();
}

}  // namespace nightstack::tools
