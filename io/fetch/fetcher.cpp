// SPDX-License-Identifier: MIT
#include "io/fetch/fetcher.h"

#include <algorithm>
#include <utility>

#include "io/fits/completeness.h"
#include "pipeline/core/error.h"
#include "pipeline/core/natural_order.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {

using std::chrono::milliseconds;
using Ending = FetchResult::Ending;

std::string_view name(FileState state) {
    switch (state) {
        case FileState::fresh: return "new";
        case FileState::same: return "same";
        case FileState::resumed: return "resumed";
        case FileState::failed: return "failed";
    }
    return "failed";
}

std::string_view name(CardKind kind) {
    switch (kind) {
        case CardKind::session: return "session";
        case CardKind::darks: return "darks";
        case CardKind::photos: return "photos";
        case CardKind::panoramas: return "panoramas";
        case CardKind::other: return "other";
    }
    return "other";
}

void FetchOptions::check() const {
    if (depth < 1 || depth > 16) throw OptionError("depth of the card: 1 to 16 folders");
    if (entries < 1 || entries > 1'000'000) throw OptionError("entries of the card: 1 to 1000000");
    if (away.count() < 0 || settle.count() < 0 || patience.count() < 0 || listing.count() < 1 || walk.count() < 1)
        throw OptionError("times of a fetch must not be negative");
}

namespace {

std::string group_name(const CardFile& file) { return file.group.substr(file.group.rfind('/') + 1); }

// Frames first, then as people count.
bool fetched_before(const CardFile& a, const CardFile& b) {
    const bool a_fits = tells_its_size(a.name), b_fits = tells_its_size(b.name);
    if (a.group != b.group) return natural_less(a.group, b.group);
    if (a_fits != b_fits) return a_fits;
    return natural_less(a.remote, b.remote);
}

[[noreturn]] void no_such_session(const std::string& wanted, const std::set<std::string>& known) {
    std::string text = "no session '" + printable(wanted) + "' on the card; there are";
    std::size_t said = 0;
    for (const std::string& name : known)
        if (++said <= 20) text += (said > 1 ? ", " : " ") + printable(name);
    throw OptionError(text + (known.empty() ? " none" : said > 20 ? " ..." : ""));
}

}  // namespace

Fetcher::Fetcher(RemoteConnector connector, FetchOptions options, FetchWatcher watcher, FetchClock clock)
    : options_((options.check(), std::move(options))),
      watcher_(std::move(watcher)),
      clock_(std::move(clock)),
      line_(std::move(connector), clock_, options_.away, watcher_.notice),
      mirror_(options_.to),
      index_(mirror_),
      downloader_(line_, mirror_, index_, options_, watcher_) {}

CardTree list_card(const RemoteConnector& connector, const FetchOptions& options, const FetchWatcher& watcher,
                   const std::stop_token& stop, FetchClock clock) {
    options.check();
    RemoteLine line(connector, std::move(clock), options.away, watcher.notice);
    return walk_card([&](const std::string& path) { return line.list(path, stop); }, options);
}

// Whatever ends a fetch becomes its result; every file is counted all the same.
FetchResult Fetcher::guarded(const std::function<void()>& work) {
    FetchResult result;
    const auto ended = [&](Ending ending, const std::string& why) {
        result.ending = ending;
        result.why = why;
    };
    try {
        work();
    } catch (const Interrupted&) {
        ended(Ending::interrupted, "interrupted");
    } catch (const RemoteError& e) {
        ended(e.kind() == RemoteError::Kind::refused ? Ending::refused : Ending::scope_lost, e.what());
        fail_pending(e.what());
    } catch (const ScopeAway& e) {
        ended(Ending::scope_lost, e.what());
        fail_pending(e.what());
    } catch (const IoError& e) {
        if (dynamic_cast<const NoSpace*>(&e) == nullptr && !e.disk_full()) throw;
        ended(Ending::disk_full, e.what());
    }
    count(result);
    return result;
}

void Fetcher::count(FetchResult& result) const {
    for (const auto& [local, state] : states_) {
        result.fresh += state == FileState::fresh;
        result.same += state == FileState::same;
        result.resumed += state == FileState::resumed;
        result.failed += state == FileState::failed;
    }
    for (const auto& [remote, item] : items_) result.left += !states_.contains(item.file.local());
    result.received_bytes = downloader_.received_bytes();
}

FetchResult Fetcher::once(const std::stop_token& stop) {
    return guarded([&] {
        first_look(stop);
        try_all(stop);
        finish_pending(stop);
    });
}

void Fetcher::walk(const std::stop_token& stop) {
    const CardTree tree = walk_card([&](const std::string& path) { return line_.list(path, stop); }, options_);
    std::set<std::string> present, groups;
    for (const CardFile& file : tree.files) {
        present.insert(file.remote);
        if (file.kind != CardKind::other) groups.insert(group_name(file));
    }
    note(tree, stop);
    note_refused(tree);
    tidy(tree);
    note_emptiness(tree);
    forget_missing(present);
    if (items_.empty() && !options_.session.empty() && !following_) no_such_session(options_.session, groups);
}

