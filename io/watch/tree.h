// SPDX-License-Identifier: MIT
// The watched folder on disk, reached by descriptors only: no link below it is followed. One thread's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "io/files/local_file.h"
#include "io/fits/completeness.h"

namespace nightstack::io {

// What tells one state of a file from another.
struct FileVersion {
    std::uint64_t bytes = 0;
    std::int64_t changed_ns = 0;
    friend bool operator==(const FileVersion&, const FileVersion&) = default;
};

// A file opened and asked what it holds.
struct FileContent {
    FileVersion version;  // of what was asked
    Completion completion;
    bool ends_in_zeros = false;
};

struct TreeVisitor {
    std::function<void(int descriptor, const std::string& folder)> folder;  // before it is read
    std::function<void(const std::string& file, FileVersion)> file;
    std::function<void(const std::string& words)> notice;
};

struct TreeLook {
    std::string away;          // words when the folder itself cannot be seen; then nothing was visited
    std::uint64_t device = 0;  // it lies on
    std::size_t entries = 0;   // in it and below, also those that are passed over
    bool whole = true;         // false when something could not be read, or there were too many
};

class WatchedTree {
public:
    WatchedTree(std::filesystem::path root, int depth, std::size_t most_entries)
        : root_(std::move(root)), depth_(depth), most_(most_entries) {}

    // What the folder is now, without looking into folders below: `entries` are its own.
    TreeLook glance() const;
    // All files that are not passed over, in no order; what cannot be read is said. Throws nothing of its own.
    TreeLook visit(const TreeVisitor& visitor) const;

    // One file by its name below the folder; nothing where there is none, no regular one, or a link on the way.
    std::optional<FileVersion> find(const std::string& name) const;
    // The same, opened. Nothing where it cannot be opened or read.
    std::optional<FileContent> content(const std::string& name) const;

private:
    struct Visit;
    Descriptor folder_of(const std::string& name, std::string& last) const;
    void visit_folder(Visit& visit, int descriptor, const std::string& name, int depth) const;
    void visit_entry(Visit& visit, int folder, const std::string& prefix, const std::string& name, int depth) const;
    std::filesystem::path root_;
    int depth_;
    std::size_t most_;
};

}  // namespace nightstack::io
