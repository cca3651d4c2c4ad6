// SPDX-License-Identifier: MIT
#include "tools/pano/code_rows.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "io/tiles/light.h"

namespace nightstack::tools {
namespace {

constexpr int kSteps = 65535;

// Codes of light in 2^16 steps: fine enough for 8 bits as they stand, for 16 bits with what lies between two.
const std::vector<std::uint8_t>& codes8() {
    static const std::vector<std::uint8_t> table = [] {
        std::vector<std::uint8_t> t(kSteps + 1);
        for (int i = 0; i <= kSteps; ++i)
            t[static_cast<std::size_t>(i)] =
                static_cast<std::uint8_t>(io::code_of_light(static_cast<double>(i) / kSteps) * 255 + 0.5);
        return t;
    }();
    return table;
}
const std::vector<float>& codes16() {
    static const std::vector<float> table = [] {
        std::vector<float> t(kSteps + 2);
        for (int i = 0; i <= kSteps; ++i)
            t[static_cast<std::size_t>(i)] =
                static_cast<float>(io::code_of_light(static_cast<double>(i) / kSteps) * 65535);
        t.back() = t[kSteps];
        return t;
    }();
    return table;
}

std::uint8_t code8(float light) {
    const float at = std::clamp(light, 0.0F, 1.0F) * kSteps + 0.5F;
    return codes8()[static_cast<std::size_t>(at)];
}
std::uint16_t code16(float light) {
    const float at = std::clamp(light, 0.0F, 1.0F) * kSteps;
    const auto i = static_cast<std::size_t>(at);
    const float a = codes16()[i], b = codes16()[i + 1];
    return static_cast<std::uint16_t>(a + (b - a) * (at - static_cast<float>(i)) + 0.5F);
}

template <class T, class Code>
void code_samples(std::span<const float* const> planes, const float* alpha, int width, int channels, T full, Code code,
                  T* out) {
    const bool with_alpha = channels % 2 == 0;
    const int colours = with_alpha ? channels - 1 : channels;
    for (int x = 0; x < width; ++x, out += channels) {
        const bool seen = alpha[x] > 0;
        for (int c = 0; c < colours; ++c)
            out[c] = seen ? code(planes[std::min(static_cast<std::size_t>(c), planes.size() - 1)][x]) : T{};
        if (with_alpha) out[colours] = seen ? full : T{};
    }
}

}  // namespace

void code_row(std::span<const float* const> planes, const float* alpha, int width, int channels, io::RowSample sample,
              std::byte* out, float white) {
    const float per_white = 1 / white;
    switch (sample) {
        case io::RowSample::u8:
            code_samples<std::uint8_t>(
                planes, alpha, width, channels, 255, [per_white](float v) { return code8(v * per_white); },
                reinterpret_cast<std::uint8_t*>(out));
            break;
        case io::RowSample::u16:
            code_samples<std::uint16_t>(
                planes, alpha, width, channels, 65535, [per_white](float v) { return code16(v * per_white); },
                reinterpret_cast<std::uint16_t*>(out));
            break;
        case io::RowSample::f32:
            code_samples<float>(
                planes, alpha, width, channels, 1.0F, [](float v) { return v; }, reinterpret_cast<float*>(out));
            break;
    }
}

}  // namespace nightstack::tools
