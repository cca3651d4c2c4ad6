// SPDX-License-Identifier: MIT
// As in the reader: libjpeg's errors leave by longjmp, so no object that needs destruction lives where they start.
#include "io/image_files/jpeg_writer.h"

#include <cstdio>
// jpeglib.h wants cstdio before it.
#include <jpeglib.h>

#include <csetjmp>
#include <cstdlib>

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

[[noreturn]] void on_error(j_common_ptr jpeg) {
    Encoder& e = *reinterpret_cast<Encoder*>(jpeg);
    jpeg->err->format_message(jpeg, e.message);
    std::longjmp(e.leave, 1);
}

void no_output(j_common_ptr /*jpeg*/) {}

bool encode(Encoder& e, int width, int height, const std::uint8_t* rgb, int quality) {
    e.jpeg.err = jpeg_std_error(&e.errors);
    e.errors.error_exit = on_error;
    e.errors.output_message = no_output;
    if (setjmp(e.leave) != 0) return false;
    jpeg_create_compress(&e.jpeg);
    jpeg_mem_dest(&e.jpeg, &e.bytes, &e.size);
    e.jpeg.image_width = static_cast<JDIMENSION>(width);
    e.jpeg.image_height = static_cast<JDIMENSION>(height);
    e.jpeg.input_components = 3;
    e.jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&e.jpeg);
    jpeg_set_quality(&e.jpeg, quality, TRUE);
    jpeg_start_compress(&e.jpeg, TRUE);
    while (e.jpeg.next_scanline < e.jpeg.image_height) {
        auto* row = const_cast<JSAMPLE*>(rgb + std::size_t{3} * static_cast<unsigned>(width) * e.jpeg.next_scanline);
        jpeg_write_scanlines(&e.jpeg, &row, 1);
    }
    jpeg_finish_compress(&e.jpeg);
    return true;
}

}  // namespace

std::string jpeg_bytes(int width, int height, std::span<const std::uint8_t> rgb, int quality) {
    const bool fits = width >= 1 && height >= 1 && width <= 65500 && height <= 65500 && quality >= 1 &&
                      quality <= 100 &&
                      rgb.size() == std::size_t{3} * static_cast<unsigned>(width) * static_cast<unsigned>(height);
    if (!fits)
        throw OptionError("JPEG: cannot write " + std::to_string(width) + " x " + std::to_string(height) +
                          " pixels of quality " + std::to_string(quality) + " from " + std::to_string(rgb.size()) +
                          " samples");
    Encoder e{};
    std::string bytes;
    const bool done = encode(e, width, height, rgb.data(), quality);
    if (done) bytes.assign(reinterpret_cast<const char*>(e.bytes), e.size);
    jpeg_destroy_compress(&e.jpeg);
    std::free(e.bytes);
    if (!done) throw FormatError(std::string("JPEG: ") + e.message);
    return bytes;
}

}  // namespace nightstack::io
