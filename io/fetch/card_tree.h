// SPDX-License-Identifier: MIT
// What lies on a card, walked in bounds and sorted: sessions, darks, photos, panoramas. Names of a server are hostile:
// what may not be called so here is refused and counted, never fetched.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "io/fetch/fetch.h"
#include "io/remote/remote_files.h"

namespace nightstack::io {

struct CardFile {
    std::string remote;                // path on the card
    std::vector<std::string> folders;  // of the local path, below the target
    std::string name;                  // local
    RemoteEntry now;                   // as listed
    CardKind kind = CardKind::other;
    std::string group;          // remote path of the session, dark tree, ...
    std::string local() const;  // the folders and the name, '/' between
};

struct RefusedName {
    std::string where;  // fit for a screen
    std::string why;
};

struct CardFolder {
    std::string remote;
    std::vector<std::string> folders;  // local
};

struct CardTree {
    std::vector<CardFile> files;
    std::vector<CardFolder> folders;
    std::vector<RefusedName> refused;  // at most 1000 are kept
    std::size_t links = 0;             // links and devices, never followed
    bool complete = true;              // false when a bound ended the walk
    std::string cut_short;             // words for that
    bool all_listed = true;            // false when a folder could not be listed
};

using ListFolder = std::function<std::vector<RemoteEntry>(const std::string& path)>;

// Files of one folder and its folders that are worth going into. `tree` gets both.
void read_folder(const ListFolder& list, const CardFolder& folder, const FetchOptions& options, CardTree& tree);
// All below options.root. A folder that vanishes meanwhile is left out.
CardTree walk_card(const ListFolder& list, const FetchOptions& options);

// Of the folder of a file, by the names in its path. `group` is a leading part of `folder`.
struct CardPlace {
    CardKind kind = CardKind::other;
    std::string group;
};
CardPlace card_place(const std::string& folder);

// Whether this fetch wants it.
bool is_wanted(const CardFile& file, const FetchOptions& options);

}  // namespace nightstack::io
