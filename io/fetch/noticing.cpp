// SPDX-License-Identifier: MIT
// The fetcher's eyes: what a look at the card changes in what it knows.
#include <algorithm>

#include "io/fetch/fetcher.h"
#include "io/fetch/orphan_parts.h"
#include "io/fits/completeness.h"
#include "io/session/name_text.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/error.h"

namespace nightstack::io {

namespace {

constexpr std::chrono::seconds kMinute{61};  // after this a listing to the minute has said all that it can hide
constexpr std::int64_t kLately_s = 120;      // by the card's clock, before the newest file of a group

// As far as a listing to the minute tells.
bool listed_alike(const RemoteEntry& a, const RemoteEntry& b) {
    return a.bytes && a.bytes == b.bytes && a.modified_s == b.modified_s;
}

}  // namespace

void Fetcher::note(const CardTree& tree, const std::stop_token& stop) {
    for (const CardFolder& folder : tree.folders) folders_.insert_or_assign(folder.remote, folder);
    for (const CardFile& file : tree.files) {
        if (filled_.insert(file.group).second && file.kind == CardKind::session)
            sessions_.insert(
                file.group.substr(0, file.group.find('/') == std::string::npos ? 0 : file.group.rfind('/')));
        if (is_wanted(file, options_)) note_file(file, stop);
    }
    if (!tree.complete) tell_once("not all of the card is looked at: " + tree.cut_short);
}

void Fetcher::tell_once(const std::string& text) {
    if (told_.size() < 1000 && told_.insert(text).second && watcher_.notice) watcher_.notice(text);
}

// That nothing is fetched may be right, and may be a card in a pocket or the wrong folder.
void Fetcher::note_emptiness(const CardTree& tree) {
    if (tree.files.empty() && tree.folders.size() <= 1 && tree.refused.empty())
        tell_once("nothing at all lies there: is the card in the scope?");
    const auto of_a_kind = [](const CardFile& file) { return file.kind != CardKind::other; };
    const auto of_a_card = [](const CardFolder& folder) { return lower_case(folder.remote).ends_with("astronomy"); };
    if (!tree.files.empty() && std::none_of(tree.files.begin(), tree.files.end(), of_a_kind) &&
        std::none_of(tree.folders.begin(), tree.folders.end(), of_a_card))
        tell_once("no session, darks, photos or panoramas lie there, but other files: is it the folder of the card?");
}

void Fetcher::note_file(const CardFile& file, const std::stop_token& stop) {
    const auto known = items_.find(file.remote);
    if (known == items_.end() && items_.size() >= options_.entries) return;
    RemoteVersion version = version_of(file.now);
    if (!file.now.bytes || file.now.rough_time) {  // this protocol's listings say it roughly
        if (known != items_.end() && known->second.settled && looks_settled(known->second, file)) {
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
        known->second.last = known->second.asked = now;
        return;
    }
    Item& item = items_[file.remote];
    item = {file, version, now, now, now, false, 0, ""};
    if (following_) note_change(item);
}

// A file that was fetched and is listed as it was is so still, with one exception: what tells no size (shotsInfo.json)
// may have been written anew within the same minute, with as many bytes. Where a session is being taken it is looked
// at closely until that minute is surely over; otherwise the next run looks.
bool Fetcher::looks_settled(const Item& item, const CardFile& listed) {
    if (!listed_alike(item.file.now, listed.now)) return false;
    if (!following_ || tells_its_size(listed.name) || !following_->changed.contains(listed.group)) return true;
    const std::int64_t written_s = listed.now.modified_s.value_or(0);
    std::int64_t& newest_s = following_->newest_s.try_emplace(listed.group, written_s).first->second;
    newest_s = std::max(newest_s, written_s);
    if (written_s < newest_s - kLately_s || item.asked - item.first >= kMinute) return true;
    return clock_.now() - item.asked < options_.settle;
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
