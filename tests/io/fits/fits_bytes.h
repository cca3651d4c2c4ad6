// SPDX-License-Identifier: MIT
// FITS files put together card by card, so that tests can make every mistake there is.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace nightstack::io::test {

// One card: `text` as it stands, filled with blanks to 80 columns.
inline std::string card(std::string text) {
    text.resize(80, ' ');
    return text;
}

// KEY     =                value
inline std::string card(std::string key, const std::string& value) {
    key.resize(8, ' ');
    return card(key + "= " + (value.size() < 20 ? std::string(20 - value.size(), ' ') : "") + value);
}
inline std::string card(std::string key, long value) { return card(std::move(key), std::to_string(value)); }

inline std::string padded(std::string bytes, char fill) {
    bytes.resize((bytes.size() + 2879) / 2880 * 2880, fill);
    return bytes;
}

// Cards, END and blanks up to the block.
inline std::string header(const std::vector<std::string>& cards) {
    std::string all;
    for (const std::string& c : cards) all += c;
    return padded(all + card("END"), ' ');
}

// A sound header of `width` x `height` samples, `more` behind the mandatory cards.
inline std::string plain_header(int bitpix, int width, int height, const std::vector<std::string>& more = {}) {
    std::vector<std::string> cards{card("SIMPLE", "T"), card("BITPIX", bitpix), card("NAXIS", 2), card("NAXIS1", width),
                                   card("NAXIS2", height)};
    cards.insert(cards.end(), more.begin(), more.end());
    return header(cards);
}

inline std::span<const std::byte> as_bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

inline void save(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace nightstack::io::test
