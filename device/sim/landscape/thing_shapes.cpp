// SPDX-License-Identifier: MIT
#include "device/sim/landscape/thing_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nightstack::device::sim {
namespace {

constexpr Colour3 kBark{0.09F, 0.07F, 0.05F}, kFir{0.03F, 0.055F, 0.03F}, kStone{0.24F, 0.23F, 0.21F};
constexpr Colour3 kWindow{0.05F, 0.06F, 0.08F}, kDoor{0.16F, 0.08F, 0.04F};
constexpr std::array<Colour3, 4> kLeaves{
    {{0.09F, 0.14F, 0.035F}, {0.07F, 0.12F, 0.03F}, {0.13F, 0.15F, 0.04F}, {0.16F, 0.11F, 0.03F}}};
constexpr std::array<Colour3, 4> kWalls{
    {{0.72F, 0.70F, 0.64F}, {0.62F, 0.52F, 0.30F}, {0.45F, 0.20F, 0.14F}, {0.58F, 0.58F, 0.60F}}};
constexpr std::array<Colour3, 2> kRoofs{{{0.32F, 0.12F, 0.07F}, {0.14F, 0.13F, 0.14F}}};

template <std::size_t n>
const Colour3& chosen(const std::array<Colour3, n>& from, std::uint32_t key, std::int32_t what) {
    return from[static_cast<std::size_t>(Noise::chance(what, 7, key) * (static_cast<float>(n) - 0.01F))];
}

// Octaves in the thing's own measure, the finest of some pixels.
float grain(const Noise& noise, float x, float y, float pixels, std::uint32_t key, double cells, float gain,
            int count = 5) {
    float sum = 0, weight = 0.6F;
    for (int i = 0; i < count; ++i, cells *= 2, weight *= gain) {
        const float cell_px = pixels / static_cast<float>(cells);
        if (cell_px <= 2) break;
        const float seen = weight * std::min(1.0F, (cell_px - 2) / 2);
        sum += seen * noise.at(static_cast<double>(x) * cells, static_cast<double>(y) * cells, Noise::kEndless,
                               key + static_cast<std::uint32_t>(i) * 101U);
    }
    return sum;
}

float covered(float inside, float pixels) { return std::clamp(inside * pixels + 0.5F, 0.0F, 1.0F); }
ThingSeen over(const ThingSeen& front, const ThingSeen& back) {
    const float left = back.cover * (1 - front.cover), cover = front.cover + left;
    if (cover <= 0) return {};
    return {cover, front.albedo * (front.cover / cover) + back.albedo * (left / cover)};
}

// A crown of leaves about (0, middle): lit from the Sun's side and from above.
ThingSeen crown(const Thing& t, const Noise& noise, float x, float y, float pixels, float sun_x, float middle, float rx,
                float ry) {
    const float dx = x / rx, dy = (y - middle) / ry, out = std::sqrt(dx * dx + dy * dy);
    if (out > 1.5F) return {};
    const float leaves = grain(noise, x, y, pixels, t.key, 5, 0.8F);
    const float inside = (1 - out) * std::min(rx, ry) + 0.09F * leaves;
    const float fine = grain(noise, x, y, pixels, t.key + 5, 40, 0.9F, 3);
    const float lit = 0.95F + 0.35F * sun_x * dx + 0.25F * dy + 0.45F * leaves + 0.5F * fine;
    return {covered(inside, pixels), chosen(kLeaves, t.key, 1) * std::clamp(lit, 0.2F, 2.0F)};
}

ThingSeen tree(const Thing& t, const Noise& noise, float x, float y, float pixels, float sun_x) {
    const ThingSeen leaves = crown(t, noise, x, y, pixels, sun_x, 0.6F, 0.36F, 0.38F);
    if (y > 0.5F) return leaves;
    const float wide = 0.028F + 0.02F * std::max(0.0F, 0.12F - y);
    const ThingSeen trunk{covered(wide - std::abs(x), pixels) * covered(y, pixels), kBark};
    return over(leaves, trunk);
}

ThingSeen fir(const Thing& t, const Noise& noise, float x, float y, float pixels, float sun_x) {
    const float needles = grain(noise, x, y * 1.5F, pixels, t.key, 7, 0.8F);
    const float step = y * 9 - std::floor(y * 9);
    const float wide = 0.24F * (1 - y) * (1.05F - 0.35F * step + 0.35F * needles);
    const float cover = covered(wide - std::abs(x), pixels) * covered(y - 0.06F, pixels);
    const float lit = 1 + 1.2F * sun_x * x / std::max(0.05F, wide) * 0.4F + 0.5F * needles - 0.35F * step +
                      0.5F * grain(noise, x, y, pixels, t.key + 5, 50, 0.9F, 3);
    const ThingSeen leaves{cover, kFir * std::clamp(lit, 0.2F, 2.2F)};
    if (y > 0.1F) return leaves;
    return over(leaves, {covered(0.02F - std::abs(x), pixels) * covered(y, pixels), kBark});
}

ThingSeen wall(const Thing& t, const Noise& noise, float x, float y, float pixels) {
    const float plaster = grain(noise, x, y, pixels, t.key, 9, 0.7F);
    Colour3 colour = chosen(kWalls, t.key, 2) * (1 + 0.10F * plaster);
    const float column = (x + 0.9F) / 0.36F, in_column = column - std::floor(column) - 0.5F;
    for (const float sill : {0.14F, 0.38F}) {
        const float inside = std::min(0.20F - std::abs(in_column), (0.07F - std::abs(y - sill)) / 0.36F) * 0.36F;
        const bool door = sill < 0.2F && static_cast<int>(column) == 2;
        const float lower = door ? std::min(0.2F - std::abs(in_column), (0.22F - y) / 0.36F) * 0.36F : inside;
        colour = mix(colour, door ? kDoor : kWindow, covered(lower, pixels));
    }
    const float inside = std::min({0.86F - std::abs(x), 0.53F - y, y});
    return {covered(inside, pixels), colour};
}

ThingSeen house(const Thing& t, const Noise& noise, float x, float y, float pixels) {
    const float tiles = grain(noise, x * 3, y * 6, pixels / 6, t.key + 9, 4, 0.8F);
    const float slope = (0.97F - 0.55F * (y - 0.5F) / 0.42F) - std::abs(x);
    const ThingSeen roof{covered(std::min({slope, y - 0.5F, 0.92F - y}), pixels),
                         chosen(kRoofs, t.key, 3) * (1 + 0.3F * tiles)};
    const ThingSeen chimney{covered(std::min({0.05F - std::abs(x - 0.3F), 1.0F - y, y - 0.8F}), pixels), kBark * 2};
    return over(roof, over(chimney, wall(t, noise, x, y, pixels)));
}

ThingSeen rock(const Thing& t, const Noise& noise, float x, float y, float pixels, float sun_x) {
    const float stone = grain(noise, x, y, pixels, t.key, 3, 0.75F);
    const float inside = 0.9F - std::sqrt(x * x * 0.55F + y * y) + 0.22F * stone;
    const float lit = 0.9F + 0.3F * y + 0.25F * sun_x * x + 0.6F * stone;
    return {covered(std::min(inside, y + 0.05F), pixels), kStone * std::clamp(lit, 0.25F, 1.8F)};
}

}  // namespace

double half_width(ThingKind kind) {
    switch (kind) {
        case ThingKind::tree: return 0.56;
        case ThingKind::fir: return 0.32;
        case ThingKind::house: return 1.05;
        case ThingKind::rock: return 1.6;
        default: return 0.95;
    }
}

ThingSeen seen_thing(const Thing& thing, const Noise& noise, float x, float y, float pixels, float sun_x) {
    switch (thing.kind) {
        case ThingKind::tree: return tree(thing, noise, x, y, pixels, sun_x);
        case ThingKind::fir: return fir(thing, noise, x, y, pixels, sun_x);
        case ThingKind::house: return house(thing, noise, x, y, pixels);
        case ThingKind::rock: return rock(thing, noise, x, y, pixels, sun_x);
        default: return crown(thing, noise, x, y, pixels, sun_x, 0.42F, 0.6F, 0.42F);
    }
}

}  // namespace nightstack::device::sim
