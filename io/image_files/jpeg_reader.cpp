// SPDX-License-Identifier: MIT
#include "io/image_files/jpeg.h"

#include "io/image_files/picture.h"
#include "io/image_files/picture_rows.h"

namespace nightstack::io {

std::unique_ptr<FrameFile> open_jpeg(const std::filesystem::path& path, ScratchStore& store) {
    return frame_of(*open_jpeg_rows(path), store, std::nullopt);
}

}  // namespace nightstack::io
