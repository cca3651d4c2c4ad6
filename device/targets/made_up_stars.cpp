// SPDX-License-Identifier: MIT
#include "device/targets/made_up_stars.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace nightstack::device {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kStep = 0.25;                  // magnitudes made at a time
constexpr double kReal = 11;                    // where the real stars end at the latest
constexpr double kBright = 10;                  // V of the atlas's density
constexpr double kFaint = 16.5;                 // V of kFaintSlope
constexpr double kInStep = 0.4;                 // slope within a step
constexpr double kSpread = 0.2589254117941673;  // 10 to the kInStep * kStep, less 1

// North galactic pole, J2000: 192.85948, 27.12825.
constexpr UnitVector kGalacticPole{-0.8676661, -0.1980764, 0.4559838};

// d(log10 density)/dV at |b|.
constexpr std::array kLatitude{0.0, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0};
constexpr std::array kBrightSlope{0.44, 0.43, 0.42, 0.40, 0.385, 0.355, 0.35};
constexpr std::array kFaintSlope{0.33, 0.321, 0.279, 0.222, 0.193, 0.152, 0.145};

// B-V below which a tenth, two tenths ... of the stars are, in the plane and towards the poles (XHIP, V 7 to 9).
constexpr std::array kPlaneColours{-0.2, -0.02, 0.05, 0.14, 0.26, 0.42, 0.56, 0.87, 1.09, 1.39, 2.0};
constexpr std::array kPoleColours{-0.1, 0.28, 0.41, 0.49, 0.57, 0.75, 0.97, 1.07, 1.18, 1.40, 1.7};

// splitmix64: the same on every machine, which the standard library's distributions do not promise.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    double chance() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

private:
    std::uint64_t state_;
};

double at_latitude(const std::array<double, 7>& values, double latitude) {
    std::size_t i = 1;
    while (i + 1 < kLatitude.size() && latitude > kLatitude[i]) ++i;
    const double part = (latitude - kLatitude[i - 1]) / (kLatitude[i] - kLatitude[i - 1]);
    return std::lerp(values[i - 1], values[i], part);
}

double sine_of_latitude(const StarPack& pack, int cell) {
    return std::abs(dot(pack.cells()[cell].middle, kGalacticPole));
}

// log10 of the density at V over that at V 10.
double growth(double latitude, double magnitude) {
    const double bright = at_latitude(kBrightSlope, latitude);
    const double faint = at_latitude(kFaintSlope, latitude);
    const double beyond = magnitude - kBright;
    const double bend = beyond > 0 ? (bright - faint) / (kFaint - kBright) / 2 : 0;
    return beyond * (bright - bend * beyond);
}

int real_between(const StarPack& pack, int cell, double from, double to) {
    int count = 0;
    for (std::size_t star = pack.begin_of(cell); star < pack.end_of(cell); ++star)
        count += pack.magnitude(star) >= from && pack.magnitude(star) < to;
    return count;
}

AtlasStar throw_star(const SkyCell& cell, double from, double towards_pole, Dice& dice) {
    AtlasStar star;
    star.real = false;
    star.place.ra_deg = cell.corner.ra_deg + cell.width_deg * dice.chance();
    const double south = std::sin(cell.corner.dec_deg * kDegree);
    const double north = std::sin((cell.corner.dec_deg + cell.height_deg) * kDegree);
    star.place.dec_deg = std::asin(std::clamp(std::lerp(south, north, dice.chance()), -1.0, 1.0)) / kDegree;
    star.magnitude = static_cast<float>(from + std::log10(1 + kSpread * dice.chance()) / kInStep);
    const double tenth = 10 * dice.chance();
    const auto below = static_cast<std::size_t>(tenth);
    const double part = tenth - static_cast<double>(below);
    const double plane = std::lerp(kPlaneColours[below], kPlaneColours[below + 1], part);
    const double pole = std::lerp(kPoleColours[below], kPoleColours[below + 1], part);
    star.colour = static_cast<float>(std::lerp(plane, pole, std::min(1.0, 2 * towards_pole)));
    return star;
}

}  // namespace

double star_density(const StarPack& pack, int cell, double magnitude) {
    const double latitude = std::asin(std::min(1.0, sine_of_latitude(pack, cell))) / kDegree;
    return pack.density_at_ten(cell) * std::pow(10, growth(latitude, magnitude));
}

void append_made_up(const StarPack& pack, int cell, double faintest, std::uint64_t seed, std::vector<AtlasStar>& out) {
    const SkyCell& frame = pack.cells()[cell];
    const double towards_pole = sine_of_latitude(pack, cell);
    const double end = std::min(faintest, kFaintestMadeUp);
    for (double from = pack.complete_to(cell); from < end; from += kStep) {
        const auto quarter = static_cast<std::uint64_t>(std::lround(from / kStep));
        Dice dice(Dice(Dice(seed).next() ^ static_cast<std::uint64_t>(cell)).next() ^ quarter);
        double wanted = star_density(pack, cell, from + kStep / 2) * kStep * frame.area_deg2;
        if (from < kReal) wanted -= real_between(pack, cell, from, from + kStep);
        const auto count = static_cast<long>(std::floor(wanted + dice.chance()));
        for (long i = 0; i < count; ++i) {
            const AtlasStar star = throw_star(frame, from, towards_pole, dice);
            if (star.magnitude < faintest) out.push_back(star);
        }
    }
}

}  // namespace nightstack::device
