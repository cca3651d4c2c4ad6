// SPDX-License-Identifier: MIT
// Numbers as bytes of our own files: little-endian, floats as IEEE 754. Fields of many numbers stand "by bytes": the
// lowest byte of all numbers, then the next one of all, which packs to half of what it would otherwise.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "pipeline/core/error.h"

namespace nightstack::io {

template <std::size_t N>
using UnsignedOf = std::conditional_t<
    N == 1, std::uint8_t,
    std::conditional_t<N == 2, std::uint16_t, std::conditional_t<N == 4, std::uint32_t, std::uint64_t>>>;

class ByteWriter {
public:
    template <class T>
    void put(T value) {
        const auto bits = std::bit_cast<UnsignedOf<sizeof(T)>>(value);
        for (std::size_t k = 0; k < sizeof(T); ++k) bytes_.push_back(static_cast<std::byte>(bits >> (8 * k)));
    }
    template <class T>
    void put_field(std::span<const T> items) {
        const std::size_t begin = bytes_.size();
        bytes_.resize(begin + items.size_bytes());
        std::byte* to = bytes_.data() + begin;
        for (std::size_t k = 0; k < sizeof(T); ++k) {
            for (const T& item : items)
                *to++ = static_cast<std::byte>(std::bit_cast<UnsignedOf<sizeof(T)>>(item) >> (8 * k));
        }
    }
    void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
    std::vector<std::byte> take() { return std::move(bytes_); }
    std::span<const std::byte> bytes() const { return bytes_; }

private:
    std::vector<std::byte> bytes_;
};

// Reads what ByteWriter wrote; throws DamagedError where the bytes end too early.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
    template <class T>
    T next() {
        const std::span<const std::byte> from = take(sizeof(T));
        UnsignedOf<sizeof(T)> bits = 0;
        for (std::size_t k = 0; k < sizeof(T); ++k)
            bits = static_cast<UnsignedOf<sizeof(T)>>(bits | static_cast<UnsignedOf<sizeof(T)>>(from[k]) << (8 * k));
        return std::bit_cast<T>(bits);
    }
    template <class T>
    void next_field(std::span<T> out) {
        using Bits = UnsignedOf<sizeof(T)>;
        const std::byte* from = take(out.size_bytes()).data();
        for (std::size_t i = 0; i < out.size(); ++i) {
            Bits bits = 0;
            for (std::size_t k = 0; k < sizeof(T); ++k)
                bits = static_cast<Bits>(bits | static_cast<Bits>(from[k * out.size() + i]) << (8 * k));
            out[i] = std::bit_cast<T>(bits);
        }
    }
    std::size_t left() const { return bytes_.size(); }

private:
    std::span<const std::byte> take(std::size_t n) {
        if (n > bytes_.size()) throw DamagedError("ends too early");
        const auto front = bytes_.first(n);
        bytes_ = bytes_.subspan(n);
        return front;
    }
    std::span<const std::byte> bytes_;
};

}  // namespace nightstack::io
