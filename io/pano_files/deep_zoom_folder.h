// SPDX-License-Identifier: MIT
// The folder of a deep zoom's pictures: filled under a hidden name, and only ever put in the place of another deep
// zoom's.
#pragma once

#include <filesystem>

#include "io/files/output_file.h"

namespace nightstack::io {

// NAME_files beside NAME.dzi.
std::filesystem::path deep_zoom_files(const std::filesystem::path& dzi);

// Whether a folder holds what a deep zoom holds and nothing else: folders named by numbers, in each of them pictures
// named COLUMN_ROW.jpg or .png. A link to a folder is none. Throws nothing: what cannot be read is none.
bool is_deep_zoom_folder(const std::filesystem::path& folder);

// Throws OptionError where something stands in the place of NAME.dzi's folder and may not be replaced: anything without
// Overwrite::yes, and with it what is no deep zoom.
void refuse_existing_deep_zoom(const std::filesystem::path& dzi, Overwrite overwrite);

// A folder of a name nobody has, beside `dzi`; taken away with all that is in it unless it becomes NAME_files.
class DeepZoomFolder {
public:
    // Throws as refuse_existing_deep_zoom, and IoError.
    DeepZoomFolder(const std::filesystem::path& dzi, Overwrite overwrite);
    ~DeepZoomFolder();
    DeepZoomFolder(const DeepZoomFolder&) = delete;
    DeepZoomFolder& operator=(const DeepZoomFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    // To the disk, then into its place. A deep zoom that stands there goes; anything else throws as at the beginning.
    void publish();

private:
    std::filesystem::path dzi_, path_;
    Overwrite overwrite_;
};

// Throws IoError, also where there is one.
void make_new_folder(const std::filesystem::path& path);

}  // namespace nightstack::io
