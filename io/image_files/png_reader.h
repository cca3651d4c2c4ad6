// SPDX-License-Identifier: MIT
// PNG pictures as frames.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "io/files/frame_file.h"
#include "io/files/scratch_store.h"

namespace nightstack::io {

struct PngReadOptions {
    std::optional<CfaPattern> cfa;  // of a gray file, which never tells
};

// Gray, colour or palette, 1 to 16 bits (fewer than 8 are widened to 8); alpha is left out, gamma is not
// heeded: values come as stored. At most 16384 pixels a side and 2^28 in all. Every checksum must hold and
// the file must have its end. Decoded here, once. Throws IoError, FormatError (what it is), DamagedError.
std::unique_ptr<FrameFile> open_png(const std::filesystem::path& path, const PngReadOptions& options,
                                    ScratchStore& store);

}  // namespace nightstack::io
