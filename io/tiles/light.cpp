// SPDX-License-Identifier: MIT
// A table of 256 floats stays in the nearest cache, and a look-up for each sample is then as fast as the stores:
// vectors would have to gather, which is no faster.
#include "io/tiles/light.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "io/tiles/gray_rgb8.h"

namespace nightstack::io {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

template <class T>
T sample_at(const std::byte* samples, std::size_t i) {
    T value;
    std::memcpy(&value, samples + i * sizeof(T), sizeof(T));
    return value;
}

// Integers are looked up; floats are light already. `kTop` is full alpha.
struct Light8 {
    using Sample = std::uint8_t;
    static constexpr float kTop = 255;
    explicit Light8(const FloatRange&) {}
    const float* table = light_of_u8().data();
    float operator()(Sample v) const { return table[v]; }
};

struct Light16 {
    using Sample = std::uint16_t;
    static constexpr float kTop = 65535;
    explicit Light16(const FloatRange&) {}
    const float* table = light_of_u16().data();
    float operator()(Sample v) const { return table[v]; }
};

struct LightFloat {
    using Sample = float;
    static constexpr float kTop = 1;
    explicit LightFloat(const FloatRange& range) : most(range.most) {}
    float most;
    float operator()(Sample v) const { return std::abs(v) <= most ? v : kNone; }  // not for what is no number
};

template <class Light>
void opaque_gray(const Light& light, const std::byte* in, int pixels, float* out) {
    for (int x = 0; x < pixels; ++x) out[x] = light(sample_at<typename Light::Sample>(in, static_cast<std::size_t>(x)));
}

template <class Light>
void opaque_rgb(const Light& light, const std::byte* in, int pixels, float* r, float* g, float* b) {
    using T = typename Light::Sample;
    for (int x = 0; x < pixels; ++x, in += 3 * sizeof(T)) {
        r[x] = light(sample_at<T>(in, 0));
        g[x] = light(sample_at<T>(in, 1));
        b[x] = light(sample_at<T>(in, 2));
    }
}

template <class T>
T divided(T sample, float part) {
    if constexpr (std::is_floating_point_v<T>) {
        return sample / part;
    } else {
        constexpr auto kMost = static_cast<float>(std::numeric_limits<T>::max());
        return static_cast<T>(std::min(static_cast<float>(sample) / part + 0.5F, kMost));
    }
}

template <class Light>
void with_alpha(const Light& light, const RowsShape& shape, const std::byte* in, int pixels, float* const* planes) {
    using T = typename Light::Sample;
    const auto colours = static_cast<std::size_t>(shape.colours);
    for (int x = 0; x < pixels; ++x, in += shape.pixel_bytes()) {
        const float part = static_cast<float>(sample_at<T>(in, colours)) / Light::kTop;
        for (std::size_t c = 0; c < colours; ++c) {
            T sample = sample_at<T>(in, c);
            if (shape.alpha == RowAlpha::premultiplied) sample = divided(sample, part >= 0.5F ? part : 1);
            planes[c][x] = part >= 0.5F ? light(sample) : kNone;
        }
    }
}

template <class Light>
void light_of(const RowsShape& shape, const std::byte* in, int pixels, float* const* planes, const FloatRange& range) {
    const Light light(range);
    if (shape.alpha != RowAlpha::none) return with_alpha(light, shape, in, pixels, planes);
    if (shape.colours == 3) return opaque_rgb(light, in, pixels, planes[0], planes[1], planes[2]);
    opaque_gray(light, in, pixels, planes[0]);
}

// Codes of 0 to 255, for what is looked at with algorithms of 8 bits.
std::uint8_t code8(std::uint8_t v, const FloatRange&) { return v; }
std::uint8_t code8(std::uint16_t v, const FloatRange&) { return static_cast<std::uint8_t>((v + 128U) / 257); }
std::uint8_t code8(float v, const FloatRange& range) {
    if (!(v > 0 && v <= range.most)) return 0;  // NaN too
    return static_cast<std::uint8_t>(std::lround(255 * code_of_light(std::min(v / range.unit, 1.0F))));
}

std::uint8_t luma(unsigned r, unsigned g, unsigned b) {
    return static_cast<std::uint8_t>((77 * r + 150 * g + 29 * b + 128) >> 8);
}

template <class T>
void gray_of(const RowsShape& shape, const std::byte* in, int pixels, std::uint8_t* out, T top,
             const FloatRange& range = {}) {
    const bool alpha = shape.alpha != RowAlpha::none;
    const auto colours = static_cast<std::size_t>(shape.colours);
    for (int x = 0; x < pixels; ++x, in += shape.pixel_bytes()) {
        const auto code = [&](std::size_t c) { return code8(sample_at<T>(in, c), range); };
        const bool there = !alpha || static_cast<float>(sample_at<T>(in, colours)) >= 0.5F * static_cast<float>(top);
        out[x] = !there ? std::uint8_t{0} : colours == 1 ? code(0) : luma(code(0), code(1), code(2));
    }
}

}  // namespace

double light_of_code(double code) { return code <= 0.04045 ? code / 12.92 : std::pow((code + 0.055) / 1.055, 2.4); }

double code_of_light(double light) {
    return light <= 0.0031308 ? light * 12.92 : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

const std::array<float, 256>& light_of_u8() {
    static const std::array<float, 256> table = [] {
        std::array<float, 256> made{};
        for (std::size_t i = 0; i < made.size(); ++i)
            made[i] = static_cast<float>(light_of_code(static_cast<double>(i) / 255));
        return made;
    }();
    return table;
}

const std::vector<float>& light_of_u16() {
    static const std::vector<float> table = [] {
        std::vector<float> made(65536);
        for (std::size_t i = 0; i < made.size(); ++i)
            made[i] = static_cast<float>(light_of_code(static_cast<double>(i) / 65535));
        return made;
    }();
    return table;
}

void light_row(const RowsShape& shape, const std::byte* samples, int pixels, float* const* planes,
               const FloatRange& range) {
    switch (shape.sample) {
        case RowSample::u8: return light_of<Light8>(shape, samples, pixels, planes, range);
        case RowSample::u16: return light_of<Light16>(shape, samples, pixels, planes, range);
        case RowSample::f32: return light_of<LightFloat>(shape, samples, pixels, planes, range);
    }
}

void gray_row(const RowsShape& shape, const std::byte* samples, int pixels, std::uint8_t* gray,
              const FloatRange& range) {
    if (shape.sample == RowSample::u8 && shape.colours == 3 && shape.alpha == RowAlpha::none)
        return gray_of_rgb8(reinterpret_cast<const std::uint8_t*>(samples), pixels, gray);
    switch (shape.sample) {
        case RowSample::u8: return gray_of<std::uint8_t>(shape, samples, pixels, gray, 255);
        case RowSample::u16: return gray_of<std::uint16_t>(shape, samples, pixels, gray, 65535);
        case RowSample::f32: return gray_of<float>(shape, samples, pixels, gray, 1, range);
    }
}

}  // namespace nightstack::io
