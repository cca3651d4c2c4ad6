// SPDX-License-Identifier: MIT
#include "io/image_files/deflate.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "io/image_files/huffman.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kSymbols = 286;
constexpr std::size_t kEnd = 256;
// Lengths of copies that need no further bits.
constexpr std::size_t kLongCopy = 258, kLongSymbol = 285;
constexpr std::size_t kShortCopy = 10, kShortSymbol = 264;
constexpr std::size_t kLeastRun = 2 * sizeof(std::uint64_t);  // of zeros, to be worth a copy

using Counts = std::array<std::uint32_t, kSymbols>;
using Codes = std::array<HuffmanCode, kSymbols>;

bool begins_run(const std::uint8_t* at) {
    std::uint64_t words[2];
    std::memcpy(words, at, sizeof words);
    return (words[0] | words[1]) == 0;
}

std::size_t run_length(std::span<const std::uint8_t> bytes, std::size_t begin) {
    std::size_t end = begin + kLeastRun;
    while (end < bytes.size() && bytes[end] == 0) ++end;
    return end - begin;
}

// Calls `literal(byte)` and `copy(symbol)`, which stands for more of the byte before it.
template <class Literal, class Copy>
void for_each_symbol(std::span<const std::uint8_t> bytes, const Literal& literal, const Copy& copy) {
    const std::uint8_t* data = bytes.data();
    for (std::size_t i = 0; i < bytes.size();) {
        if (data[i] != 0 || bytes.size() - i < kLeastRun || !begins_run(data + i)) {
            literal(data[i++]);
            continue;
        }
        std::size_t left = run_length(bytes, i) - 1;
        i += left + 1;
        literal(0);
        for (; left >= kLongCopy; left -= kLongCopy) copy(kLongSymbol);
        for (; left >= kShortCopy; left -= kShortCopy) copy(kShortSymbol);
        for (; left > 0; --left) literal(0);
    }
}

// How often each symbol comes. Four tables: an increment would wait for the one before when values repeat.
Counts counts_of(std::span<const std::uint8_t> bytes) {
    std::array<Counts, 4> tables{};
    std::size_t turn = 0;
    for_each_symbol(
        bytes, [&](std::uint8_t byte) { ++tables[turn++ & 3U][byte]; },
        [&](std::size_t symbol) { ++tables[0][symbol]; });
    for (std::size_t t = 1; t < tables.size(); ++t) {
        for (std::size_t i = 0; i < kSymbols; ++i) tables[0][i] += tables[t][i];
    }
    tables[0][kEnd] = 1;
    return tables[0];
}

Codes codes_for(Counts counts) {
    Codes codes;
    make_huffman_codes(counts, 15, codes);
    return codes;
}

std::size_t coded_bytes(const Counts& counts, const Codes& codes) {
    std::size_t bits = 0;
    for (std::size_t i = 0; i < kSymbols; ++i) bits += counts[i] * (codes[i].length + std::size_t{i > kEnd});
    return bits / 8 + 1;
}

// Bits, the first written lowest, in a place that is large enough.
class BitWriter {
public:
    explicit BitWriter(std::uint8_t* at) : at_(at) {}
    void put(std::uint64_t bits, unsigned length) {
        static_assert(std::endian::native == std::endian::little);
        held_ |= bits << count_;
        count_ += length;
        std::memcpy(at_, &held_, sizeof held_);
        at_ += count_ >> 3U;
        held_ >>= count_ & ~7U;
        count_ &= 7U;
    }
    void put(const HuffmanCode& code) { put(code.bits, code.length); }
    void fill_byte() {
        if (count_ > 0) put(0, 8 - count_);
    }
    std::uint8_t* end() const { return at_; }

private:
    std::uint8_t* at_;
    std::uint64_t held_ = 0;
    unsigned count_ = 0;
};

constexpr std::size_t kMostHeader = 512;  // and what ends a piece, and what the last store writes too much

// Block type, number of codes, their lengths (RFC 1951, 3.2.7), which are coded themselves.
void put_header(BitWriter& out, const Codes& codes, bool last) {
    constexpr std::array<std::uint8_t, 19> kOrder{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    std::array<std::uint32_t, kOrder.size()> counts{};
    for (const HuffmanCode& c : codes) ++counts[c.length];
    constexpr std::uint8_t kDistance = 1;  // one distance, one bit
    ++counts[kDistance];
    std::array<HuffmanCode, kOrder.size()> lengths;
    make_huffman_codes(counts, 7, lengths);
    out.put(last ? 1 : 0, 1);
    out.put(2, 2);
    out.put(kSymbols - 257, 5);
    out.put(0, 5);
    out.put(kOrder.size() - 4, 4);
    for (const std::uint8_t symbol : kOrder) out.put(lengths[symbol].length, 3);
    for (const HuffmanCode& c : codes) out.put(lengths[c.length]);
    out.put(lengths[kDistance]);
}

}  // namespace

void deflate_piece(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> bytes, bool last) {
    const Counts counts = counts_of(bytes);
    const Codes codes = codes_for(counts);
    const std::size_t begin = out.size();
    out.resize(begin + kMostHeader + coded_bytes(counts, codes));
    BitWriter bits(out.data() + begin);
    put_header(bits, codes, last);
    for_each_symbol(
        bytes, [&](std::uint8_t byte) { bits.put(codes[byte]); },
        [&](std::size_t symbol) {
            bits.put(codes[symbol]);
            bits.put(0, 1);  // the distance: the byte before
        });
    bits.put(codes[kEnd]);
    if (!last) {  // an empty stored block ends at a whole byte
        bits.put(0, 3);
        bits.fill_byte();
        bits.put(0xFFFF0000U, 32);
    }
    bits.fill_byte();
    out.resize(static_cast<std::size_t>(bits.end() - out.data()));
}

}  // namespace nightstack::io
