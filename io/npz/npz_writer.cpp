// SPDX-License-Identifier: MIT
#include "io/npz/npz_writer.h"

#include <zlib.h>

#include <bit>
#include <functional>
#include <numeric>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

static_assert(std::endian::native == std::endian::little, "the arrays are written as they lie in memory");

constexpr std::uint64_t kMost = 0xFFFF0000;  // beyond, a zip needs another form

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::size_t count_of(const NpzShape& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

// "(2, 3)", "(2,)", "()" as Python writes it.
std::string tuple_of(const NpzShape& shape) {
    std::string text = "(";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + (shape.size() == 1 ? ",)" : ")");
}

// The header of an .npy: magic, version 1.0, a Python literal padded so that the values start at a multiple of 64.
std::string array_head(std::string_view type, const NpzShape& shape) {
    std::string literal =
        "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': " + tuple_of(shape) + ", }";
    while ((10 + literal.size() + 1) % 64 != 0) literal += ' ';
    literal += '\n';
    std::string out = "\x93NUMPY";
    put(out, 1, 2);
    put(out, literal.size(), 2);
    return out + literal;
}

template <class T>
void check_count(std::string_view name, const NpzShape& shape, std::span<const T> values) {
    if (count_of(shape) == values.size()) return;
    throw OptionError("npz: " + std::string(name) + " has " + std::to_string(values.size()) + " values for " +
                      tuple_of(shape));
}

}  // namespace

NpzWriter::NpzWriter(const std::filesystem::path& path, Overwrite overwrite) : file_(path, overwrite) {}

std::string NpzWriter::head(const Entry& entry, bool central) {
    constexpr std::uint64_t kFirstOf1980 = 0x21;
    std::string out;
    put(out, central ? 0x02014b50 : 0x04034b50, 4);
    if (central) put(out, 20, 2);  // made by
    put(out, 20, 2);               // needed to read
    put(out, 0, 2);                // flags
    put(out, 0, 2);                // stored
    put(out, 0, 2);                // midnight
    put(out, kFirstOf1980, 2);
    put(out, entry.crc, 4);
    put(out, entry.size, 4);
    put(out, entry.size, 4);
    put(out, entry.name.size(), 2);
    put(out, 0, 2);  // extra
    if (central) {
        put(out, 0, 2 + 2 + 2);  // comment, disk, kind
        put(out, 0, 4);          // attributes
        put(out, entry.at, 4);
    }
    return out + entry.name;
}

void NpzWriter::append(std::span<const std::byte> bytes) {
    file_.append(bytes);
    size_ += bytes.size();
}

void NpzWriter::add(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;  // zlib takes no place for the beginning of a new sum
    Entry& entry = entries_.back();
    const auto* start = reinterpret_cast<const Bytef*>(bytes.data());
    entry.crc = static_cast<std::uint32_t>(::crc32_z(entry.crc, start, bytes.size()));
    append(bytes);
}

void NpzWriter::begin(std::string_view name, std::string_view type, const NpzShape& shape, std::uint64_t bytes) {
    const std::string array = array_head(type, shape);
    if (size_ + array.size() + bytes > kMost)
        throw OptionError("npz: " + std::string(name) + " makes the file larger than 4 GB");
    entries_.push_back({std::string(name) + ".npy", 0, array.size() + bytes, size_});
    append(bytes_of(head(entries_.back(), false)));
    entries_.back().crc = static_cast<std::uint32_t>(::crc32_z(0, nullptr, 0));
    add(bytes_of(array));
}

// Only now is the checksum known that stands in front.
void NpzWriter::end() {
    const Entry& entry = entries_.back();
    file_.write_at(bytes_of(head(entry, false)), entry.at);
}

void NpzWriter::numbers(std::string_view name, const NpzShape& shape, std::span<const double> values) {
    check_count(name, shape, values);
    begin(name, "<f8", shape, values.size_bytes());
    add(std::as_bytes(values));
    end();
}

void NpzWriter::integers(std::string_view name, const NpzShape& shape, std::span<const std::int64_t> values) {
    check_count(name, shape, values);
    begin(name, "<i8", shape, values.size_bytes());
    add(std::as_bytes(values));
    end();
}

void NpzWriter::text(std::string_view name, std::string_view ascii) {
    std::string wide;
    for (const char c : ascii) put(wide, static_cast<unsigned char>(c), 4);
    begin(name, "<U" + std::to_string(ascii.size()), {}, wide.size());
    add(bytes_of(wide));
    end();
}

void NpzWriter::rows(std::string_view name, const NpzShape& shape,
                     const std::function<void(std::size_t, std::span<float>)>& fill) {
    if (shape.empty() || shape.back() == 0) throw OptionError("npz: " + std::string(name) + " has no rows");
    std::vector<float> row(shape.back());
    const std::size_t count = count_of(shape) / row.size();
    begin(name, "<f4", shape, count_of(shape) * sizeof(float));
    for (std::size_t i = 0; i < count; ++i) {
        fill(i, row);
        add(std::as_bytes(std::span(row)));
    }
    end();
}

void NpzWriter::publish() {
    const std::uint64_t start = size_;
    std::string directory;
    for (const Entry& entry : entries_) directory += head(entry, true);
    const std::size_t length = directory.size();
    put(directory, 0x06054b50, 4);
    put(directory, 0, 4);  // disks
    put(directory, entries_.size(), 2);
    put(directory, entries_.size(), 2);
    put(directory, length, 4);
    put(directory, start, 4);
    put(directory, 0, 2);  // comment
    append(bytes_of(directory));
    file_.publish();
}

}  // namespace nightstack::io
