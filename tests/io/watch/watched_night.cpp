// SPDX-License-Identifier: MIT
#include "tests/io/watch/watched_night.h"

#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace nightstack::io::test {

using std::chrono::milliseconds;

std::string fits_bytes(int width, int height) {
    std::string cards;
    const auto card = [&](const std::string& text) { cards += text + std::string(80 - text.size(), ' '); };
    const auto number = [&](const char* key, int value) {
        char text[32];
        std::snprintf(text, sizeof text, "%-8s= %20d", key, value);
        card(text);
    };
    card("SIMPLE  =                    T");
    number("BITPIX", 16);
    number("NAXIS", 2);
    number("NAXIS1", width);
    number("NAXIS2", height);
    card("END");
    cards.resize(2880, ' ');
    const std::size_t data = std::size_t{2} * static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    std::string bytes = cards + std::string(data, '\x11');
    bytes.resize((bytes.size() + 2879) / 2880 * 2880, '\0');
    return bytes;
}

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

void append_bytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

WatchedNight::WatchedNight(WatchOptions options) : options_(std::move(options)) {
    options_.folder = parent_ / "night";
    std::filesystem::create_directory(options_.folder);
}

FolderWatch& WatchedNight::watch() {
    if (!watch_) {
        watch_ = std::make_unique<FolderWatch>(
            options_, WatchClock{[this] { return WatchClock::Time(now_); },
                                 [this](WatchClock::Duration time, int descriptor, const std::stop_token&) {
                                     wait(std::chrono::ceil<milliseconds>(time), descriptor);
                                 }});
    }
    return *watch_;
}

// One event at a time, as news wake who waits.
void WatchedNight::wait(milliseconds time, int descriptor) {
    pollfd news{descriptor, POLLIN, 0};
    if (descriptor >= 0 && ::poll(&news, 1, 0) > 0) return;
    const milliseconds then = std::min(now_ + time, end_);
    if (!events_.empty() && events_.begin()->first <= then) {
        const auto event = events_.extract(events_.begin());
        now_ = std::max(now_, event.key());
        event.mapped()();
    } else {
        now_ = then;
        if (now_ == end_) stop_.request_stop();
    }
}

std::vector<Heard> WatchedNight::until(milliseconds end) {
    end_ = end;
    stop_ = std::stop_source();
    std::vector<Heard> heard;
    while (auto news = watch().next(stop_.get_token())) heard.push_back({now_, std::move(*news)});
    return heard;
}

std::vector<std::string> WatchedNight::told_until(milliseconds end) {
    std::vector<std::string> told;
    for (const Heard& h : until(end)) {
        std::string text(name(h.news.kind));
        if (!h.news.name.empty()) text += " " + h.news.name;
        told.push_back(std::move(text));
    }
    return told;
}

}  // namespace nightstack::io::test
