// SPDX-License-Identifier: MIT
#include <algorithm>

#include "pipeline/stages/decode/libjpeg-inl.h"

namespace nightstack {
namespace {

LibJpeg& lib_of(j_common_ptr jpeg) { return *reinterpret_cast<LibJpeg*>(jpeg); }

[[noreturn]] void on_error(j_common_ptr jpeg) {
    LibJpeg& lib = lib_of(jpeg);
    jpeg->err->format_message(jpeg, lib.message.data());
    std::longjmp(lib.leave, 1);
}

// Level -1 is a warning: libjpeg goes on and makes pixels up. The others are chatter.
void on_message(j_common_ptr jpeg, int level) {
    LibJpeg& lib = lib_of(jpeg);
    if (level >= 0) return;
    if (++lib.warnings == 1) jpeg->err->format_message(jpeg, lib.message.data());
    if (lib.stop_at_warning) std::longjmp(lib.leave, 1);
}

void no_output(j_common_ptr /*jpeg*/) {}

void on_progress(j_common_ptr jpeg) {
    LibJpeg& lib = lib_of(jpeg);
    const std::uint64_t pixels = static_cast<std::uint64_t>(lib.jpeg.image_width) * lib.jpeg.image_height;
    const auto scans = static_cast<std::uint64_t>(std::max(lib.jpeg.input_scan_number, 1));
    const bool many = lib.jpeg.input_scan_number > lib.limits.scans;
    if (!many && (scans == 1 || scans * pixels <= lib.limits.scanned_pixels)) return;
    std::snprintf(lib.message.data(), lib.message.size(), "%d scans of %ux%u pixels, more than may be read",
                  lib.jpeg.input_scan_number, lib.jpeg.image_width, lib.jpeg.image_height);
    std::longjmp(lib.leave, 1);
}

// Rows a plane does not have, because the picture ends within a block, are its last one again: they are never looked
// at.
void gather(const PlaneRows& plane, int from, int count, JSAMPROW* rows) {
    for (int i = 0; i < count; ++i) rows[i] = plane.data + std::min(from + i, plane.height - 1) * plane.stride;
}

}  // namespace

bool create(LibJpeg& lib, const DecodeLimits& limits) {
    lib = {};
    lib.limits = limits;
    lib.jpeg.err = jpeg_std_error(&lib.errors);
    lib.errors.error_exit = on_error;
    lib.errors.emit_message = on_message;
    lib.errors.output_message = no_output;
    lib.progress.progress_monitor = on_progress;
    if (setjmp(lib.leave) != 0) return false;
    jpeg_create_decompress(&lib.jpeg);
    lib.jpeg.progress = &lib.progress;
    return true;
}

void destroy(LibJpeg& lib) { jpeg_destroy_decompress(&lib.jpeg); }
void abort(LibJpeg& lib) { jpeg_abort_decompress(&lib.jpeg); }

bool read_header(LibJpeg& lib, std::span<const std::byte> bytes, bool stop_at_warning) {
    lib.message[0] = '\0';
    lib.warnings = 0;
    lib.stop_at_warning = stop_at_warning;
    if (setjmp(lib.leave) != 0) return false;
    jpeg_mem_src(&lib.jpeg, reinterpret_cast<const unsigned char*>(bytes.data()),
                 static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&lib.jpeg, TRUE);
    return true;
}

// The decoder whose integers are exact, not a faster one: the same pixels on every machine.
bool read_planes(LibJpeg& lib, const std::array<PlaneRows, 3>& planes) {
    constexpr int kMost = 4 * DCTSIZE;  // rows at once: a component has at most four blocks on top of each other
    JSAMPROW rows[3][kMost];
    JSAMPARRAY arrays[3] = {rows[0], rows[1], rows[2]};
    if (setjmp(lib.leave) != 0) return false;
    jpeg_decompress_struct& jpeg = lib.jpeg;
    jpeg.dct_method = JDCT_ISLOW;
    jpeg.raw_data_out = TRUE;
    jpeg.out_color_space = jpeg.jpeg_color_space;
    jpeg_start_decompress(&jpeg);
    const int step = jpeg.max_v_samp_factor * DCTSIZE;
    for (int y = 0; y < static_cast<int>(jpeg.output_height); y += step) {
        for (int c = 0; c < jpeg.num_components; ++c) {
            const int count = jpeg.comp_info[c].v_samp_factor * DCTSIZE;
            gather(planes[static_cast<std::size_t>(c)], y / step * count, count, rows[c]);
        }
        jpeg_read_raw_data(&jpeg, arrays, static_cast<JDIMENSION>(step));
    }
    jpeg_finish_decompress(&jpeg);
    return true;
}

bool read_rgb(LibJpeg& lib, std::uint8_t* data, std::ptrdiff_t stride) {
    constexpr int kMost = 8;
    JSAMPROW rows[kMost];
    if (setjmp(lib.leave) != 0) return false;
    jpeg_decompress_struct& jpeg = lib.jpeg;
    jpeg.dct_method = JDCT_ISLOW;
    jpeg.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg);
    while (jpeg.output_scanline < jpeg.output_height) {
        const int left = static_cast<int>(jpeg.output_height - jpeg.output_scanline);
        const int count = std::min(left, kMost);
        for (int i = 0; i < count; ++i)
            rows[i] = data + (static_cast<std::ptrdiff_t>(jpeg.output_scanline) + i) * stride;
        jpeg_read_scanlines(&jpeg, rows, static_cast<JDIMENSION>(count));
    }
    jpeg_finish_decompress(&jpeg);
    return true;
}

}  // namespace nightstack
