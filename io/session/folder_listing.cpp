// SPDX-License-Identifier: MIT
#include "io/session/folder_listing.h"

#include <sys/stat.h>

#include <algorithm>

#include "io/files/file.h"
#include "pipeline/core/natural_order.h"

namespace nightstack::io {
namespace fs = std::filesystem;
namespace {

bool comes_first(const FolderEntry& a, const FolderEntry& b) {
    const bool linked_folder_a = a.is_folder && a.is_link;
    const bool linked_folder_b = b.is_folder && b.is_link;
    if (linked_folder_a != linked_folder_b) return linked_folder_b;
    return natural_less(a.name, b.name);
}

}  // namespace

std::string_view explain(IgnoreReason reason) {
    switch (reason) {
        case IgnoreReason::stacked_result: return "a stacked result, not a frame";
        case IgnoreReason::own_product: return "a result of this program";
        case IgnoreReason::other_type: return "no FITS, TIFF, PNG or JPEG";
        case IgnoreReason::tiff_beside_fits: return "a TIFF picture beside FITS frames";
        case IgnoreReason::preview:
            return "a picture, not a frame: better frames are there, or nobody named its folder";
        case IgnoreReason::compressed: return "compressed; unpack it first";
        case IgnoreReason::partial: return "still being written";
        case IgnoreReason::hidden: return "hidden";
        case IgnoreReason::thumbnails: return "thumbnails";
        case IgnoreReason::scratch: return "the scope's attempts to find the target";
        case IgnoreReason::repeated: return "seen already (a link, or named twice)";
        case IgnoreReason::not_a_file: return "not a regular file";
        case IgnoreReason::missing: return "no such file or folder";
        case IgnoreReason::unreadable: return "cannot be read";
        case IgnoreReason::too_deep: return "nested too deeply";
        case IgnoreReason::too_many: return "too many files; the rest was not looked at";
    }
    return "";
}

void Walk::ignore(const fs::path& path, IgnoreReason reason, std::string detail) {
    std::string text = printable(path.string()) + ": " + std::string(explain(reason));
    if (!detail.empty()) text += " (" + detail + ")";
    ignored.push_back({path, reason, std::move(text)});
    if (reason == IgnoreReason::too_deep || reason == IgnoreReason::too_many) complete = false;
}

bool Walk::first_visit(const fs::path& folder) {
    struct stat info {};
    if (::stat(folder.c_str(), &info) != 0) return true;  // listing it will tell why
    return seen_.insert({info.st_dev, info.st_ino}).second;
}

void Walk::stop_counting(const fs::path& folder) {
    if (!said_too_many_) ignore(folder, IgnoreReason::too_many);
    said_too_many_ = true;
}

std::vector<FolderEntry> Walk::enter(const fs::path& folder, int depth) {
    std::vector<FolderEntry> entries;
    if (depth > max_depth_) {
        ignore(folder, IgnoreReason::too_deep, "more than " + std::to_string(max_depth_) + " folders down");
        return entries;
    }
    if (entries_left_ == 0) {
        stop_counting(folder);
        return entries;
    }
    if (!first_visit(folder)) {
        ignore(folder, IgnoreReason::repeated);
        return entries;
    }
    std::error_code error;
    for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator(); it.increment(error)) {
        if (entries_left_ == 0) {
            stop_counting(folder);
            break;
        }
        --entries_left_;
        std::error_code status_error;
        FolderEntry entry{it->path(), it->path().filename().string(), false, it->is_symlink(status_error)};
        const fs::file_status status = it->status(status_error);
        entry.is_folder = fs::is_directory(status);
        if (fs::is_regular_file(status) || entry.is_folder) {
            entries.push_back(std::move(entry));
        } else if (status.type() == fs::file_type::not_found) {
            ignore(entry.path, IgnoreReason::missing, "a link to nothing");
        } else if (fs::status_known(status)) {
            ignore(entry.path, IgnoreReason::not_a_file);
        } else {
            ignore(entry.path, IgnoreReason::unreadable, status_error.message());
        }
    }
    if (error) ignore(folder, IgnoreReason::unreadable, error.message());
    std::sort(entries.begin(), entries.end(), comes_first);
    return entries;
}

}  // namespace nightstack::io
