// SPDX-License-Identifier: MIT
// Plain TIFF 6.0, little-endian: header, directory, its longer values, pixels. Written by hand
// because with a known layout every row has its place before any pixel exists.
#include <algorithm>
#include <bit>
#include <vector>

#include "io/image_files/tiff.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are written as they lie in memory");

constexpr int kLargestAxis = 65'536;
constexpr std::uint64_t kLargestFile = 0xFFFF'FFFF;
constexpr std::uint64_t kStripBytes = 256 * 1024;

enum Type : std::uint16_t { ascii = 2, short_int = 3, long_int = 4 };

std::uint64_t sample_bytes(TiffSample sample) { return sample == TiffSample::float32 ? 4 : 2; }

std::uint64_t row_bytes(const TiffWriteFormat& f) {
    return static_cast<std::uint64_t>(f.width) * static_cast<std::uint64_t>(f.channels) * sample_bytes(f.sample);
}

// Grows by little-endian integers.
struct Bytes {
    std::vector<std::byte> bytes;
    void put(std::uint64_t value, int count) {
        for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFF));
    }
};

struct Entry {
    std::uint16_t tag;
    Type type;
    std::vector<std::uint32_t> values;
};

int width_of(Type type) { return type == ascii ? 1 : type == short_int ? 2 : 4; }

// Header, one directory and the values too long for it. The entries must be sorted by tag.
std::vector<std::byte> head_of(const std::vector<Entry>& entries) {
    Bytes head;
    head.put(0x2A4949, 3);
    head.put(0, 1);
    head.put(8, 4);
    head.put(entries.size(), 2);
    std::uint64_t long_values_at = 8 + 2 + entries.size() * 12 + 4;
    Bytes long_values;
    for (const Entry& entry : entries) {
        head.put(entry.tag, 2);
        head.put(entry.type, 2);
        head.put(entry.values.size(), 4);
        Bytes values;
        for (const std::uint32_t value : entry.values) values.put(value, width_of(entry.type));
        if (values.bytes.size() <= 4) {
            values.bytes.resize(4);
            head.bytes.insert(head.bytes.end(), values.bytes.begin(), values.bytes.end());
            continue;
        }
        head.put(long_values_at + long_values.bytes.size(), 4);
        if (values.bytes.size() % 2 != 0) values.put(0, 1);  // values begin at even offsets
        long_values.bytes.insert(long_values.bytes.end(), values.bytes.begin(), values.bytes.end());
    }
    head.put(0, 4);  // no further directory
    head.bytes.insert(head.bytes.end(), long_values.bytes.begin(), long_values.bytes.end());
    return std::move(head.bytes);
}

std::vector<Entry> entries_for(const TiffWriteFormat& f, std::uint64_t data_offset) {
    const auto channels = static_cast<std::size_t>(f.channels);
    const std::uint64_t row = row_bytes(f);
    const auto height = static_cast<std::uint64_t>(f.height);
    const std::uint64_t rows_per_strip = std::clamp<std::uint64_t>(kStripBytes / row, 1, height);
    Entry offsets{273, long_int, {}};
    Entry counts{279, long_int, {}};
    for (std::uint64_t y = 0; y < height; y += rows_per_strip) {
        offsets.values.push_back(static_cast<std::uint32_t>(data_offset + y * row));
        counts.values.push_back(static_cast<std::uint32_t>(std::min(rows_per_strip, height - y) * row));
    }
    const auto bits = static_cast<std::uint32_t>(sample_bytes(f.sample) * 8);
    std::vector<Entry> entries{
        {256, long_int, {static_cast<std::uint32_t>(f.width)}},
        {257, long_int, {static_cast<std::uint32_t>(f.height)}},
        {258, short_int, std::vector<std::uint32_t>(channels, bits)},
        {259, short_int, {1}},                                                  // not compressed
        {262, short_int, {static_cast<std::uint32_t>(channels == 3 ? 2 : 1)}},  // RGB or gray, black is 0
        std::move(offsets),
        {274, short_int, {1}},  // first row on top
        {277, short_int, {static_cast<std::uint32_t>(channels)}},
        {278, long_int, {static_cast<std::uint32_t>(rows_per_strip)}},
        std::move(counts),
        {284, short_int, {1}},  // interleaved
    };
    if (!f.software.empty()) {
        Entry software{305, ascii, {}};
        for (const char c : f.software) software.values.push_back(static_cast<unsigned char>(c));
        software.values.push_back(0);
        entries.push_back(std::move(software));
    }
    entries.push_back({339, short_int, std::vector<std::uint32_t>(channels, f.sample == TiffSample::float32 ? 3 : 1)});
    return entries;
}

}  // namespace

