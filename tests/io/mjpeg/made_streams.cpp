// SPDX-License-Identifier: MIT
#include "tests/io/mjpeg/made_streams.h"

#include <algorithm>
#include <random>

namespace nightstack::io::test {
namespace {

std::string segment(int code, std::string_view body) {
    const std::size_t length = body.size() + 2;
    std::string out = {'\xFF', static_cast<char>(code), static_cast<char>(length >> 8), static_cast<char>(length)};
    return out.append(body);
}

std::string coded(std::mt19937& random, std::size_t size) {
    std::string out;
    while (out.size() < size) {
        out += static_cast<char>(random());
        if (out.back() == '\xFF') out += (random() & 7) == 0 ? static_cast<char>(0xD0 + random() % 8) : '\0';
    }
    return out;
}

}  // namespace

std::string made_picture(const MadePicture& how) {
    std::mt19937 random(how.seed);
    std::string out = "\xFF\xD8" + segment(0xE0, std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14));
    if (!how.in_segment.empty()) out += segment(0xE1, "Exif" + how.in_segment);
    out += segment(0xDB, std::string(65, '\1')) + segment(0xC0, std::string("\x08\0\x10\0\x10\1\1\x11\0", 9));
    for (int scan = 0; scan < how.scans; ++scan) {
        out += segment(0xC4, std::string(20, '\2')) + segment(0xDA, std::string("\1\1\0\0\x3F\0", 6));
        out += coded(random, how.coded_bytes / 2) + how.in_coded + coded(random, how.coded_bytes / 2);
    }
    return out + "\xFF\xD9";
}

std::string picture_with_thumbnail(unsigned seed) { return made_picture({seed, 600, {}, picture(seed + 1000, 80), 1}); }

std::string part_with(std::string_view headers, std::string_view body, std::string_view tail) {
    return "--dwarf\r\n" + std::string(headers) + "\r\n" + std::string(body) + std::string(tail);
}

std::string part(std::string_view jpeg) {
    return part_with("Content-Type: image/jpeg\r\nContent-Length: " + std::to_string(jpeg.size()) + "\r\n", jpeg);
}

std::string part_without_length(std::string_view jpeg) { return part_with("Content-Type: image/jpeg\r\n", jpeg); }

Split split(std::string_view type, std::string_view stream, std::size_t piece, const SplitLimits& limits) {
    Split out;
    PartSplitter splitter(
        type, [&](Bytes jpeg) { out.parts.emplace_back(reinterpret_cast<const char*>(jpeg.data()), jpeg.size()); },
        limits);
    std::mt19937 random(7);
    while (!stream.empty()) {
        const std::size_t size = std::min(stream.size(), piece == 0 ? 1 + random() % 2000 : piece);
        splitter.feed(std::as_bytes(std::span(stream.data(), size)));
        stream.remove_prefix(size);
        out.most_held = std::max({out.most_held, splitter.held(), splitter.memory()});
    }
    splitter.end();
    out.counts = splitter.counts();
    return out;
}

}  // namespace nightstack::io::test
