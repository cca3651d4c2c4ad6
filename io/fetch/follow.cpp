// SPDX-License-Identifier: MIT
// The part of a fetch that goes on while a scope takes frames.
#include <algorithm>
#include <string_view>

#include "io/fetch/capture_end.h"
#include "io/fetch/fetcher.h"
#include "io/session/name_hints.h"

namespace nightstack::io {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kHot{60'000};  // a folder that changed this recently is listed at every turn
constexpr std::uint64_t kLongestShotsInfo = 64 * 1024;

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

FetchResult Fetcher::follow(const FollowEnd& end, const std::stop_token& stop) {
    FetchResult result = guarded([&] {
        const Time now = clock_.now();
        following_.emplace();
        following_->end = end;
        following_->begin = following_->next_walk = following_->last_change = now;
        first_look(stop);
        following_->changed.clear();  // what lay there before is no capture
        following_->session.clear();
        following_->next_walk = clock_.now() + options_.walk;
        try_all(stop);
        while (!follow_over()) follow_round(stop);
        finish_pending(stop);
    });
    following_.reset();
    return result;
}

// The pause is as long as the listing took, at least what is left of the usual time: a slow way is left half free.
void Fetcher::follow_round(const std::stop_token& stop) {
    const Time begin = clock_.now();
    if (begin >= following_->next_walk) {
        walk(stop);
        following_->next_walk =
            clock_.now() + std::max<FetchClock::Duration>(options_.walk, 4 * (clock_.now() - begin));
    } else {
        CardTree tree;
        for (const std::string& folder : hot_folders()) {
            try {
                read_folder([&](const std::string& path) { return line_.list(path, stop); }, folders_.at(folder),
                            options_, tree);
            } catch (const RemoteError& e) {
                if (e.kind() == RemoteError::Kind::refused) throw;  // gone: the next walk tells
            }
        }
        note(tree, stop);
    }
    const auto took = clock_.now() - begin;
    try_all(stop);
    const auto left = begin + options_.listing - clock_.now();
    clock_.wait(std::max<FetchClock::Duration>({left, took, milliseconds(1)}), stop);
    if (stop.stop_requested()) throw Interrupted();
}

// Where something waits or has just changed, the newest session, and the folders that sessions lie in, so that a new
// one shows.
std::set<std::string> Fetcher::hot_folders() const {
    std::set<std::string> hot = sessions_;
    const CardFile* newest = nullptr;
    const auto stamp = [](const CardFile& f) { return f.now.modified_s.value_or(0); };
    const Time now = clock_.now();
    for (const auto& [remote, item] : items_) {
        const auto changed = following_->changed.find(item.file.group);
        const bool live = changed != following_->changed.end() && now - changed->second < kHot;
        if (!item.settled || live) hot.insert(folder_of(remote));
        if (item.file.kind == CardKind::session && (newest == nullptr || stamp(item.file) > stamp(*newest)))
            newest = &item.file;
    }
    if (newest != nullptr) hot.insert(newest->group);
    // Folders that appeared since the last walk are gone into once.
    for (const auto& [remote, folder] : folders_) {
        const CardPlace place = card_place(remote);
        if (place.kind == CardKind::session && place.group == remote && !filled_.contains(remote)) hot.insert(remote);
    }
    std::erase_if(hot, [&](const std::string& folder) { return !folders_.contains(folder); });
    return hot;
}

void Fetcher::note_change(const Item& item) {
    following_->last_change = clock_.now();
    following_->changed[item.file.group] = clock_.now();
    if (item.file.kind == CardKind::session) following_->session = item.file.group;
}

// The scope's own account says when all that was asked for is taken.
void Fetcher::read_shots_info(const Item& item) {
    const CardFile& file = item.file;
    if (file.kind != CardKind::session || parse_file_name(file.name).kind != FileKind::sidecar) return;
    following_->over.erase(file.group);
    const Descriptor folder = mirror_.find(file.folders);
    const Descriptor open = folder ? open_local(folder.get(), file.name) : Descriptor();
    if (!open || item.version.bytes > kLongestShotsInfo) return;
    std::string text(item.version.bytes, '\0');
    text.resize(read_local(open.get(), text.data(), text.size(), 0, file.name));
    if (says_all_is_taken(text)) following_->over.insert(file.group);
}

bool Fetcher::follow_over() const {
    const Following& f = *following_;
    const Time now = clock_.now();
    if (f.end.after && now - f.begin >= *f.end.after) return true;
    if (f.end.quiet && now - f.last_change >= *f.end.quiet) return true;
    if (f.end.frames > 0 && f.frames >= f.end.frames) return true;
    if (f.end.after || f.end.quiet || f.end.frames > 0 || f.end.never) return false;
    if (pending() || now - f.last_change < options_.quiet) return false;
    if (!options_.session.empty() && f.session.empty()) return !f.over.empty();  // it was over when we came
    // The session that changed last is the one that is being taken, whatever else the scope takes beside it.
    return f.over.contains(f.session);
}

}  // namespace nightstack::io
