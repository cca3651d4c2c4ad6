// SPDX-License-Identifier: MIT
// libjpeg reports errors by a callback that must not return. Every call into it therefore happens in a
// function of its own without objects that would need destruction, and is left by longjmp.
#include <csetjmp>
#include <cstdio>
// jpeglib.h wants cstdio before it.
#include <jpeglib.h>

#include <span>
#include <string>
#include <vector>

#include "io/files/file.h"
#include "io/image_files/picture.h"
#include "io/image_files/picture_rows.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::uint64_t kMaxFile = std::uint64_t{128} << 20;
constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 26;
constexpr std::uint64_t kMaxProgressive = std::uint64_t{1} << 25;  // all coefficients are held in memory
constexpr int kMaxScans = 100;

struct Decoder {
    jpeg_decompress_struct jpeg;  // first, so that the callbacks find the rest
    jpeg_error_mgr errors;
    jpeg_progress_mgr progress;
    std::jmp_buf leave;
    char message[JMSG_LENGTH_MAX];
};

Decoder& decoder_of(j_common_ptr jpeg) { return *reinterpret_cast<Decoder*>(jpeg); }

[[noreturn]] void on_error(j_common_ptr jpeg) {
    Decoder& d = decoder_of(jpeg);
    jpeg->err->format_message(jpeg, d.message);
    std::longjmp(d.leave, 1);
}

// Level -1 is a warning: libjpeg would go on and make pixels up. The others are chatter.
void on_message(j_common_ptr jpeg, int level) {
    if (level < 0) on_error(jpeg);
}

void no_output(j_common_ptr /*jpeg*/) {}

void on_progress(j_common_ptr jpeg) {
    Decoder& d = decoder_of(jpeg);
    if (d.jpeg.input_scan_number <= kMaxScans) return;
    std::snprintf(d.message, sizeof d.message, "more than %d scans", kMaxScans);
    std::longjmp(d.leave, 1);
}

void prepare(Decoder& d) {
    d.message[0] = '\0';
    d.jpeg.err = jpeg_std_error(&d.errors);
    d.errors.error_exit = on_error;
    d.errors.emit_message = on_message;
    d.errors.output_message = no_output;
    d.progress.progress_monitor = on_progress;
}

bool read_head(Decoder& d, const unsigned char* bytes, std::size_t size) {
    if (setjmp(d.leave) != 0) return false;
    jpeg_create_decompress(&d.jpeg);
    d.jpeg.progress = &d.progress;
    jpeg_mem_src(&d.jpeg, bytes, static_cast<unsigned long>(size));
    jpeg_read_header(&d.jpeg, TRUE);
    return true;
}

// The decoder whose integers are exact, not a faster one: the same pixels on every machine.
bool start(Decoder& d) {
    if (setjmp(d.leave) != 0) return false;
    d.jpeg.dct_method = JDCT_ISLOW;
    d.jpeg.out_color_space = d.jpeg.num_components == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_start_decompress(&d.jpeg);
    return true;
}

bool read_rows(Decoder& d, unsigned char* const first, std::size_t row_bytes, JDIMENSION count) {
    constexpr JDIMENSION kAtOnce = 8;
    JSAMPROW rows[kAtOnce];
    const JDIMENSION begin = d.jpeg.output_scanline;
    if (setjmp(d.leave) != 0) return false;
    while (d.jpeg.output_scanline < begin + count) {
        const JDIMENSION done = d.jpeg.output_scanline - begin;
        const JDIMENSION n = count - done < kAtOnce ? count - done : kAtOnce;
        for (JDIMENSION i = 0; i < n; ++i) rows[i] = first + (done + i) * row_bytes;
        jpeg_read_scanlines(&d.jpeg, rows, n);
    }
    return true;
}

bool read_end(Decoder& d) {
    if (setjmp(d.leave) != 0) return false;
    jpeg_finish_decompress(&d.jpeg);
    return true;
}

class Handle {
public:
    Handle(const File& file, std::span<const std::byte> bytes) : name_(printable(file.path().string())) {
        prepare(decoder_);
        if (read_head(decoder_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())) return;
        jpeg_destroy_decompress(&decoder_.jpeg);  // a constructor that throws has no destructor
        check(false);
    }
    ~Handle() { jpeg_destroy_decompress(&decoder_.jpeg); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    void check(bool done) const {
        if (!done) throw DamagedError(name_ + ": JPEG: " + decoder_.message);
    }
    [[noreturn]] void refuse(const std::string& what) const { throw FormatError(name_ + ": JPEG: " + what); }

    Decoder& decoder() { return decoder_; }

private:
    std::string name_;
    Decoder decoder_{};
};

RowsShape shape_of(Handle& handle) {
    const jpeg_decompress_struct& j = handle.decoder().jpeg;
    const std::uint64_t pixels = static_cast<std::uint64_t>(j.image_width) * j.image_height;
    const std::string size = std::to_string(j.image_width) + "x" + std::to_string(j.image_height);
    if (j.image_width < 1 || j.image_height < 1 || j.image_width > static_cast<JDIMENSION>(kMaxPictureAxis) ||
        j.image_height > static_cast<JDIMENSION>(kMaxPictureAxis) || pixels > kMaxPixels)
        handle.refuse("size " + size + "; at most " + std::to_string(kMaxPictureAxis) + " a side and " +
                      std::to_string(kMaxPixels) + " pixels can be read");
    const bool progressive = j.progressive_mode != 0;
    if (progressive && pixels > kMaxProgressive)
        handle.refuse("progressive, " + size + "; at most " + std::to_string(kMaxProgressive) + " pixels can be read");
    const bool gray = j.num_components == 1 && j.jpeg_color_space == JCS_GRAYSCALE;
    const bool colour = j.num_components == 3 && (j.jpeg_color_space == JCS_YCbCr || j.jpeg_color_space == JCS_RGB);
    if (j.num_components == 4) handle.refuse("CMYK, made for printing; gray and RGB can be read");
    if (!gray && !colour) handle.refuse(std::to_string(j.num_components) + " channels that are neither gray nor RGB");
    return {static_cast<int>(j.image_width), static_cast<int>(j.image_height), j.num_components, RowAlpha::none,
            RowSample::u8};
}

std::vector<std::byte> whole_file(const File& file) {
    if (file.size() > kMaxFile)
        throw FormatError(printable(file.path().string()) + ": JPEG of " + std::to_string(file.size()) +
                          " bytes; at most 128 MiB can be read");
    std::vector<std::byte> bytes(file.size());
    file.read_at(bytes, 0);
    return bytes;
}

class JpegRows final : public PictureRows {
public:
    explicit JpegRows(const File& file) : bytes_(whole_file(file)), handle_(file, bytes_) {
        shape_ = shape_of(handle_);
        exif_ = read_exif(exif_in_jpeg(bytes_));
        handle_.check(start(handle_.decoder()));
    }

    void next(int count, std::span<std::byte> out) override {
        auto* to = reinterpret_cast<unsigned char*>(out.data());
        handle_.check(read_rows(handle_.decoder(), to, shape_.row_bytes(), static_cast<JDIMENSION>(count)));
    }
    void finish() override { handle_.check(read_end(handle_.decoder())); }

private:
    std::vector<std::byte> bytes_;
    Handle handle_;
};

}  // namespace

std::unique_ptr<PictureRows> open_jpeg_rows(const std::filesystem::path& path) {
    return std::make_unique<JpegRows>(File(path));
}

}  // namespace nightstack::io
