// SPDX-License-Identifier: MIT
// Watches a folder that fills (watch.h says what is told). It looks when it is asked and holds nothing back: what one
// look found is told before it looks again, so that nothing piles up however slow the caller is. No thread of its own;
// one object is one thread's.
//
// Order: as files become complete; what one look found at once as io/session orders lights.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "io/watch/notifier.h"
#include "io/watch/seen_files.h"
#include "io/watch/tree.h"
#include "io/watch/watch.h"
#include "io/watch/watch_clock.h"

namespace nightstack::io {

class FolderWatch {
public:
    // Throws OptionError; IoError when there is no such folder now (later it may come and go).
    explicit FolderWatch(WatchOptions options, WatchClock clock = real_watch_clock());
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    // Before the first look: an earlier run was told this file, which had so many bytes. If it still has, it is not
    // told.
    void know(const std::string& name, std::uint64_t bytes) { seen_.know(name, bytes); }

    // Waits for news; nothing once a stop is asked for. Throws nothing of its own.
    std::optional<WatchNews> next(const std::stop_token& stop);
    // What is to be told now, without waiting.
    std::optional<WatchNews> poll();

    // Files seen but not (or not as they are now) told: not complete yet. By name.
    std::vector<std::string> waiting() const { return seen_.waiting(); }
    std::vector<std::string> never_told() const { return seen_.never_told(); }  // of these
    bool is_away() const { return away_; }
    // Whether the kernel tells news of the whole folder; if not, looking alone finds them.
    bool is_notified() const { return notifier_.descriptor() >= 0 && notifier_.why_not().empty(); }

private:
    using Time = WatchClock::Time;
    std::optional<WatchNews> take();
    void look();
    void read_events();
    void look_over(Time now);
    void look_at(const std::set<std::string>& names, Time now);
    void take_found();
    void soon();
    bool is_gone(const TreeLook& glance);
    void come_back(std::uint64_t device);
    void say(WatchNews::Kind kind, std::string text);
    void say_once(const std::string& text);

    const WatchOptions options_;
    WatchClock clock_;
    WatchedTree tree_;
    Notifier notifier_;
    SeenFiles seen_;
    std::deque<WatchNews> told_;     // what the last look found
    std::vector<WatchNews> found_;   // by the look under way
    std::set<std::string> touched_;  // files with news
    std::set<std::string> said_;     // notices, each once; at most 1000
    Time next_look_;
    Time last_end_{};
    WatchClock::Duration last_took_{};
    std::optional<std::uint64_t> device_;  // the folder lies on
    bool away_ = false;
};

}  // namespace nightstack::io
