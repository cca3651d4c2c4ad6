// SPDX-License-Identifier: MIT
// One JPEG of a video stream becomes pixels, by libjpeg-turbo. The bytes are hostile, and what is wrong with them is a
// value, never an exception: a stream goes on.
//
// One decoder per thread. It keeps its memory: from the second picture of a size on nothing of a frame's size is
// allocated, but for progressive pictures, whose coefficients libjpeg allocates each time. Pixels do not depend on
// instruction level or thread. A flipped bit in the coded data may go unnoticed; only the rejection of outliers
// helps then.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "pipeline/stages/decode/picture_limits.h"
#include "pipeline/stages/decode/planar_picture.h"

namespace nightstack {

enum class Decoded {
    whole,
    damaged,       // libjpeg warned: there are pixels, some made up. May be shown, must never be stacked
    size_changed,  // not the pinned size, nothing was decoded
    refused,       // no pixels: no JPEG, beyond the limits, a kind that is not supported
};

struct DecodeResult {
    Decoded kind = Decoded::refused;
    PictureSize size;          // as the header says; 0 x 0 when there is none
    std::string_view problem;  // in words, "" when whole; there until the decoder's next call
    bool shows() const { return kind == Decoded::whole || kind == Decoded::damaged; }
    bool stacks() const { return kind == Decoded::whole; }
};

enum class Damage {
    show,  // go on decoding, for a preview
    stop,  // at the first sign, when nobody would look: still `damaged`, and the pixels are anything
};

class JpegDecoder {
public:
    explicit JpegDecoder(const DecodeLimits& limits = {});
    ~JpegDecoder();
    JpegDecoder(JpegDecoder&&) noexcept;
    JpegDecoder& operator=(JpegDecoder&&) noexcept;

    // Pictures of another size are `size_changed` from now on; nothing: any size.
    void pin(std::optional<PictureSize> size);

    // Y, U, V as they are in the file, or Y alone of a gray one; 4:4:4, 4:2:2, 4:2:0, 4:4:0, 4:1:1. Pictures stored as
    // RGB or CMYK are refused.
    DecodeResult planes(std::span<const std::byte> jpeg, PlanarPicture& out, Damage damage = Damage::show);
    // Red, green, blue, one after the other: `out` is three times as wide as the picture. Chrominance is interpolated.
    DecodeResult rgb(std::span<const std::byte> jpeg, Image<std::uint8_t>& out, Damage damage = Damage::show);
    // Header only: whole, size_changed or refused.
    DecodeResult probe(std::span<const std::byte> jpeg);

private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace nightstack
