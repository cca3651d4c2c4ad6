// SPDX-License-Identifier: MIT
#include "io/image_files/png_reader.h"

#include "io/image_files/picture.h"
#include "io/image_files/picture_rows.h"

namespace nightstack::io {

std::unique_ptr<FrameFile> open_png(const std::filesystem::path& path, const PngReadOptions& options,
                                    ScratchStore& store) {
    return frame_of(*open_png_rows(path, /*with_alpha=*/false, store), store, options.cfa);
}

}  // namespace nightstack::io
