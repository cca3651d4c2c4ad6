// SPDX-License-Identifier: MIT
// As in the reader: libjpeg's errors leave by longjmp, so no object that needs destruction lives where they start.
#include "io/image_files/jpeg_encode.h"

#include <cstdio>
// jpeglib.h wants cstdio before it.
#include <jpeglib.h>

#include <csetjmp>
#include <cstdlib>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

struct Encoder {
    jpeg_compress_struct jpeg;  // first, so that the callback finds the rest
    jpeg_error_mgr errors;
    std::jmp_buf leave;
    char message[JMSG_LENGTH_MAX];
    unsigned char* bytes;
    unsigned long size;
};

[[noreturn]] void on_encoder_error(j_common_ptr jpeg) {
    Encoder& e = *reinterpret_cast<Encoder*>(jpeg);
    jpeg->err->format_message(jpeg, e.message);
    std::longjmp(e.leave, 1);
}

void no_encoder_output(j_common_ptr /*jpeg*/) {}

bool encode(Encoder& e, const JpegPlan& plan, const std::uint8_t* pixels) {
    e.jpeg.err = jpeg_std_error(&e.errors);
    e.errors.error_exit = on_encoder_error;
    e.errors.output_message = no_encoder_output;
    if (setjmp(e.leave) != 0) return false;
    jpeg_create_compress(&e.jpeg);
    jpeg_mem_dest(&e.jpeg, &e.bytes, &e.size);
    e.jpeg.image_width = static_cast<JDIMENSION>(plan.width);
    e.jpeg.image_height = static_cast<JDIMENSION>(plan.rows);
    e.jpeg.input_components = plan.channels;
    e.jpeg.in_color_space = plan.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&e.jpeg);
    jpeg_set_quality(&e.jpeg, plan.quality, TRUE);
    e.jpeg.restart_interval = plan.restart_mcus;
    if (plan.channels == 3 && plan.full_chroma)
        e.jpeg.comp_info[0].h_samp_factor = e.jpeg.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&e.jpeg, TRUE);
    const std::size_t row_bytes = static_cast<std::size_t>(plan.channels) * static_cast<std::size_t>(plan.width);
    while (e.jpeg.next_scanline < e.jpeg.image_height) {
        constexpr JDIMENSION kAtOnce = 16;
        JSAMPROW rows[kAtOnce];
        const JDIMENSION left = e.jpeg.image_height - e.jpeg.next_scanline;
        const JDIMENSION n = left < kAtOnce ? left : kAtOnce;
        for (JDIMENSION i = 0; i < n; ++i)
            rows[i] = const_cast<JSAMPLE*>(pixels + row_bytes * (e.jpeg.next_scanline + i));
        jpeg_write_scanlines(&e.jpeg, rows, n);
    }
    jpeg_finish_compress(&e.jpeg);
    return true;
}

}  // namespace

std::vector<std::uint8_t> encoded_jpeg(const JpegPlan& plan, const std::uint8_t* pixels) {
    Encoder e{};
    std::vector<std::uint8_t> bytes;
    const bool done = encode(e, plan, pixels);
    if (done) bytes.assign(e.bytes, e.bytes + e.size);
    jpeg_destroy_compress(&e.jpeg);
    std::free(e.bytes);
    if (!done) throw FormatError(std::string("JPEG: ") + e.message);
    return bytes;
}

}  // namespace nightstack::io
