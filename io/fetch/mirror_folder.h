// SPDX-License-Identifier: MIT
// The local folder that a card is mirrored into, entered by descriptors only: a link that somebody has put in the way
// is never followed, so that nothing outside of it can be touched. One thread's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/files/local_file.h"

namespace nightstack::io {

class MirrorFolder {
public:
    // Makes it where it is missing; links in the path that the user gave are his. Throws IoError.
    explicit MirrorFolder(const std::filesystem::path& path);
    // Makes nothing; nothing when there is no such folder.
    static std::optional<MirrorFolder> if_there(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return path_; }
    int descriptor() const { return root_.get(); }

    // A folder below, one part after the other, made where missing. Throws IoError: a part is a link or no folder.
    Descriptor enter(const std::vector<std::string>& folders) const;
    // The same; nothing where there is none.
    Descriptor find(const std::vector<std::string>& folders) const;
    std::uint64_t free_bytes() const;

private:
    MirrorFolder(std::filesystem::path path, Descriptor root) : path_(std::move(path)), root_(std::move(root)) {}
    Descriptor walk(const std::vector<std::string>& folders, bool make) const;
    std::filesystem::path path_;
    Descriptor root_;
};

}  // namespace nightstack::io
