// SPDX-License-Identifier: MIT
// Chance that is smooth: value noise on a lattice, which closes around the horizon, and sums of its octaves, of which
// those that are too fine for a pixel are left out. Pure functions of the seed; read by any number of threads.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace nightstack::device::sim {

class Noise {
public:
    explicit Noise(std::uint64_t seed);

    static constexpr int kEndless = 1 << 30;

    // In -1..1, mean 0. Cells have sides of 1; `u` closes after `around` cells (0 <= u <= around), kEndless: never,
    // then u may be negative. `key`: another noise.
    float at(double u, double v, int around, std::uint32_t key) const {
        const std::int32_t iu = below(u), iv = below(v);
        const float x = eased(static_cast<float>(u - iu)), y = eased(static_cast<float>(v - iv));
        const std::int32_t u0 = iu >= around ? iu - around : iu;
        const std::int32_t u1 = u0 + 1 == around ? 0 : u0 + 1;
        const auto row = static_cast<std::uint32_t>(iv) + key;
        const std::uint32_t top = hashed(row), bottom = hashed(row + 1);
        const float a = value(top, u0), b = value(top, u1), c = value(bottom, u0), d = value(bottom, u1);
        const float upper = a + (b - a) * x, lower = c + (d - c) * x;
        return upper + (lower - upper) * y;
    }

    // A number in 0..1 for a cell: what stands there.
    static float chance(std::int32_t u, std::int32_t v, std::uint32_t key) {
        return static_cast<float>(hashed(hashed(static_cast<std::uint32_t>(u) + key) ^ static_cast<std::uint32_t>(v)) >>
                                  8) *
               0x1p-24F;
    }

private:
    static constexpr std::uint32_t kMask = 0xffff;
    // floor(), which without newer instructions is a call.
    static std::int32_t below(double v) {
        const auto i = static_cast<std::int32_t>(v);
        return i - static_cast<std::int32_t>(v < i);
    }
    static float eased(float t) { return t * t * (3 - 2 * t); }
    static std::uint32_t hashed(std::uint32_t h) {
        h = (h ^ (h >> 16)) * 0x85ebca6bU;
        h = (h ^ (h >> 13)) * 0xc2b2ae35U;
        return h ^ (h >> 16);
    }
    float value(std::uint32_t row, std::int32_t u) const {
        return values_[(row + static_cast<std::uint32_t>(u)) & kMask];
    }

    std::vector<float> values_;
};

// Octaves of noise over azimuth and height in degrees, each of half the size of the one before.
struct Octaves {
    int first = 10;     // cells around the horizon of the coarsest
    int count = 8;      // at most kMost
    float gain = 0.5F;  // of an octave over the one before
    std::uint32_t key = 0;
    static constexpr int kMost = 18;
};

// Octaves as a pixel of a size shows them: faded out between cells of 4 and of 2 pixels.
class SeenOctaves {
public:
    SeenOctaves(const Octaves& octaves, double pixel_deg);
    // About -1..1. `azimuth_deg` in 0..360, `height_deg` any.
    float at(const Noise& noise, double azimuth_deg, double height_deg) const {
        return sum(noise, azimuth_deg, height_deg, 0, count_);
    }
    // The same in two parts: what changes little over some ten pixels, and the rest.
    float coarse(const Noise& noise, double azimuth_deg, double height_deg) const {
        return sum(noise, azimuth_deg, height_deg, 0, coarse_);
    }
    float fine(const Noise& noise, double azimuth_deg, double height_deg) const {
        return sum(noise, azimuth_deg, height_deg, coarse_, count_);
    }

private:
    struct Part {
        double per_deg = 1;
        int around = 1;
        std::uint32_t key = 0;
        float weight = 0;
    };
    float sum(const Noise& noise, double azimuth_deg, double height_deg, int from, int to) const {
        float sum = 0;
        for (int i = from; i < to; ++i) {
            const Part& p = parts_[static_cast<std::size_t>(i)];
            sum += p.weight * noise.at(azimuth_deg * p.per_deg, height_deg * p.per_deg, p.around, p.key);
        }
        return sum;
    }

    std::array<Part, Octaves::kMost> parts_{};
    int count_ = 0;
    int coarse_ = 0;  // of these
};

}  // namespace nightstack::device::sim
