// SPDX-License-Identifier: MIT
#include "io/watch/folder_watch.h"

#include <algorithm>
#include <utility>

#include "io/watch/telling_order.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kMostNotices = 1000;
constexpr int kPause = 9;  // times what a look took, before the next one

const WatchOptions& checked(const WatchOptions& options) {
    options.check();
    return options;
}

}  // namespace

FolderWatch::FolderWatch(WatchOptions options, WatchClock clock)
    : options_(checked(options)),
      clock_(std::move(clock)),
      tree_(options_.folder, options_.depth, options_.entries),
      notifier_(options_.notify ? options_.notified_folders : 0),
      seen_(options_, [this](const std::string& name) { return tree_.content(name); }),
      next_look_(clock_.now()) {
    const TreeLook glance = tree_.glance();
    if (!glance.away.empty()) throw IoError("cannot watch " + glance.away);
}

std::optional<WatchNews> FolderWatch::take() {
    if (told_.empty()) return std::nullopt;
    std::optional<WatchNews> first(std::move(told_.front()));
    told_.pop_front();
    return first;
}

std::optional<WatchNews> FolderWatch::poll() {
    if (told_.empty()) look();
    return take();
}

std::optional<WatchNews> FolderWatch::next(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (auto news = poll()) return news;
        const Time now = clock_.now();
        const Time then = std::min(next_look_, seen_.next_due());
        if (then > now) clock_.wait(then - now, notifier_.descriptor(), stop);
    }
    return std::nullopt;
}

void FolderWatch::say(WatchNews::Kind kind, std::string text) {
    told_.push_back({kind, {}, options_.folder, 0, 0, std::move(text)});
}

void FolderWatch::say_once(const std::string& text) {
    if (said_.size() < kMostNotices && said_.insert(text).second) say(WatchNews::Kind::notice, text);
}

void FolderWatch::look() {
    read_events();
    const Time now = clock_.now();
    if (now >= next_look_) look_over(now);
    look_at(std::exchange(touched_, {}), now);
    const std::vector<std::string> due = seen_.due(now);
    look_at({due.begin(), due.end()}, now);
    take_found();
}

void FolderWatch::read_events() {
    for (FileEvent& event : notifier_.read()) {
        switch (event.what) {
            case FileEvent::What::writing: seen_.mark_writing(event.name); continue;
            case FileEvent::What::gone: seen_.gone(event.name); break;
            case FileEvent::What::moved_in: seen_.mark_moved_in(event.name); break;
            case FileEvent::What::closed: seen_.mark_closed(event.name); break;
            case FileEvent::What::made: break;
            case FileEvent::What::look_over: soon(); continue;
        }
        touched_.insert(std::move(event.name));
    }
}

// Folders that come and go by the hundred are no reason to do nothing but look.
void FolderWatch::soon() { next_look_ = std::min(next_look_, last_end_ + kPause * last_took_); }

void FolderWatch::look_at(const std::set<std::string>& names, Time now) {
    for (const std::string& name : names) {
        const auto version = tree_.find(name);
        auto news = version ? seen_.look(name, *version, now) : std::nullopt;
        if (!version && !away_) seen_.gone(name);
        if (news) found_.push_back(std::move(*news));
    }
}

// An empty folder on another file system is what is left of a mount.
bool FolderWatch::is_gone(const TreeLook& glance) {
    std::string why = glance.away;
    if (why.empty() && device_ && glance.device != *device_ && glance.entries == 0 && seen_.size() > 0)
        why = printable(options_.folder.string()) + " is empty, and another file system than before: is it mounted?";
    if (why.empty()) return false;
    if (!away_) say(WatchNews::Kind::away, "the watched folder is away: " + why);
    away_ = true;
    return true;
}

void FolderWatch::come_back(std::uint64_t device) {
    if (away_) say(WatchNews::Kind::back, "the watched folder is back: " + printable(options_.folder.string()));
    if (away_ || (device_ && *device_ != device)) seen_.forget_times();
    away_ = false;
    device_ = device;
}

void FolderWatch::look_over(Time now) {
    const TreeLook glance = tree_.glance();
    if (!is_gone(glance)) {
        come_back(glance.device);
        seen_.begin_look();
        const TreeLook look = tree_.visit({[&](int folder, const std::string& name) { notifier_.follow(folder, name); },
                                           [&](const std::string& name, FileVersion version) {
                                               if (auto news = seen_.look(name, version, now))
                                                   found_.push_back(std::move(*news));
                                           },
                                           [&](const std::string& words) { say_once(words); }});
        if (look.away.empty()) {
            notifier_.end_look();
            seen_.end_look(look.whole);
        }
        if (seen_.full())
            say_once("more than " + std::to_string(options_.entries) + " files are known; more are not looked at");
        if (!notifier_.why_not().empty()) say_once(notifier_.why_not() + "; looking alone finds new files there");
    }
    last_end_ = clock_.now();
    last_took_ = last_end_ - now;
    next_look_ = last_end_ + std::max<WatchClock::Duration>(options_.look, kPause * last_took_);
}

void FolderWatch::take_found() {
    put_in_telling_order(found_);
    std::move(found_.begin(), found_.end(), std::back_inserter(told_));
    found_.clear();
}

}  // namespace nightstack::io
