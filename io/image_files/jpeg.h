// SPDX-License-Identifier: MIT
// JPEG pictures as frames: what cameras save that give nothing better.
#pragma once

#include <filesystem>
#include <memory>

#include "io/files/frame_file.h"
#include "io/files/scratch_store.h"

namespace nightstack::io {

// Gray or colour (YCbCr, RGB), 8 bits; at most 16384 pixels a side, 2^26 in all (2^25 when progressive), 128
// MiB of file, 100 scans. Strict: whatever libjpeg warns of (data that end too early, bad codes, bytes
// between markers) damages the frame. Pixels come as stored: EXIF orientation is not heeded, so that all
// frames of a night have one geometry however the camera was held. Decoded here, once. Throws IoError,
// FormatError (what it is), DamagedError.
std::unique_ptr<FrameFile> open_jpeg(const std::filesystem::path& path, ScratchStore& store);

}  // namespace nightstack::io
