// SPDX-License-Identifier: MIT
// The fetcher's eyes: what a look at the card changes in what it knows.
#include "io/fetch/fetcher.h"
#include "io/fetch/orphan_parts.h"
#include "pipeline/core/error.h"

namespace nightstack::io {

namespace {

// As far as a listing to the minute tells: enough for a file that was fetched, since a changed one has another size or
// minute, and the next run looks closer.
bool listed_alike(const RemoteEntry& a, const RemoteEntry& b) {
    return a.bytes && a.bytes == b.bytes && a.modified_s == b.modified_s;
}

}  // namespace

void Fetcher::note(const CardTree& tree, const std::stop_token& stop) {
    for (const CardFolder& folder : tree.folders) folders_.insert_or_assign(folder.remote, folder);
    for (const CardFile& file : tree.files)
        if (is_wanted(file, options_)) note_file(file, stop);
    const auto tell_once = [&](const std::string& text) {
        if (told_.size() < 1000 && told_.insert(text).second && watcher_.notice) watcher_.notice(text);
    };
    if (!tree.complete) tell_once("not all of the card is looked at: " + tree.cut_short);
}

void Fetcher::note_file(const CardFile& file, const std::stop_token& stop) {
    const auto known = items_.find(file.remote);
    if (known == items_.end() && items_.size() >= options_.entries) return;
    RemoteVersion version = version_of(file.now);
    if (!file.now.bytes || file.now.rough_time) {  // this protocol's listings say it roughly
        if (known != items_.end() && known->second.settled && listed_alike(known->second.file.now, file.now)) {
            known->second.last = clock_.now();
            return;
        }
        try {
            version = version_of(line_.stat(file.remote, stop));
        } catch (const RemoteError& e) {
            if (e.kind() == RemoteError::Kind::refused) throw;
            return;  // gone already
        }
    }
    const Time now = clock_.now();
    if (known != items_.end() && known->second.version == version) {
        known->second.last = now;
        return;
    }
    Item& item = items_[file.remote];
    item = {file, version, now, now, false, 0, ""};
    if (following_) note_change(item);
}

void Fetcher::note_refused(const CardTree& tree) {
    for (const RefusedName& refused : tree.refused) {
        const std::string key = "/" + refused.where + ": " + refused.why;  // no local path begins so
        if (!states_.emplace(key, FileState::failed).second) continue;
        if (watcher_.file) watcher_.file({refused.where, 0, "", FileState::failed, refused.why});
    }
}

// Once, and only when all of a card that holds anything was seen: a folder that cannot be listed just now, or a card
// that is not mounted, says nothing about its files.
void Fetcher::tidy(const CardTree& tree) {
    if (tidied_ || !tree.complete || !tree.all_listed || tree.files.empty()) return;
    tidied_ = true;
    std::set<std::string> present;
    for (const CardFile& file : tree.files) present.insert(file.local());
    const std::string text = orphan_text(remove_orphan_parts(mirror_, index_, present));
    if (!text.empty() && watcher_.notice) watcher_.notice(text);
}

void Fetcher::forget_missing(const std::set<std::string>& present) {
    for (auto i = items_.begin(); i != items_.end();) {
        if (present.contains(i->first)) {
            ++i;
            continue;
        }
        if (!i->second.settled) settle(i->second, FileState::failed, 0, "", "missing: it is gone from the card");
        i = items_.erase(i);
    }
}

}  // namespace nightstack::io
