// SPDX-License-Identifier: MIT
// libpng reports errors by longjmp. Every call into it therefore happens in a function of its own
// without objects that would need destruction, and our exceptions wait in `pending` meanwhile.
#include "io/image_files/png.h"

#include <png.h>
#include <zlib.h>

#include <csetjmp>
#include <exception>
#include <string>
#include <vector>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::io {

struct PngWriter::State {
    State(OutputFile& target, const PngFormat& wanted) : file(target), format(wanted) {}
    OutputFile& file;
    PngFormat format;
    png_structp png = nullptr;
    png_infop info = nullptr;
    int rows = 0;
    std::exception_ptr pending;
    char message[128] = {};
    std::vector<unsigned char> buffer;  // one row with the high byte first
};

namespace {

constexpr int kLargestAxis = 1'000'000;  // libpng's own default limit

template <class State>
State& state_of(png_structp png) {
    return *static_cast<State*>(png_get_io_ptr(png));
}

template <class State>
void append_to_file(png_structp png, png_bytep data, std::size_t size) {
    State& state = state_of<State>(png);
    try {
        state.file.append(std::as_bytes(std::span(data, size)));
        return;
    } catch (...) {
        state.pending = std::current_exception();
    }
    png_error(png, "write failed");
}

void no_flush(png_structp) {}
void no_warning(png_structp, png_const_charp) {}

template <class State>
[[noreturn]] void on_error(png_structp png, png_const_charp text) {
    auto& state = *static_cast<State*>(png_get_error_ptr(png));
    std::size_t n = 0;
    for (; text[n] != '\0' && n + 1 < sizeof(state.message); ++n) state.message[n] = text[n];
    state.message[n] = '\0';
    png_longjmp(png, 1);
}

template <class State>
bool begin(State& s) {
    s.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &s, on_error<State>, no_warning);
    if (s.png == nullptr) return false;
    if (setjmp(png_jmpbuf(s.png)) != 0) return false;
    s.info = png_create_info_struct(s.png);
    if (s.info == nullptr) return false;
    png_set_write_fn(s.png, &s, append_to_file<State>, no_flush);
    // A stack is noise to the compressor: looking for repetitions costs four times as long and
    // gains nothing (4K colour, noise of 10 steps: 206 ms and 18.5 MB so, 812 ms and 18.2 MB by default).
    png_set_compression_strategy(s.png, Z_RLE);
    png_set_filter(s.png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
    png_set_IHDR(s.png, s.info, static_cast<png_uint_32>(s.format.width), static_cast<png_uint_32>(s.format.height),
                 s.format.bits, s.format.channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(s.png, s.info);
    return true;
}

template <class State>
bool put_row(State& s, const unsigned char* row) {
    if (setjmp(png_jmpbuf(s.png)) != 0) return false;
    png_write_row(s.png, row);
    return true;
}

template <class State>
bool end(State& s) {
    if (setjmp(png_jmpbuf(s.png)) != 0) return false;
    png_write_end(s.png, nullptr);
    return true;
}

template <class State>
[[noreturn]] void fail(State& s) {
    if (s.pending) std::rethrow_exception(s.pending);
    throw IoError("cannot write " + printable(s.file.path().string()) + ": libpng: " + s.message);
}

}  // namespace

void PngFormat::check() const {
    if (width < 1 || height < 1 || width > kLargestAxis || height > kLargestAxis)
        throw OptionError("PNG: size " + std::to_string(width) + "x" + std::to_string(height) + " cannot be written");
    if (channels != 1 && channels != 3)
        throw OptionError("PNG: " + std::to_string(channels) + " channels; 1 or 3 can be written");
    if (bits != 8 && bits != 16) throw OptionError("PNG: " + std::to_string(bits) + " bits; 8 or 16 can be written");
}

PngWriter::PngWriter(OutputFile& file, const PngFormat& format) : state_(std::make_unique<State>(file, format)) {
    format.check();
    if (!begin(*state_)) {
        png_destroy_write_struct(&state_->png, &state_->info);
        fail(*state_);
    }
}

PngWriter::~PngWriter() { png_destroy_write_struct(&state_->png, &state_->info); }

void PngWriter::write_bytes(const unsigned char* row) {
    if (state_->rows == state_->format.height) throw OptionError("PNG: more rows than the picture has");
    if (!put_row(*state_, row)) fail(*state_);
    ++state_->rows;
}

void PngWriter::write_row(std::span<const std::uint8_t> row) {
    const PngFormat& f = state_->format;
    if (f.bits != 8 || row.size() != static_cast<std::size_t>(f.width) * static_cast<std::size_t>(f.channels))
        throw OptionError("PNG: a row of " + std::to_string(row.size()) + " bytes does not fit the format");
    write_bytes(row.data());
}

void PngWriter::write_row(std::span<const std::uint16_t> row) {
    const PngFormat& f = state_->format;
    if (f.bits != 16 || row.size() != static_cast<std::size_t>(f.width) * static_cast<std::size_t>(f.channels))
        throw OptionError("PNG: a row of " + std::to_string(row.size()) + " 16-bit samples does not fit the format");
    std::vector<unsigned char>& bytes = state_->buffer;
    bytes.resize(row.size() * 2);
    for (std::size_t i = 0; i < row.size(); ++i) {
        bytes[2 * i] = static_cast<unsigned char>(row[i] >> 8);
        bytes[2 * i + 1] = static_cast<unsigned char>(row[i] & 0xFF);
    }
    write_bytes(bytes.data());
}

void PngWriter::finish() {
    if (state_->rows != state_->format.height)
        throw OptionError("PNG: finished after " + std::to_string(state_->rows) + " of " +
                          std::to_string(state_->format.height) + " rows");
    if (!end(*state_)) fail(*state_);
}

}  // namespace nightstack::io
