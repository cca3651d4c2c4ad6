// SPDX-License-Identifier: MIT
// Fetching a scope's card into a local folder: what can be asked for, what is told while it goes on, how it ends.
// Plain values.
//
// What holds whatever happens: a file under its final name is complete and checked; nothing outside of the target
// folder is touched; a file of the user's own is never overwritten; nothing on the card is changed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace nightstack::io {

struct CardFile;  // card_tree.h

enum class FileState { fresh, same, resumed, failed };
std::string_view name(FileState state);  // "new", "same", "resumed", "failed"

// What a folder of the card holds.
enum class CardKind { session, darks, photos, panoramas, other };
std::string_view name(CardKind kind);  // "session", "darks", ...

struct FetchOptions {
    std::filesystem::path to;
    std::string session;  // only the group of this name; "" all but `other`
    // Instead of `session`: asked about every file at every look, so that its answer may change while a fetch goes on.
    std::function<bool(const CardFile&)> wanted;
    std::string root;  // folder of the card to begin at, "" all of it
    std::size_t entries = 100'000;
    int depth = 4;                                         // folders below the root
    std::uint64_t file_bytes = std::uint64_t{512} << 20;   // larger files are refused
    std::uint64_t reserve_bytes = std::uint64_t{1} << 30;  // stays free on the disk
    std::chrono::milliseconds away{120'000};               // a scope gone for longer than this ends the fetch
    std::chrono::milliseconds settle{2'000};               // between the two listings that must agree
    std::chrono::milliseconds patience{10'000};            // for a file that is still being written, without `follow`
    std::chrono::milliseconds listing{250};                // between listings while following
    std::chrono::milliseconds walk{5'000};                 // between walks over all of the card while following
    std::chrono::milliseconds quiet{10'000};               // after a capture's end, before following ends
    void check() const;                                    // throws OptionError
};

// When following ends by itself; nothing set: when a capture that was seen running is over.
struct FollowEnd {
    std::optional<std::chrono::milliseconds> after;  // this long after the beginning
    std::optional<std::chrono::milliseconds> quiet;  // nothing has changed for this long
    std::size_t frames = 0;                          // so many FITS are new; 0: no matter
    bool never = false;                              // only by a stop
};

struct FileOutcome {
    std::string name;  // below the target folder, '/' between the parts; of a refused name: fit for a screen
    std::uint64_t bytes = 0;
    std::string sha256;  // "" when failed
    FileState state = FileState::failed;
    std::string why;  // of `failed`: words
};

struct FetchPlan {
    std::size_t files = 0, same = 0, wanted = 0, changed = 0;  // changed: of the wanted, those that are here otherwise
    std::uint64_t bytes = 0, wanted_bytes = 0, free_bytes = 0;
};

// Called by the thread that fetches; empty ones are not called.
struct FetchWatcher {
    std::function<void(const FetchPlan&)> plan;    // before the first byte is fetched
    std::function<void(const FileOutcome&)> file;  // a file reached its state
    std::function<void(std::string_view file, std::uint64_t done, std::uint64_t total)> progress;
    std::function<void(const std::string&)> notice;  // away and back, kept aside, left out
};

struct FetchResult {
    enum class Ending {
        done,
        scope_lost,  // gone for longer than `away`
        refused,     // password, host key
        disk_full,   // or less than the reserve
        interrupted,
    };
    Ending ending = Ending::done;
    std::string why;
    // Every file of the card once, by its last state. `left`: not reached, because it ended before.
    std::size_t fresh = 0, same = 0, resumed = 0, failed = 0, left = 0;
    std::uint64_t received_bytes = 0;  // also those that were thrown away
};

}  // namespace nightstack::io
