// SPDX-License-Identifier: MIT
#include "device/sim/card/film.h"

#include <algorithm>
#include <cmath>

namespace nightstack::device::sim {
namespace {

void put(std::string& out, std::uint32_t value, int bytes = 4) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::string chunk(const std::string& name, const std::string& content) {
    std::string out = name;
    put(out, static_cast<std::uint32_t>(content.size()));
    out += content;
    if (content.size() % 2 != 0) out += '\0';
    return out;
}

std::string list(const std::string& name, const std::string& content) { return chunk("LIST", name + content); }

}  // namespace

std::string Film::head() const {
    const auto pictures = static_cast<std::uint32_t>(entries_.size());
    const auto width = static_cast<std::uint32_t>(width_), height = static_cast<std::uint32_t>(height_);
    std::string main, stream, format;
    put(main, static_cast<std::uint32_t>(std::lround(1e6 / rate_)));
    for (const std::uint32_t value : {0U, 0U, 0x10U, pictures, 0U, 1U, largest_, width, height, 0U, 0U, 0U, 0U})
        put(main, value);
    stream = "vidsMJPG";
    const auto per_1000_s = static_cast<std::uint32_t>(std::lround(1000 * rate_));
    for (const std::uint32_t value : {0U, 0U, 0U, 1000U, per_1000_s, 0U, pictures, largest_, 0xFFFFFFFFU, 0U})
        put(stream, value);
    put(stream, 0, 2), put(stream, 0, 2), put(stream, width, 2), put(stream, height, 2);
    put(format, 40), put(format, width), put(format, height), put(format, 1, 2), put(format, 24, 2);
    format += "MJPG";
    for (const std::uint32_t value : {width * height * 3, 0U, 0U, 0U, 0U}) put(format, value);
    const std::string headers =
        list("hdrl", chunk("avih", main) + list("strl", chunk("strh", stream) + chunk("strf", format)));
    std::string out = "RIFF";
    put(out, static_cast<std::uint32_t>(4 + headers.size() + 8) + bytes_ + index_bytes_);
    out += "AVI " + headers + "LIST";
    put(out, bytes_);
    return out + "movi";
}

std::string Film::picture(const std::string& jpeg) {
    std::string out = chunk("00dc", jpeg);
    entries_.push_back({bytes_, static_cast<std::uint32_t>(jpeg.size())});
    bytes_ += static_cast<std::uint32_t>(out.size());
    largest_ = std::max(largest_, static_cast<std::uint32_t>(jpeg.size()));
    return out;
}

std::string Film::index() {
    std::string rows;
    for (const Entry& entry : entries_) {
        rows += "00dc";
        put(rows, 0x10), put(rows, entry.at), put(rows, entry.size);
    }
    std::string out = chunk("idx1", rows);
    index_bytes_ = static_cast<std::uint32_t>(out.size());
    return out;
}

}  // namespace nightstack::device::sim