void TiffWriteFormat::check() const {
    if (width < 1 || height < 1 || width > kLargestAxis || height > kLargestAxis)
        throw OptionError("TIFF: size " + std::to_string(width) + "x" + std::to_string(height) + " cannot be written");
    if (channels != 1 && channels != 3)
        throw OptionError("TIFF: " + std::to_string(channels) + " channels; 1 or 3 can be written");
    if (software.size() > 1000) throw OptionError("TIFF: software name is too long");
    const std::uint64_t pixels = row_bytes(*this) * static_cast<std::uint64_t>(height);
    if (pixels > kLargestFile - (std::uint64_t{1} << 20))
        throw OptionError("TIFF: " + std::to_string(pixels) + " bytes of pixels; a TIFF holds at most 4 GiB");
}

TiffWriter::TiffWriter(OutputFile& file, const TiffWriteFormat& format) : file_(file), format_(format) {
    format.check();
    // The length of the directory does not depend on the offsets written in it.
    data_offset_ = (head_of(entries_for(format, 0)).size() + 63) / 64 * 64;
    const std::vector<std::byte> head = head_of(entries_for(format, data_offset_));
    file.reserve(data_offset_ + row_bytes(format) * static_cast<std::uint64_t>(format.height));
    file.write_at(head, 0);
}

template <class T>
void TiffWriter::interleave(int y, std::span<const ImageView<const T>> planes, TiffSample sample) {
    const auto channels = static_cast<std::size_t>(format_.channels);
    if (sample != format_.sample) throw OptionError("TIFF: rows of another sample type than the file's");
    if (planes.size() != channels) throw OptionError("TIFF: " + std::to_string(planes.size()) + " planes given");
    const int rows = planes[0].height();
    for (const auto& plane : planes) {
        if (!plane.same_size(format_.width, rows) || y < 0 || rows > format_.height - y)
            throw OptionError("TIFF: rows " + std::to_string(y) + " and on do not fit the picture");
    }
    std::vector<T> line(static_cast<std::size_t>(format_.width) * channels);
    for (int i = 0; i < rows; ++i) {
        for (std::size_t c = 0; c < channels; ++c) {
            const T* from = planes[c].row_data(i);
            T* to = line.data() + c;
            for (int x = 0; x < format_.width; ++x) to[static_cast<std::size_t>(x) * channels] = from[x];
        }
        file_.write_at(std::as_bytes(std::span(line)),
                       data_offset_ + static_cast<std::uint64_t>(y + i) * row_bytes(format_));
    }
    rows_written_ += rows;
}

void TiffWriter::write_rows(int y, std::span<const ImageView<const float>> planes) {
    interleave(y, planes, TiffSample::float32);
}

void TiffWriter::write_rows(int y, std::span<const ImageView<const std::uint16_t>> planes) {
    interleave(y, planes, TiffSample::uint16);
}

void TiffWriter::finish() {
    if (rows_written_ != format_.height)
        throw OptionError("TIFF: finished after " + std::to_string(rows_written_) + " of " +
                          std::to_string(format_.height) + " rows");
}

}  // namespace nightstack::io
