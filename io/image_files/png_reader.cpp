// SPDX-License-Identifier: MIT
// libpng reports errors by longjmp; see png.cpp for the rule that follows from it.
#include "io/image_files/png_reader.h"

#include <png.h>

#include <csetjmp>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "io/files/file.h"
#include "io/image_files/picture.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 28;
constexpr png_alloc_size_t kMaxChunk = 8 << 20;  // of what is no pixel: profiles, text

struct Decoder {
    const File* file = nullptr;
    std::uint64_t at = 0;
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::exception_ptr pending;
    char message[128] = {};
};

void from_file(png_structp png, png_bytep out, std::size_t size) {
    auto& d = *static_cast<Decoder*>(png_get_io_ptr(png));
    try {
        const std::uint64_t left = d.file->size() - d.at;
        if (size <= left) {
            d.file->read_at(std::as_writable_bytes(std::span(out, size)), d.at);
            d.at += size;
            return;
        }
    } catch (...) {
        d.pending = std::current_exception();
    }
    png_error(png, "file ends too early");
}

[[noreturn]] void on_error(png_structp png, png_const_charp text) {
    auto& d = *static_cast<Decoder*>(png_get_error_ptr(png));
    std::size_t n = 0;
    for (; text[n] != '\0' && n + 1 < sizeof(d.message); ++n) d.message[n] = text[n];
    d.message[n] = '\0';
    png_longjmp(png, 1);
}

void no_warning(png_structp, png_const_charp) {}

bool read_head(Decoder& d) {
    d.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d, on_error, no_warning);
    if (d.png == nullptr || setjmp(png_jmpbuf(d.png)) != 0) return false;
    d.info = png_create_info_struct(d.png);
    if (d.info == nullptr) return false;
    png_set_read_fn(d.png, &d, from_file);
    png_set_user_limits(d.png, static_cast<png_uint_32>(kMaxPictureAxis), static_cast<png_uint_32>(kMaxPictureAxis));
    png_set_chunk_malloc_max(d.png, kMaxChunk);
    png_set_chunk_cache_max(d.png, 64);
    png_set_crc_action(d.png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_read_info(d.png, d.info);
    return true;
}

// To gray or RGB of 8 or 16 bits in the machine's byte order. Returns the number of passes, 0 = failed.
int start(Decoder& d) {
    if (setjmp(png_jmpbuf(d.png)) != 0) return 0;
    const int colour = png_get_color_type(d.png, d.info);
    if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(d.png);
    if (colour == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(d.png);
    png_set_strip_alpha(d.png);
    if (png_get_bit_depth(d.png, d.info) == 16) png_set_swap(d.png);
    const int passes = png_set_interlace_handling(d.png);
    png_read_update_info(d.png, d.info);
    return passes;
}

bool read_row(Decoder& d, unsigned char* row) {
    if (setjmp(png_jmpbuf(d.png)) != 0) return false;
    png_read_row(d.png, row, nullptr);
    return true;
}

bool finish(Decoder& d) {
    if (setjmp(png_jmpbuf(d.png)) != 0) return false;
    png_read_end(d.png, nullptr);
    return true;
}

class Handle {
public:
    explicit Handle(const File& file) : name_(printable(file.path().string())) {
        decoder_.file = &file;
        if (read_head(decoder_)) return;
        release();  // a constructor that throws has no destructor
        fail();
    }
    ~Handle() { release(); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    void check(bool done) {
        if (!done) fail();
    }
    [[noreturn]] void refuse(const std::string& what) const { throw FormatError(name_ + ": PNG: " + what); }
    Decoder& decoder() { return decoder_; }

private:
    void release() { png_destroy_read_struct(&decoder_.png, &decoder_.info, nullptr); }
    [[noreturn]] void fail() {
        if (decoder_.pending) std::rethrow_exception(decoder_.pending);
        throw DamagedError(name_ + ": PNG: " + decoder_.message);
    }
    std::string name_;
    Decoder decoder_;
};

PictureShape shape_of(Handle& handle) {
    Decoder& d = handle.decoder();
    const png_uint_32 width = png_get_image_width(d.png, d.info);
    const png_uint_32 height = png_get_image_height(d.png, d.info);
    if (static_cast<std::uint64_t>(width) * height > kMaxPixels)
        handle.refuse("size " + std::to_string(width) + "x" + std::to_string(height) + "; at most " +
                      std::to_string(kMaxPixels) + " pixels can be read");
    const int channels = (png_get_color_type(d.png, d.info) & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1;
    const int bytes = png_get_bit_depth(d.png, d.info) == 16 ? 2 : 1;
    return {static_cast<int>(width), static_cast<int>(height), channels, bytes};
}

}  // namespace

std::unique_ptr<FrameFile> open_png(const std::filesystem::path& path, const PngReadOptions& options,
                                    ScratchStore& store) {
    const File file(path);
    Handle handle(file);
    const PictureShape shape = shape_of(handle);
    PictureRowsOut out(shape, store);
    const int passes = start(handle.decoder());
    handle.check(passes > 0);
    std::vector<std::byte> row(static_cast<std::size_t>(shape.width) *
                               static_cast<std::size_t>(shape.channels * shape.sample_bytes));
    if (png_get_rowbytes(handle.decoder().png, handle.decoder().info) != row.size())
        handle.refuse("a kind of pixels that is not known");
    for (int pass = 0; pass < passes; ++pass) {
        for (int y = 0; y < shape.height; ++y) {
            if (pass > 0) out.read(y, row);  // interlaced: each pass fills in more of the row
            handle.check(read_row(handle.decoder(), reinterpret_cast<unsigned char*>(row.data())));
            out.write(y, row);
        }
    }
    handle.check(finish(handle.decoder()));
    return std::make_unique<PictureFrame>(shape, out.take(), options.cfa);
}

}  // namespace nightstack::io
