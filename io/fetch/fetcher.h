// SPDX-License-Identifier: MIT
// Mirrors a card into a folder: once, or following a capture as it goes on. Over any RemoteConnector; no network of its
// own. One object is one fetch, on one thread; every wait in it has an end.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "io/fetch/card_tree.h"
#include "io/fetch/download.h"
#include "io/fetch/fetch.h"
#include "io/fetch/fetch_clock.h"
#include "io/fetch/mirror_folder.h"
#include "io/fetch/mirror_index.h"
#include "io/fetch/remote_line.h"

namespace nightstack::io {

class Fetcher {
public:
    // Makes and locks the target. Throws OptionError, IoError, FormatError (see MirrorIndex).
    Fetcher(RemoteConnector connector, FetchOptions options, FetchWatcher watcher, FetchClock clock = real_clock());

    // Both never throw for what a scope, a card or a disk does: the result says it. OptionError: no such session.
    FetchResult once(const std::stop_token& stop);
    FetchResult follow(const FollowEnd& end, const std::stop_token& stop);

private:
    using Time = FetchClock::Time;

    // What is known of a file of the card that is wanted.
    struct Item {
        CardFile file;
        RemoteVersion version;
        Time first{}, last{};  // listings between which the version was the same
        Time asked{};          // last exact look, where listings say the time to the minute
        bool settled = false;  // this version has its outcome
        int tried = 0;         // this version is not finished: 1 tried as it was, 2 also when it was steady
        std::string why;       // what it waits for
    };
    struct Following {
        FollowEnd end;
        Time begin{}, next_walk{}, last_change{};
        std::map<std::string, Time> changed;           // groups that changed while following
        std::string session;                           // the one of these that changed last and is a session
        std::map<std::string, std::int64_t> newest_s;  // by the card's clock, of these groups
        std::set<std::string> over;                    // groups whose shotsInfo says that all was taken
        std::size_t frames = 0;
    };

    // fetcher.cpp
    FetchResult guarded(const std::function<void()>& work);
    void walk(const std::stop_token& stop);
    void first_look(const std::stop_token& stop);
    void note(const CardTree& tree, const std::stop_token& stop);
    void note_file(const CardFile& file, const std::stop_token& stop);
    bool looks_settled(const Item& item, const CardFile& listed);
    void note_refused(const CardTree& tree);
    void tidy(const CardTree& tree);
    void note_emptiness(const CardTree& tree);
    void tell_once(const std::string& text);
    void forget_missing(const std::set<std::string>& present);
    void try_all(const std::stop_token& stop);
    void try_item(Item& item, const std::stop_token& stop);
    void finish_pending(const std::stop_token& stop);
    void relist_pending(const std::stop_token& stop);
    bool pending() const;
    void settle(Item& item, FileState state, std::uint64_t bytes, const std::string& sha256, const std::string& why);
    void fail_pending(const std::string& why);
    void count(FetchResult& result) const;

    // follow.cpp
    void follow_round(const std::stop_token& stop);
    std::set<std::string> hot_folders() const;
    void note_change(const Item& item);
    void read_shots_info(const Item& item);
    bool follow_over() const;

    FetchOptions options_;
    FetchWatcher watcher_;
    FetchClock clock_;
    RemoteLine line_;
    MirrorFolder mirror_;
    MirrorIndex index_;
    Downloader downloader_;
    std::map<std::string, Item> items_;        // by remote path; at most options.entries
    std::map<std::string, FileState> states_;  // by local path; of refused names, too
    std::map<std::string, CardFolder> folders_;
    std::set<std::string> filled_;    // groups of which any file was seen, wanted or not
    std::set<std::string> sessions_;  // folders that hold such groups that are sessions
    std::set<std::string> told_;      // notices, each once
    bool tidied_ = false;
    std::optional<Following> following_;
};

// The card as it is, for looking only. Throws as RemoteLine does, and OptionError for bad options.
CardTree list_card(const RemoteConnector& connector, const FetchOptions& options, const FetchWatcher& watcher,
                   const std::stop_token& stop, FetchClock clock = real_clock());

}  // namespace nightstack::io
