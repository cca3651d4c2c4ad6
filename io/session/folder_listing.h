// SPDX-License-Identifier: MIT
// One folder read once, within the limits of a whole walk. Internal to this folder.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/session/ignored.h"

namespace nightstack::io {

struct FolderEntry {
    std::filesystem::path path;
    std::string name;
    bool is_folder = false;
    bool is_link = false;
};

// What a walk over many folders has used up. Not for several threads at once.
class Walk {
public:
    Walk(int max_depth, std::size_t max_entries) : max_depth_(max_depth), entries_left_(max_entries) {}

    // Files and folders in natural order, real folders before links to folders. Empty, with the
    // reason among `ignored`, when the folder cannot be read, was seen before or lies too deep.
    std::vector<FolderEntry> enter(const std::filesystem::path& folder, int depth);
    void ignore(const std::filesystem::path& path, IgnoreReason reason, std::string detail = {});

    std::vector<Ignored> ignored;
    bool complete = true;  // false when a limit cut the walk short

private:
    void stop_counting(const std::filesystem::path& folder);
    bool first_visit(const std::filesystem::path& folder);
    int max_depth_;
    std::size_t entries_left_;
    bool said_too_many_ = false;
    std::set<std::pair<unsigned long long, unsigned long long>> seen_;  // device and inode
};

}  // namespace nightstack::io