// What is new, and whether the disk takes it, before the first byte.
void Fetcher::first_look(const std::stop_token& stop) {
    walk(stop);
    FetchPlan plan;
    for (auto& [remote, item] : items_) {
        ++plan.files;
        plan.bytes += item.version.bytes;
        LocalState state = LocalState::absent;
        try {
            state = local_state(item.file, item.version, mirror_, index_, line_, stop);
        } catch (const IoError& e) {
            if (e.disk_full()) throw;
            settle(item, FileState::failed, 0, "", e.what());
            continue;
        } catch (const RemoteError& e) {
            if (e.kind() == RemoteError::Kind::refused) throw;
        }
        if (state == LocalState::same) {
            ++plan.same;
            settle(item, FileState::same, item.version.bytes, index_.find(item.file.local())->sha256, "");
        } else {
            ++plan.wanted;
            plan.changed += state != LocalState::absent;
            plan.wanted_bytes += item.version.bytes;
        }
    }
    plan.free_bytes = mirror_.free_bytes();
    if (watcher_.plan) watcher_.plan(plan);
}

bool Fetcher::pending() const {
    return std::any_of(items_.begin(), items_.end(), [](const auto& item) { return !item.second.settled; });
}

void Fetcher::try_all(const std::stop_token& stop) {
    std::vector<Item*> waiting;
    for (auto& [remote, item] : items_)
        if (!item.settled) waiting.push_back(&item);
    std::sort(waiting.begin(), waiting.end(),
              [](const Item* a, const Item* b) { return fetched_before(a->file, b->file); });
    for (Item* item : waiting) {
        if (stop.stop_requested()) throw Interrupted();
        try_item(*item, stop);
    }
}

void Fetcher::try_item(Item& item, const std::stop_token& stop) {
    const bool steady = item.last - item.first >= options_.settle;
    if (item.tried >= (steady ? 2 : 1)) return;  // nothing new about it
    LocalState state = LocalState::absent;
    try {
        state = local_state(item.file, item.version, mirror_, index_, line_, stop);
    } catch (const IoError& e) {
        if (e.disk_full()) throw;
        return settle(item, FileState::failed, 0, "", e.what());
    } catch (const RemoteError& e) {
        if (e.kind() == RemoteError::Kind::refused) throw;
        return settle(item, FileState::failed, 0, "", "missing: " + std::string(e.what()));
    }
    if (state == LocalState::same)
        return settle(item, FileState::same, item.version.bytes, index_.find(item.file.local())->sha256, "");
    if (state == LocalState::blocked)
        return settle(item, FileState::failed, 0, "", "a link, folder or device of this name lies in the target");
    const Attempt attempt = downloader_.fetch(item.file, item.version, state, steady, stop);
    switch (attempt.end) {
        case Attempt::End::published:
            settle(item, attempt.resumed ? FileState::resumed : FileState::fresh, attempt.bytes, attempt.sha256, "");
            break;
        case Attempt::End::failed: settle(item, FileState::failed, 0, "", attempt.why); break;
        case Attempt::End::unfinished:
            item.tried = steady ? 2 : 1;
            item.why = attempt.why;
            break;
    }
}

void Fetcher::settle(Item& item, FileState state, std::uint64_t bytes, const std::string& sha256,
                     const std::string& why) {
    item.settled = true;
    const std::string local = item.file.local();
    // What was fetched stays so in the count, however often it is looked at again.
    const auto known = states_.find(local);
    const bool here_already = known != states_.end() && known->second != FileState::failed;
    const bool again = here_already && state == FileState::same;
    if (!again) states_[local] = state;
    if (watcher_.file && !again) watcher_.file({local, bytes, sha256, state, why});
    if (!following_ || state == FileState::failed) return;
    if (state != FileState::same && tells_its_size(item.file.name)) ++following_->frames;
    read_shots_info(item);
}

// What was being written is looked at again until it is whole or patience ends.
void Fetcher::finish_pending(const std::stop_token& stop) {
    const Time begin = clock_.now();
    while (pending()) {
        const auto spent = std::chrono::duration_cast<milliseconds>(clock_.now() - begin);
        if (spent > options_.patience + options_.settle) return fail_pending("not whole");
        clock_.wait(std::max(options_.settle / 4, milliseconds(1)), stop);
        if (stop.stop_requested()) throw Interrupted();
        relist_pending(stop);
        try_all(stop);
    }
}

void Fetcher::relist_pending(const std::stop_token& stop) {
    std::set<std::string> folders;
    for (const auto& [remote, item] : items_)
        if (!item.settled)
            folders.insert(remote.substr(0, remote.rfind('/') == std::string::npos ? 0 : remote.rfind('/')));
    CardTree tree;
    std::set<std::string> gone;
    for (const std::string& folder : folders) {
        try {
            read_folder([&](const std::string& path) { return line_.list(path, stop); }, folders_.at(folder), options_,
                        tree);
        } catch (const RemoteError& e) {
            if (e.kind() == RemoteError::Kind::refused) throw;  // gone: its files are missing
        }
    }
    std::set<std::string> present;
    for (const CardFile& file : tree.files) present.insert(file.remote);
    for (const auto& [remote, item] : items_)
        if (item.settled) present.insert(remote);
    note(tree, stop);
    forget_missing(present);
}

void Fetcher::fail_pending(const std::string& why) {
    for (auto& [remote, item] : items_)
        if (!item.settled) settle(item, FileState::failed, 0, "", item.why.empty() ? why : item.why);
}

}  // namespace nightstack::io
