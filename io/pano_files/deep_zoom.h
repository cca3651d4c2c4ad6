// SPDX-License-Identifier: MIT
// Pictures as deep zoom: NAME.dzi and a folder NAME_files of small pictures, level by level (Microsoft's schema of
// 2008), as OpenSeadragon and others show them in a browser.
#pragma once

#include <filesystem>
#include <memory>

#include "io/files/output_file.h"
#include "io/files/scratch_store.h"
#include "io/pano_files/block_writer.h"

namespace nightstack::io {

struct DeepZoomFormat {
    BlockGrid grid;      // 8 bits; block 256 as viewers expect; 1 or 3 channels as JPEG, 1 to 4 as PNG
    bool png = false;    // else JPEG
    int quality = 85;    // of JPEG
    void check() const;  // throws OptionError: at most 1,000,000 pixels a side
};

// Tiles overlap by one pixel; levels go down to one pixel. Every block must come. `path` is that of NAME.dzi. Tiles are
// written into a hidden folder beside it, which finish() brings to the disk and renames; NAME.dzi appears last. Dropped
// before that it takes the folder away. With Overwrite::yes a deep zoom that stands there is replaced, and nothing else
// (deep_zoom_folder.h). Throws OptionError, IoError.
std::unique_ptr<BlockWriter> deep_zoom_writer(const std::filesystem::path& path, const DeepZoomFormat& format,
                                              ScratchStore& store, Overwrite overwrite = Overwrite::no);

}  // namespace nightstack::io
