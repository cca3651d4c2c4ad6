// SPDX-License-Identifier: MIT
// libpng reports errors by longjmp; see jpeg_rows.cpp for the rule that follows from it.
#include <png.h>

#include <csetjmp>
#include <exception>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/files/file.h"
#include "io/image_files/picture.h"
#include "io/image_files/picture_rows.h"
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
int start(Decoder& d, bool with_alpha) {
    if (setjmp(png_jmpbuf(d.png)) != 0) return 0;
    const int colour = png_get_color_type(d.png, d.info);
    if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(d.png);
    if (colour == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(d.png);
    if (!with_alpha) png_set_strip_alpha(d.png);
    if (with_alpha && png_get_valid(d.png, d.info, PNG_INFO_tRNS) != 0) png_set_tRNS_to_alpha(d.png);
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

bool read_end(Decoder& d) {
    if (setjmp(png_jmpbuf(d.png)) != 0) return false;
    png_read_end(d.png, nullptr);
    return true;
}

class PngHandle {
public:
    explicit PngHandle(const File& file) : name_(printable(file.path().string())) {
        decoder_.file = &file;
        if (read_head(decoder_)) return;
        release();  // a constructor that throws has no destructor
        fail();
    }
    ~PngHandle() { release(); }
    PngHandle(const PngHandle&) = delete;
    PngHandle& operator=(const PngHandle&) = delete;

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

RowsShape shape_of(PngHandle& handle, bool with_alpha) {
    Decoder& d = handle.decoder();
    const png_uint_32 width = png_get_image_width(d.png, d.info);
    const png_uint_32 height = png_get_image_height(d.png, d.info);
    if (static_cast<std::uint64_t>(width) * height > kMaxPixels)
        handle.refuse("size " + std::to_string(width) + "x" + std::to_string(height) + "; at most " +
                      std::to_string(kMaxPixels) + " pixels can be read");
    const int channels = (png_get_color_type(d.png, d.info) & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1;
    const bool alpha = (png_get_color_type(d.png, d.info) & PNG_COLOR_MASK_ALPHA) != 0 ||
                       png_get_valid(d.png, d.info, PNG_INFO_tRNS) != 0;
    return {static_cast<int>(width), static_cast<int>(height), channels,
            with_alpha && alpha ? RowAlpha::plain : RowAlpha::none,
            png_get_bit_depth(d.png, d.info) == 16 ? RowSample::u16 : RowSample::u8};
}

// Of the eXIf chunk, which stands before the pixels.
ExifRead exif_of(Decoder& d) {
    png_uint_32 size = 0;
    png_bytep bytes = nullptr;
    if (png_get_eXIf_1(d.png, d.info, &size, &bytes) != PNG_INFO_eXIf || bytes == nullptr) return {};
    return read_exif(std::as_bytes(std::span(bytes, size)));
}

class PngRows final : public PictureRows {
public:
    PngRows(const std::filesystem::path& path, bool with_alpha, ScratchStore& store) : file_(path), handle_(file_) {
        shape_ = shape_of(handle_, with_alpha);
        exif_ = exif_of(handle_.decoder());
        const int passes = start(handle_.decoder(), with_alpha);
        handle_.check(passes > 0);
        if (png_get_rowbytes(handle_.decoder().png, handle_.decoder().info) != shape_.row_bytes())
            handle_.refuse("a kind of pixels that is not known");
        if (passes > 1) decode_passes(passes, store);
    }

    void next(int count, std::span<std::byte> out) override {
        if (whole_)
            return whole_->read_at(out, static_cast<std::uint64_t>(std::exchange(y_, y_ + count)) * shape_.row_bytes());
        for (int i = 0; i < count; ++i) read(out.subspan(static_cast<std::size_t>(i) * shape_.row_bytes()));
    }
    void finish() override { handle_.check(read_end(handle_.decoder())); }

private:
    void read(std::span<std::byte> row) {
        handle_.check(read_row(handle_.decoder(), reinterpret_cast<unsigned char*>(row.data())));
    }
    // Interlaced: each pass fills in more of each row.
    void decode_passes(int passes, ScratchStore& store) {
        const std::uint64_t size = shape_.row_bytes();
        whole_ = store.reserve(size * static_cast<std::uint64_t>(shape_.height));
        std::vector<std::byte> row(size);
        for (int pass = 0; pass < passes; ++pass) {
            for (int y = 0; y < shape_.height; ++y) {
                if (pass > 0) whole_->read_at(row, size * static_cast<std::uint64_t>(y));
                read(row);
                whole_->write_at(row, size * static_cast<std::uint64_t>(y));
            }
        }
    }
    File file_;
    PngHandle handle_;
    std::shared_ptr<ScratchPiece> whole_;  // of interlaced ones
    int y_ = 0;
};

}  // namespace

std::unique_ptr<PictureRows> open_png_rows(const std::filesystem::path& path, bool with_alpha, ScratchStore& store) {
    return std::make_unique<PngRows>(path, with_alpha, store);
}

}  // namespace nightstack::io
