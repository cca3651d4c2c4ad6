// SPDX-License-Identifier: MIT
#include "io/watch/seen_files.h"

#include <algorithm>
#include <utility>

#include "pipeline/core/printable.h"

namespace nightstack::io {

void SeenFiles::know(const std::string& name, std::uint64_t bytes) {
    File& file = files_[name];
    file.told = Told{bytes, std::nullopt};
    file.version.bytes = bytes;
}

void SeenFiles::mark_moved_in(const std::string& name) {
    writing_.erase(name);
    moved_in_.insert(name);
}

// A time that went back is no write: programs that copy set the original's time when they are done.
bool SeenFiles::is_as_told(File& file) {
    if (!file.told || file.told->bytes != file.version.bytes) return false;
    if (file.told->changed_ns && *file.told->changed_ns < file.version.changed_ns) return false;
    file.told->changed_ns = file.version.changed_ns;
    return true;
}

std::optional<WatchNews> SeenFiles::look(const std::string& name, FileVersion version, Time now) {
    auto found = files_.find(name);
    if (found == files_.end()) {
        if (files_.size() >= options_.entries) {
            full_ = true;
            return std::nullopt;
        }
        found = files_.emplace(name, File{version, now, {}, {}, false, look_}).first;
    }
    File& file = found->second;
    file.look = look_;
    if (file.version != version) {
        file.version = version;
        file.since = now;
        file.content.reset();
        file.said_unfinished = false;
    }
    if (is_as_told(file)) {
        moved_in_.erase(name);
        waiting_.erase(name);
        return std::nullopt;
    }
    waiting_.insert(name);
    const State state = state_of(name, file, now);
    moved_in_.erase(name);
    if (state == State::ends_early) return say_unfinished(name, file, now);
    if (state == State::complete || now - file.since >= options_.settle) return tell(name, file);
    earliest_ = std::min(earliest_, *due_of(file));
    return std::nullopt;
}

SeenFiles::State SeenFiles::state_of(const std::string& name, File& file, Time now) {
    if (file.version.bytes == 0) return State::ends_early;
    const bool moved_in = moved_in_.contains(name);
    if (!tells_its_size(name)) return moved_in ? State::complete : State::must_stand_still;
    if (!file.content) {
        file.content = ask_(name);
        // It went on between the look and the opening.
        if (file.content && file.content->version != file.version) {
            file.version = file.content->version;
            file.since = now;
        }
    }
    if (!file.content) return State::must_stand_still;  // who reads it will say why it cannot be read
    const FileContent& content = *file.content;
    if (content.completion.state == Completeness::growing) return State::ends_early;
    const bool sure = content.completion.state == Completeness::complete && !content.ends_in_zeros;
    return moved_in || (sure && !writing_.contains(name)) ? State::complete : State::must_stand_still;
}

std::optional<WatchNews> SeenFiles::tell(const std::string& name, File& file) {
    const auto kind = file.told ? WatchNews::Kind::changed : WatchNews::Kind::added;
    file.told = Told{file.version.bytes, file.version.changed_ns};
    file.content.reset();
    waiting_.erase(name);
    return WatchNews{kind, name, options_.folder / name, file.version.bytes, file.version.changed_ns, {}};
}

std::optional<WatchNews> SeenFiles::say_unfinished(const std::string& name, File& file, Time now) {
    if (file.said_unfinished) return std::nullopt;
    if (now - file.since < options_.patience) {
        earliest_ = std::min(earliest_, *due_of(file));
        return std::nullopt;
    }
    file.said_unfinished = true;
    std::string why = file.content ? file.content->completion.why : printable(name) + ": no bytes yet";
    return WatchNews{WatchNews::Kind::unfinished, name,          options_.folder / name, file.version.bytes,
                     file.version.changed_ns,     std::move(why)};
}

void SeenFiles::forget(const std::string& name) {
    waiting_.erase(name);
    writing_.erase(name);
    moved_in_.erase(name);
}

void SeenFiles::gone(const std::string& name) {
    forget(name);
    const auto found = files_.find(name);
    if (found != files_.end() && !found->second.told) files_.erase(found);
}

void SeenFiles::begin_look() {
    ++look_;
    full_ = false;
}

void SeenFiles::end_look(bool whole) {
    std::vector<std::string> lost;
    for (const std::string& name : waiting_) {
        if (files_.at(name).look != look_) lost.push_back(name);
    }
    for (const std::string& name : lost) gone(name);
    std::erase_if(writing_, [&](const std::string& name) { return !files_.contains(name); });
    std::erase_if(moved_in_, [&](const std::string& name) { return !files_.contains(name); });
    if (full_ && whole) drop_absent();
}

// Only when there is no room: of files that were told and are gone nothing is known then.
void SeenFiles::drop_absent() {
    std::erase_if(files_, [&](const auto& entry) { return entry.second.look != look_; });
    std::erase_if(waiting_, [&](const std::string& name) { return !files_.contains(name); });
}

void SeenFiles::forget_times() {
    for (auto& [name, file] : files_) {
        if (file.told) file.told->changed_ns.reset();
    }
}

std::vector<std::string> SeenFiles::waiting() const { return {waiting_.begin(), waiting_.end()}; }

std::vector<std::string> SeenFiles::never_told() const {
    std::vector<std::string> names = waiting();
    std::erase_if(names, [this](const std::string& name) { return files_.at(name).told.has_value(); });
    return names;
}

std::optional<SeenFiles::Time> SeenFiles::due_of(const File& file) const {
    const bool early =
        file.version.bytes == 0 || (file.content && file.content->completion.state == Completeness::growing);
    if (early && file.said_unfinished) return std::nullopt;
    return file.since + (early ? options_.patience : options_.settle);
}

std::vector<std::string> SeenFiles::due(Time now) {
    std::vector<std::string> names;
    if (now < earliest_) return names;
    earliest_ = Time::max();
    for (const std::string& name : waiting_) {
        const auto at = due_of(files_.at(name));
        if (at && *at <= now) names.push_back(name);
        if (at && *at > now) earliest_ = std::min(earliest_, *at);
    }
    return names;
}

}  // namespace nightstack::io
