// SPDX-License-Identifier: MIT
#include "io/pano_files/deep_zoom_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "io/files/file.h"
#include "io/files/io_failure.h"
#include "io/files/leftovers.h"
#include "io/files/local_file.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;

bool is_number(std::string_view text) { return text.size() <= 7 && all_digits(text); }

// 12_3.jpg
bool is_piece(const fs::path& name) {
    const std::string ending = name.extension().string(), stem = name.stem().string();
    const std::size_t line = stem.find('_');
    return (ending == ".jpg" || ending == ".png") && line != std::string::npos &&
           is_number(std::string_view(stem).substr(0, line)) && is_number(std::string_view(stem).substr(line + 1));
}

template <typename Accept>
bool all_entries(const fs::path& folder, Accept&& accept) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code gone;
        if (!accept(*it, it->symlink_status(gone).type())) return false;
    }
    return !error;
}

bool stands(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

}  // namespace

fs::path deep_zoom_files(const fs::path& dzi) { return dzi.parent_path() / (dzi.stem().string() + "_files"); }

bool is_deep_zoom_folder(const fs::path& folder) {
    std::error_code ignored;
    if (fs::symlink_status(folder, ignored).type() != fs::file_type::directory) return false;
    return all_entries(folder, [](const fs::directory_entry& level, fs::file_type type) {
        return type == fs::file_type::directory && is_number(level.path().filename().string()) &&
               all_entries(level.path(), [](const fs::directory_entry& piece, fs::file_type kind) {
                   return kind == fs::file_type::regular && is_piece(piece.path().filename());
               });
    });
}

void refuse_existing_deep_zoom(const fs::path& dzi, Overwrite overwrite) {
    const fs::path folder = deep_zoom_files(dzi);
    if (!stands(folder)) return;
    if (overwrite == Overwrite::no) refuse_existing_output(folder);
    if (!is_deep_zoom_folder(folder))
        throw OptionError(printable(folder.string()) + ": is there and is no deep zoom, so it is not replaced");
}

void make_new_folder(const fs::path& path) {
    std::error_code error;
    if (!fs::create_directory(path, error)) throw_io("cannot make the folder", path, error ? error.value() : EEXIST);
}

DeepZoomFolder::DeepZoomFolder(const fs::path& dzi, Overwrite overwrite) : dzi_(dzi), overwrite_(overwrite) {
    static std::atomic<int> serial{0};
    refuse_existing_deep_zoom(dzi_, overwrite_);
    const std::string name = deep_zoom_files(dzi_).filename().string();
    path_ = dzi_.parent_path() / temporary_file_name(name, ::getpid(), serial++);
    make_new_folder(path_);
}

DeepZoomFolder::~DeepZoomFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
}

void DeepZoomFolder::publish() {
    const Descriptor folder(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::syncfs(folder.get()) != 0) throw_io("cannot sync", path_, errno);
    refuse_existing_deep_zoom(dzi_, overwrite_);  // again: hours may have gone by
    const fs::path place = deep_zoom_files(dzi_), old = path_.string() + ".old";
    const bool replaces = stands(place);
    std::error_code error, ignored;
    if (replaces) fs::rename(place, old, error);
    if (error) throw_io("cannot move away", place, error.value());
    fs::rename(path_, place, error);
    if (error && replaces) fs::rename(old, place, ignored);
    if (error) throw_io("cannot rename to", place, error.value());
    path_ = replaces ? old : fs::path();  // what stood there goes with this
}

}  // namespace nightstack::io
