// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "io/pano_files/level_builder.h"

namespace nightstack::io {
namespace {

template <class T>
struct Sum {
    using Wide = std::conditional_t<std::is_same_v<T, float>, float, std::uint64_t>;
    Wide value = 0;
    Wide weight = 0;

    void add(T sample, Wide w) {
        if constexpr (std::is_same_v<T, float>) {
            if (std::isnan(sample)) return;
        }
        value += static_cast<Wide>(sample) * w;
        weight += w;
    }
    T mean() const {
        if constexpr (std::is_same_v<T, float>) {
            return weight > 0 ? value / weight : std::numeric_limits<float>::quiet_NaN();
        } else {
            return weight > 0 ? static_cast<T>((value + weight / 2) / weight) : T{0};
        }
    }
};

// Up to four pixels become one; of all-transparent ones the colour is 0.
template <class T, int kChannels>
void one(const T* const* pixels, int count, T* out) {
    constexpr bool kAlpha = kChannels % 2 == 0;
    constexpr int kColours = kAlpha ? kChannels - 1 : kChannels;
    using Wide = typename Sum<T>::Wide;
    for (int c = 0; c < kColours; ++c) {
        Sum<T> sum;
        for (int i = 0; i < count; ++i)
            sum.add(pixels[i][c], kAlpha ? static_cast<Wide>(pixels[i][kColours]) : Wide{1});
        out[c] = kAlpha && !(sum.weight > 0) ? T{0} : sum.mean();
    }
    if constexpr (kAlpha) {
        Sum<T> sum;
        for (int i = 0; i < count; ++i) sum.add(pixels[i][kColours], Wide{1});
        out[kColours] = sum.mean();
    }
}

// The inner pixels of whole codes, which are nearly all.
template <class T, int kChannels>
void plain_row(const T* upper, const T* lower, T* out, int n) {
    for (int x = 0; x < n; ++x) {
        for (int c = 0; c < kChannels; ++c) {
            const unsigned sum = 0U + upper[c] + upper[kChannels + c] + lower[c] + lower[kChannels + c];
            out[c] = static_cast<T>((sum + 2) / 4);
        }
        upper += 2 * kChannels;
        lower += 2 * kChannels;
        out += kChannels;
    }
}

template <class T, int kChannels>
void halve(const T* from, int width, int height, T* to) {
    const std::size_t row = static_cast<std::size_t>(width) * kChannels;
    const int half = (width + 1) / 2;
    for (int y = 0; y < height; y += 2, from += 2 * row, to += static_cast<std::size_t>(half) * kChannels) {
        const bool two_rows = y + 1 < height;
        int x = 0;
        if constexpr (kChannels % 2 == 1 && !std::is_same_v<T, float>) {
            if (two_rows) {
                x = width / 2;
                plain_row<T, kChannels>(from, from + row, to, x);
            }
        }
        for (; x < half; ++x) {
            const T* first = from + static_cast<std::size_t>(2 * x) * kChannels;
            const T* pixels[4] = {first};
            int count = 1;
            if (2 * x + 1 < width) pixels[count++] = first + kChannels;
            if (two_rows) pixels[count++] = first + row;
            if (two_rows && 2 * x + 1 < width) pixels[count++] = first + row + kChannels;
            one<T, kChannels>(pixels, count, to + static_cast<std::size_t>(x) * kChannels);
        }
    }
}

template <class T>
void halve_any(int channels, const std::byte* from, int width, int height, std::byte* to) {
    const T* in = reinterpret_cast<const T*>(from);
    T* out = reinterpret_cast<T*>(to);
    switch (channels) {
        case 1: return halve<T, 1>(in, width, height, out);
        case 2: return halve<T, 2>(in, width, height, out);
        case 3: return halve<T, 3>(in, width, height, out);
        default: return halve<T, 4>(in, width, height, out);
    }
}

}  // namespace

void halved(const BlockGrid& kind, const std::byte* from, int width, int height, std::byte* to) {
    switch (kind.sample) {
        case RowSample::u8: return halve_any<std::uint8_t>(kind.channels, from, width, height, to);
        case RowSample::u16: return halve_any<std::uint16_t>(kind.channels, from, width, height, to);
        case RowSample::f32: return halve_any<float>(kind.channels, from, width, height, to);
    }
}

}  // namespace nightstack::io
