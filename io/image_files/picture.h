// SPDX-License-Identifier: MIT
// A PNG or JPEG as a frame: decoded once, then read in part from a scratch store. Internal to this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "io/files/frame_file.h"
#include "io/files/scratch_store.h"

namespace nightstack::io {

struct PictureShape {
    int width = 0;
    int height = 0;
    int channels = 1;      // 1 or 3
    int sample_bytes = 1;  // 1 or 2, as the machine has them
};

inline constexpr int kMaxPictureAxis = 16'384;

// Takes rows as decoders give them and keeps them plane by plane.
class PictureRowsOut {
public:
    // Throws IoError when there is no room.
    PictureRowsOut(const PictureShape& shape, ScratchStore& store);
    // Row `y`, channels interleaved: width * channels * sample_bytes bytes.
    void write(int y, std::span<const std::byte> row);
    std::shared_ptr<const ScratchPiece> take() { return std::move(pixels_); }

private:
    std::uint64_t place(int y, int plane) const;
    PictureShape shape_;
    std::shared_ptr<ScratchPiece> pixels_;
    std::vector<std::byte> line_;
};

class PictureFrame final : public FrameFile {
public:
    PictureFrame(const PictureShape& shape, std::shared_ptr<const ScratchPiece> pixels, std::optional<CfaPattern> cfa);
    const StreamFormat& format() const override { return format_; }
    const FrameInfo& info() const override { return info_; }
    bool rows_reversed() const override { return false; }
    bool display_referred() const override { return shape_.sample_bytes == 1 || shape_.channels == 3; }
    void read(ImageView<float> out, Rect region, int plane) const override;

private:
    PictureShape shape_;
    std::shared_ptr<const ScratchPiece> pixels_;
    StreamFormat format_;
    FrameInfo info_;
};

class PictureRows;
// Decodes all rows. Throws IoError, DamagedError.
std::unique_ptr<FrameFile> frame_of(PictureRows& rows, ScratchStore& store, std::optional<CfaPattern> cfa);

}  // namespace nightstack::io
