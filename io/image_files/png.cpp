// SPDX-License-Identifier: MIT
// The file is cut into strips of rows; each is filtered and deflated by itself (deflate.h) and becomes a chunk of its
// own. A stack is noise to a compressor: looking for repetitions would cost much and gain nothing. Chunks: PNG
// specification (W3C, third edition) 5 and 11; the stream in them: RFC 1950.
#include "io/image_files/png.h"

#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "io/image_files/deflate.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr int kLargestAxis = 1'000'000;  // what libpng reads by default
constexpr std::size_t kStripBytes = std::size_t{256} << 10;
constexpr std::uint8_t kFilterSub = 1;  // each byte less that of the pixel to the left

using Bytes = std::vector<std::uint8_t>;
// Takes the file piece by piece, from one thread at a time.
using Sink = std::function<void(std::span<const std::byte>)>;

void put_u32(Bytes& out, std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t crc_of(std::span<const std::uint8_t> bytes) {
    return static_cast<std::uint32_t>(::crc32_z(::crc32_z(0, nullptr, 0), bytes.data(), bytes.size()));
}

// A chunk is begun, gets its content, and is ended.
Bytes begun_chunk(std::string_view type) {
    Bytes chunk(4 + type.size());  // the length, later
    std::copy(type.begin(), type.end(), chunk.begin() + 4);
    return chunk;
}

void end_chunk(Bytes& chunk) {
    const auto length = static_cast<std::uint32_t>(chunk.size() - 8);
    for (std::size_t i = 0; i < 4; ++i) chunk[i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
    put_u32(chunk, crc_of(std::span(chunk).subspan(4)));
}

void append(const Sink& sink, const Bytes& bytes) { sink(std::as_bytes(std::span(bytes))); }

// Keyword, zero, text (specification 11.3.3.2).
Bytes software_chunk(const std::string& software) {
    Bytes chunk = begun_chunk("tEXt");
    const std::string content = std::string("Software") + '\0' + software;
    for (const char c : content) chunk.push_back(static_cast<std::uint8_t>(c));
    end_chunk(chunk);
    return chunk;
}

Bytes head(const PngFormat& format) {
    Bytes out = begun_chunk("IHDR");
    put_u32(out, static_cast<std::uint32_t>(format.width));
    put_u32(out, static_cast<std::uint32_t>(format.height));
    const std::uint8_t colour = format.channels == 3 ? 2 : 0;
    out.insert(out.end(), {static_cast<std::uint8_t>(format.bits), colour, 0, 0, 0});
    end_chunk(out);
    constexpr std::uint8_t kSignature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    out.insert(out.begin(), std::begin(kSignature), std::end(kSignature));
    return out;
}

void put_samples(std::uint8_t* out, std::span<const std::uint8_t> row) { std::copy(row.begin(), row.end(), out); }

void put_samples(std::uint8_t* out, std::span<const std::uint16_t> row) {
    for (const std::uint16_t sample : row) {
        *out++ = static_cast<std::uint8_t>(sample >> 8U);
        *out++ = static_cast<std::uint8_t>(sample);
    }
}

void subtract_left(std::uint8_t* out, const std::uint8_t* row, std::size_t bytes, std::size_t step) {
    std::copy_n(row, step, out);
    for (std::size_t i = step; i < bytes; ++i) out[i] = static_cast<std::uint8_t>(row[i] - row[i - step]);
}

struct Strip {
    Bytes chunk;
    uLong adler = 0;  // of what was deflated
    std::size_t bytes = 0;
};

// Makes strips, in any order, and appends them in theirs.
template <class Sample, class Row>
class StripWriter {
public:
    StripWriter(const Sink& sink, const PngFormat& format, const Row& row)
        : sink_(sink),
          format_(format),
          row_(row),
          samples_(static_cast<std::size_t>(format.width) * static_cast<std::size_t>(format.channels)),
          rows_(static_cast<int>(std::max<std::size_t>(1, kStripBytes / (samples_ * sizeof(Sample))))),
          strips_((format.height + rows_ - 1) / rows_) {}

    // Strips are handed out in order, so that few wait for one before them.
    void run(Runner& runner) {
        runner.run(std::max(1, runner.threads()), 1, [&](int, int) {
            try {
                for (int i = next_++; i < strips_ && !failed_; i = next_++) take(i, made(i));
            } catch (...) {
                failed_ = true;
                throw;
            }
        });
        Bytes sum;
        put_u32(sum, static_cast<std::uint32_t>(adler_));
        Bytes chunk = begun_chunk("IDAT");
        chunk.insert(chunk.end(), sum.begin(), sum.end());
        end_chunk(chunk);
        append(sink_, chunk);
    }

private:
    Strip made(int index) const {
        const int first = index * rows_;
        const int rows = std::min(rows_, format_.height - first);
        const std::size_t row_bytes = samples_ * sizeof(Sample);
        const std::size_t step = static_cast<std::size_t>(format_.channels) * sizeof(Sample);  // to the pixel before
        std::vector<Sample> samples(samples_);
        Bytes plain(row_bytes);
        Bytes filtered;
        filtered.reserve(static_cast<std::size_t>(rows) * (row_bytes + 1));
        for (int y = first; y < first + rows; ++y) {
            row_(y, samples);
            put_samples(plain.data(), std::span<const Sample>(samples));
            filtered.push_back(kFilterSub);
            filtered.resize(filtered.size() + row_bytes);
            subtract_left(filtered.data() + (filtered.size() - row_bytes), plain.data(), row_bytes, step);
        }
        Strip strip{begun_chunk("IDAT"), ::adler32_z(1, filtered.data(), filtered.size()), filtered.size()};
        if (index == 0) strip.chunk.insert(strip.chunk.end(), {0x78, 0x01});  // zlib's head: 32 KB window, quickest
        deflate_piece(strip.chunk, filtered, index == strips_ - 1);
        end_chunk(strip.chunk);
        return strip;
    }

    void take(int index, Strip strip) {
        const std::lock_guard lock(mutex_);
        waiting_.emplace(index, std::move(strip));
        for (auto it = waiting_.find(written_); it != waiting_.end(); it = waiting_.find(written_)) {
            append(sink_, it->second.chunk);
            adler_ = ::adler32_combine(adler_, it->second.adler, static_cast<z_off_t>(it->second.bytes));
            waiting_.erase(it);
            ++written_;
        }
    }

    const Sink& sink_;
    const PngFormat& format_;
    const Row& row_;
    std::size_t samples_;  // of a row
    int rows_;             // of a strip
    int strips_;
    std::atomic<int> next_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    std::map<int, Strip> waiting_;
    int written_ = 0;
    uLong adler_ = 1;
};

template <class Sample, class Row>
void write_any(const Sink& sink, const PngFormat& format, const Row& row, Runner& runner) {
    format.check();
    if (format.bits != 8 * static_cast<int>(sizeof(Sample)))
        throw OptionError("PNG: rows of " + std::to_string(8 * sizeof(Sample)) + " bits do not fit a picture of " +
                          std::to_string(format.bits));
    append(sink, head(format));
    if (!format.software.empty()) append(sink, software_chunk(format.software));
    StripWriter<Sample, Row>(sink, format, row).run(runner);
    Bytes end = begun_chunk("IEND");
    end_chunk(end);
    append(sink, end);
}

Sink into(OutputFile& file) {
    return [&file](std::span<const std::byte> bytes) { file.append(bytes); };
}

}  // namespace

void PngFormat::check() const {
    if (width < 1 || height < 1 || width > kLargestAxis || height > kLargestAxis)
        throw OptionError("PNG: size " + std::to_string(width) + "x" + std::to_string(height) + " cannot be written");
    if (channels != 1 && channels != 3)
        throw OptionError("PNG: " + std::to_string(channels) + " channels; 1 or 3 can be written");
    if (bits != 8 && bits != 16) throw OptionError("PNG: " + std::to_string(bits) + " bits; 8 or 16 can be written");
    if (software.size() > 1000) throw OptionError("PNG: software name is too long");
}

void write_png(OutputFile& file, const PngFormat& format, const PngRow8& row, Runner& runner) {
    write_any<std::uint8_t>(into(file), format, row, runner);
}

void write_png(OutputFile& file, const PngFormat& format, const PngRow16& row, Runner& runner) {
    write_any<std::uint16_t>(into(file), format, row, runner);
}

std::vector<std::byte> png_bytes(const PngFormat& format, const PngRow8& row, Runner& runner) {
    std::vector<std::byte> all;
    const Sink sink = [&all](std::span<const std::byte> bytes) { all.insert(all.end(), bytes.begin(), bytes.end()); };
    write_any<std::uint8_t>(sink, format, row, runner);
    return all;
}

}  // namespace nightstack::io
