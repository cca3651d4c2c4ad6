// SPDX-License-Identifier: MIT
// One file from the card to its place in the mirror: begun or gone on with, checked, published. One thread's.
#pragma once

#include <cstdint>
#include <set>
#include <stop_token>
#include <string>

#include "io/fetch/card_tree.h"
#include "io/fetch/fetch.h"
#include "io/fetch/local_state.h"
#include "io/fetch/mirror_folder.h"
#include "io/fetch/mirror_index.h"
#include "io/fetch/part_file.h"
#include "io/fetch/remote_line.h"

namespace nightstack::io {

// The disk is full, or would be within the reserve.
class NoSpace : public IoError {
public:
    using IoError::IoError;
};

struct Attempt {
    enum class End { published, unfinished, failed };
    End end = End::failed;
    bool resumed = false;  // went on after a break, of this run or an earlier one
    std::uint64_t bytes = 0;
    std::string sha256;
    std::string why;  // of unfinished and failed
};

class Downloader {
public:
    // All must outlive it.
    Downloader(RemoteLine& line, const MirrorFolder& mirror, MirrorIndex& index, const FetchOptions& options,
               const FetchWatcher& watcher)
        : line_(line), mirror_(mirror), index_(index), options_(options), watcher_(watcher) {}

    // `steady`: this version was the same in two listings far enough apart. `state`: what is here; not `same` or
    // `blocked`. Throws ScopeAway, Interrupted, NoSpace, RemoteError refused; all else is in the attempt.
    Attempt fetch(const CardFile& file, RemoteVersion version, LocalState state, bool steady,
                  const std::stop_token& stop);

    std::uint64_t received_bytes() const { return received_; }

private:
    enum class Moved { all, ends_early };
    Attempt try_to_fetch(const CardFile& file, RemoteVersion version, LocalState state, bool steady,
                         const std::stop_token& stop);
    void take_up(const CardFile& file, PartFile& part, const RemoteVersion& version, Attempt& attempt,
                 const std::stop_token& stop);
    Moved transfer(const CardFile& file, PartFile& part, std::uint64_t bytes, Attempt& attempt,
                   const std::stop_token& stop);
    void read_on(const CardFile& file, PartFile& part, std::uint64_t bytes, const std::stop_token& stop);
    void publish(const CardFile& file, PartFile& part, const RemoteVersion& version, LocalState state, int folder,
                 Attempt& attempt, const std::stop_token& stop);
    LocalState ours_still(const CardFile& file, int folder) const;
    void check_space(std::uint64_t wanted) const;

    RemoteLine& line_;
    const MirrorFolder& mirror_;
    MirrorIndex& index_;
    const FetchOptions& options_;
    const FetchWatcher& watcher_;
    std::uint64_t received_ = 0;
    std::set<std::string> begun_;  // in this run, and whole so far
};

// Exact, whatever the protocol's listings say.
RemoteVersion version_of(const RemoteEntry& entry);

}  // namespace nightstack::io
