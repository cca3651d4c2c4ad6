// SPDX-License-Identifier: MIT
#include "pipeline/stages/decode/jpeg_decoder.h"

#include <cstdio>
#include <new>
#include <string>
#include <utility>

#include "pipeline/core/printable.h"
#include "pipeline/stages/decode/libjpeg-inl.h"

namespace nightstack {
namespace {

// How the planes of the picture lie to each other; nothing for kinds that are not supported.
std::optional<Subsampling> subsampling(const jpeg_decompress_struct& jpeg) {
    if (jpeg.num_components == 1 && jpeg.jpeg_color_space == JCS_GRAYSCALE) return Subsampling{};
    if (jpeg.num_components != 3 || jpeg.jpeg_color_space != JCS_YCbCr) return std::nullopt;
    const jpeg_component_info* const c = jpeg.comp_info;
    const bool alike = c[1].h_samp_factor == c[2].h_samp_factor && c[1].v_samp_factor == c[2].v_samp_factor;
    const bool finest = c[0].h_samp_factor == jpeg.max_h_samp_factor && c[0].v_samp_factor == jpeg.max_v_samp_factor;
    const bool divides = c[0].h_samp_factor % c[1].h_samp_factor == 0 && c[0].v_samp_factor % c[1].v_samp_factor == 0;
    if (!alike || !finest || !divides) return std::nullopt;
    return Subsampling{c[0].h_samp_factor / c[1].h_samp_factor, c[0].v_samp_factor / c[1].v_samp_factor};
}

PictureSize size_of(const jpeg_decompress_struct& jpeg) {
    return {static_cast<int>(jpeg.image_width), static_cast<int>(jpeg.image_height)};
}

std::string text_of(PictureSize size) { return std::to_string(size.width) + "x" + std::to_string(size.height); }

}  // namespace

struct JpegDecoder::Core {
    LibJpeg lib{};
    DecodeLimits limits;
    std::optional<PictureSize> pinned;
    std::string problem;

    explicit Core(const DecodeLimits& bounds) : limits(bounds) {
        if (!create(lib, limits)) throw std::bad_alloc();
    }
    ~Core() { destroy(lib); }
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    DecodeResult say(Decoded kind, PictureSize size, std::string text) {
        problem = std::move(text);
        return {kind, size, problem};
    }
    // What libjpeg said holds bytes of the picture in no form that could hurt a terminal, but it costs nothing to be
    // sure.
    DecodeResult said(Decoded kind, PictureSize size) { return say(kind, size, printable(lib.message.data())); }

    DecodeResult begin(std::span<const std::byte> bytes, Damage damage);
    DecodeResult end(PictureSize size, bool done);
    std::string beyond_limits(PictureSize size) const;
};

std::string JpegDecoder::Core::beyond_limits(PictureSize size) const {
    const std::uint64_t pixels = static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height);
    if (size.width > limits.side || size.height > limits.side || pixels > limits.pixels)
        return text_of(size) + " pixels; at most " + std::to_string(limits.side) + " a side and " +
               std::to_string(limits.pixels) + " in all";
    const bool held = lib.jpeg.progressive_mode != 0 || lib.jpeg.comps_in_scan < lib.jpeg.num_components;
    if (held && pixels > limits.held_pixels)
        return text_of(size) + " pixels in several scans; at most " + std::to_string(limits.held_pixels);
    return {};
}

// Reads the header; `whole` when the picture may be decoded.
DecodeResult JpegDecoder::Core::begin(std::span<const std::byte> bytes, Damage damage) {
    if (!read_header(lib, bytes, damage == Damage::stop))
        return said(lib.warnings > 0 && damage == Damage::stop ? Decoded::damaged : Decoded::refused, {});
    const PictureSize size = size_of(lib.jpeg);
    if (std::string text = beyond_limits(size); !text.empty()) return say(Decoded::refused, size, std::move(text));
    if (pinned && *pinned != size)
        return say(Decoded::size_changed, size, text_of(size) + " after " + text_of(*pinned));
    return {Decoded::whole, size, {}};
}

DecodeResult JpegDecoder::Core::end(PictureSize size, bool done) {
    if (lib.warnings > 0 && (done || lib.stop_at_warning)) return said(Decoded::damaged, size);
    if (!done) return said(Decoded::refused, size);
    return {Decoded::whole, size, {}};
}

JpegDecoder::JpegDecoder(const DecodeLimits& limits) : core_(std::make_unique<Core>(limits)) {}
JpegDecoder::~JpegDecoder() = default;
JpegDecoder::JpegDecoder(JpegDecoder&&) noexcept = default;
JpegDecoder& JpegDecoder::operator=(JpegDecoder&&) noexcept = default;

void JpegDecoder::pin(std::optional<PictureSize> size) { core_->pinned = size; }

DecodeResult JpegDecoder::probe(std::span<const std::byte> jpeg) {
    const DecodeResult result = core_->begin(jpeg, Damage::show);
    abort(core_->lib);
    return result;
}

DecodeResult JpegDecoder::planes(std::span<const std::byte> jpeg, PlanarPicture& out, Damage damage) {
    LibJpeg& lib = core_->lib;
    DecodeResult result = core_->begin(jpeg, damage);
    if (result.kind == Decoded::whole) {
        if (const std::optional<Subsampling> chroma = subsampling(lib.jpeg)) {
            out.reshape(result.size, *chroma);
            std::array<PlaneRows, 3> rows;
            for (int i = 0; i < (chroma->none() ? 1 : 3); ++i) {
                const ImageView<std::uint8_t> blocks = out.blocks(i);
                rows[static_cast<std::size_t>(i)] = {blocks.data(), blocks.stride(), blocks.height()};
            }
            result = core_->end(result.size, read_planes(lib, rows));
        } else {
            result = core_->say(Decoded::refused, result.size, "neither gray nor Y, U, V as cameras store them");
        }
    }
    abort(lib);
    return result;
}

DecodeResult JpegDecoder::rgb(std::span<const std::byte> jpeg, Image<std::uint8_t>& out, Damage damage) {
    LibJpeg& lib = core_->lib;
    DecodeResult result = core_->begin(jpeg, damage);
    if (result.kind == Decoded::whole) {
        const J_COLOR_SPACE space = lib.jpeg.jpeg_color_space;
        if (space == JCS_YCbCr || space == JCS_RGB || space == JCS_GRAYSCALE) {
            out.reshape(3 * result.size.width, result.size.height);
            const ImageView<std::uint8_t> view = out.view();
            result = core_->end(result.size, read_rgb(lib, view.data(), view.stride()));
        } else {
            result = core_->say(Decoded::refused, result.size, "neither gray nor in three colours");
        }
    }
    abort(lib);
    return result;
}

}  // namespace nightstack
