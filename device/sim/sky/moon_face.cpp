// SPDX-License-Identifier: MIT
#include "device/sim/sky/moon_face.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/sim/landscape/colour3.h"
#include "device/sim/landscape/noise.h"
#include "device/sim/sky/attitude.h"
#include "pipeline/sky/random.h"

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;
constexpr std::uint64_t kSeed = 1609;  // every Moon is the same
constexpr float kHighland = 0.165F, kMare = 0.075F;

// Places and sizes: Gazetteer of Planetary Nomenclature (IAU, USGS), rounded; what is no circle is several.
struct Spot {
    double latitude_deg, longitude_deg, radius_deg;
    double strength;  // of maria: how dark; of craters: how bright their rays
};
constexpr Spot kMaria[] = {
    {33, -16, 18.5, 0.9},   {28, 17.5, 11.2, 1},   {8.5, 31, 14, 1},      {17, 59, 8.2, 1},
    {-7.8, 51.3, 12, 0.9},  {-15.2, 35.5, 5.6, 1}, {-21.3, -16.6, 11, 1}, {-24.4, -38.6, 6.4, 1},
    {18, -57, 16, 1},       {2, -47, 13, 0.95},    {38, -54, 11, 0.9},    {7.5, -31, 9, 0.9},
    {-10, -23, 6.5, 1},     {56, -35, 5, 0.7},     {58, -15, 5, 0.7},     {57, 4, 5, 0.7},
    {55, 22, 5, 0.7},       {51, 38, 4, 0.6},      {13.3, 3.6, 4, 0.9},   {2.4, 1.7, 3, 0.8},
    {56.8, 81.5, 4, 0.8},   {1.3, 87.5, 6, 0.8},   {13, 86, 5, 0.7},      {-5.2, -68.6, 2.8, 1.1},
    {51.6, -9.4, 1.7, 1.1}, {-38, 90, 9, 0.5},     {-3, -8, 5, 0.6},      {7, -55, 9, 0.9},
    {-14, -45, 7, 0.7}};
constexpr Spot kRayed[] = {{-43.3, -11.2, 1.4, 1},   {9.6, -20.1, 1.5, 0.8}, {8.1, -38, 0.55, 0.7},
                           {23.7, -47.5, 0.7, 1.2},  {16.1, 46.9, 0.5, 0.7}, {-8.9, 61, 2.2, 0.35},
                           {-11.9, 39.4, 0.9, 0.15}, {57.7, 61.5, 0.8, 0.5}, {-32.5, 54.2, 1.3, 0.5}};
// Theophilus, Cyrillus, Catharina, Ptolemaeus, Alphonsus, Arzachel, Clavius, Maginus, Longomontanus, Schickard,
// Gassendi, Petavius, Posidonius, Atlas, Hercules, Eudoxus, Aristoteles, Archimedes, Eratosthenes, Albategnius,
// Hipparchus, Maurolycus, Stoefler, Walther, Deslandres, Cleomedes, Janssen, Furnerius.
constexpr Spot kCraters[] = {
    {-11.4, 26.4, 1.65, 1},   {-13.2, 24, 1.6, 0.7},    {-18, 23.4, 1.65, 0.6},   {-9.2, -1.8, 2.5, 0.6},
    {-13.4, -2.8, 1.95, 0.7}, {-18.2, -1.9, 1.6, 1},    {-58.4, -14.4, 3.8, 0.7}, {-50.5, -6.3, 2.6, 0.6},
    {-49.6, -21.8, 2.4, 0.6}, {-44.4, -54.6, 3.5, 0.5}, {-17.5, -39.9, 1.8, 0.7}, {-25.3, 60.4, 2.9, 0.9},
    {31.8, 29.9, 1.6, 0.6},   {46.7, 44.4, 1.45, 0.9},  {46.7, 39.1, 1.15, 0.8},  {44.3, 16.3, 1.1, 1},
    {50.2, 17.4, 1.45, 1},    {29.7, -4, 1.35, 0.6},    {14.5, -11.3, 0.95, 1},   {-11.2, 4.1, 2.2, 0.7},
    {-5.5, 4.8, 2.5, 0.5},    {-41.8, 14, 1.9, 0.8},    {-41.1, 6, 2.1, 0.6},     {-33, 0.7, 2.2, 0.7},
    {-32.5, -5.2, 3.9, 0.4},  {27.7, 55.5, 2.1, 0.7},   {-44.9, 41.5, 3.1, 0.5},  {-36.3, 60.4, 2.1, 0.6}};

Vec3 direction(double latitude_deg, double longitude_deg) {
    const double c = std::cos(latitude_deg * kRad);
    return {c * std::cos(longitude_deg * kRad), c * std::sin(longitude_deg * kRad), std::sin(latitude_deg * kRad)};
}

// With what tells at once that a place is too far away.
struct Reach {
    Spot spot;
    Vec3 middle;
    double cosine;
};
template <std::size_t n>
std::vector<Reach> reaches(const Spot (&spots)[n], double radii) {
    std::vector<Reach> all;
    for (const Spot& s : spots)
        all.push_back({s, direction(s.latitude_deg, s.longitude_deg), std::cos(radii * s.radius_deg * kRad)});
    return all;
}

// In the spot's radii; beyond its reach a large number.
double away(const Vec3& d, const Reach& r) {
    const double cosine = dot(d, r.middle);
    return cosine < r.cosine ? 1e9 : std::acos(std::min(cosine, 1.0)) / kRad / r.spot.radius_deg;
}

constexpr double kMareReach = 1.4, kRayReach = 40;

float dark(const Vec3& d, float ragged, const std::vector<Reach>& maria) {
    float most = 0;
    for (const Reach& r : maria) {
        const double distance = away(d, r);
        if (distance > kMareReach) continue;
        const float inside = ramp(1.1F, 0.85F, static_cast<float>(distance) + 0.22F * ragged);
        most = std::max(most, inside * static_cast<float>(r.spot.strength));
    }
    return std::min(most, 1.05F);
}

// Streaks that run away from a crater, and its bright ground.
float rays(const Vec3& d, double latitude_deg, double longitude_deg, const Noise& noise,
           const std::vector<Reach>& craters) {
    float all = 0;
    std::uint32_t key = 50;
    for (const Reach& r : craters) {
        const Spot& crater = r.spot;
        key += 1000;
        const double distance = away(d, r);
        if (distance > kRayReach) continue;
        const double angle = std::atan2((longitude_deg - crater.longitude_deg) * std::cos(latitude_deg * kRad),
                                        latitude_deg - crater.latitude_deg) /
                                 (2 * std::numbers::pi) +
                             0.5;
        const float streak =
            std::max(0.0F, noise.at(angle * 24, 0.5, 24, key) + 0.5F * noise.at(angle * 64, distance / 9, 64, key + 9));
        const auto near = static_cast<float>(std::exp(-distance / 2));
        const auto far = static_cast<float>(std::exp(-distance / 13));
        all += static_cast<float>(crater.strength) * (0.07F * near + 0.055F * far * streak);
    }
    return all;
}

}  // namespace

MoonFace::MoonFace() : ground_(static_cast<std::size_t>(kColumns) * kRows) {
    paint();
    dig_known();
    dig_chance();
}

void MoonFace::paint() {
    const Noise noise(kSeed);
    const std::vector<Reach> maria = reaches(kMaria, kMareReach), craters = reaches(kRayed, kRayReach);
    const SeenOctaves shore({18, 6, 0.6F, 1}, 1.0 / kPerDegree), patches({40, 6, 0.7F, 2}, 1.0 / kPerDegree);
    for (int row = 0; row < kRows; ++row) {
        const double latitude = 90 - (row + 0.5) / kPerDegree;
        for (int column = 0; column < kColumns; ++column) {
            const double east = (column + 0.5) / kPerDegree, longitude = east - 180;
            const Vec3 d = direction(latitude, longitude);
            const float mare = dark(d, shore.at(noise, east, latitude), maria);
            const float ground = kHighland + (kMare - kHighland) * mare;
            const float patch = 1 + (0.10F - 0.02F * mare) * patches.at(noise, east, latitude);
            cell(row, column).albedo = ground * patch + rays(d, latitude, longitude, noise, craters);
        }
    }
}

// A bowl with a wall about it.
void MoonFace::dig(double latitude_deg, double longitude_deg, double radius_deg, float depth) {
    constexpr double kReach = 1.5;
    const double shrink = std::max(0.05, std::cos(latitude_deg * kRad)), reach = kReach * radius_deg;
    const auto row_of = [](double latitude) { return static_cast<int>(std::floor((90 - latitude) * kPerDegree)); };
    const int half = static_cast<int>(reach / shrink * kPerDegree) + 1;
    const int middle = static_cast<int>((longitude_deg + 180) * kPerDegree);
    for (int row = std::max(0, row_of(latitude_deg + reach)); row <= std::min(kRows - 1, row_of(latitude_deg - reach));
         ++row) {
        for (int i = middle - half; i <= middle + half; ++i) {
            const double dy = 90 - (row + 0.5) / kPerDegree - latitude_deg;
            const double dx = ((i + 0.5) / kPerDegree - 180 - longitude_deg) * shrink;
            const double away = std::hypot(dx, dy), t = away / radius_deg;
            if (t > kReach || away == 0) continue;
            const double slope = t < 1 ? std::pow(t, 3) : -1.3 * (kReach - t);
            Ground& g = cell(row, ((i % kColumns) + kColumns) % kColumns);
            g.east += depth * static_cast<float>(slope * dx / away);
            g.north += depth * static_cast<float>(slope * dy / away);
        }
    }
}

void MoonFace::dig_known() {
    for (const Spot& c : kCraters)
        dig(c.latitude_deg, c.longitude_deg, c.radius_deg, 0.5F * static_cast<float>(c.strength));
    for (const Spot& c : kRayed) dig(c.latitude_deg, c.longitude_deg, c.radius_deg, 0.5F);
}

void MoonFace::dig_chance() {
    constexpr int kCount = 6000;
    constexpr double kSmallest_deg = 0.35, kLargest_deg = 3;
    const std::uint64_t key = sky::stream_key(kSeed, 1);
    for (std::uint64_t i = 0; i < kCount; ++i) {
        const auto chance = [&](std::uint64_t what) { return sky::uniform_at(key, 4 * i + what); };
        const double latitude = std::asin(2 * chance(0) - 1) / kRad, longitude = 360 * chance(1) - 180;
        const double radius = std::min(kLargest_deg, kSmallest_deg / std::sqrt(chance(2)));
        const bool mare = at(latitude, longitude).albedo < 0.5F * (kHighland + kMare);
        if (mare && chance(3) < 0.85) continue;  // younger ground
        dig(latitude, longitude, radius, 0.4F);
    }
}

MoonFace::Ground MoonFace::at(double latitude_deg, double longitude_deg) const {
    const double y = std::clamp((90 - latitude_deg) * kPerDegree - 0.5, 0.0, kRows - 1.001);
    double x = (longitude_deg + 180) * kPerDegree - 0.5;
    if (x < 0) x += kColumns;
    const int row = static_cast<int>(y), column = std::min(static_cast<int>(x), kColumns - 1);
    const auto fy = static_cast<float>(y - row), fx = static_cast<float>(x - column);
    const auto mixed = [&](auto part) {
        const auto value = [&](int r, int c) {
            return ground_[static_cast<std::size_t>(r * kColumns + c % kColumns)].*part;
        };
        const float top = value(row, column) * (1 - fx) + value(row, column + 1) * fx;
        const float bottom = value(row + 1, column) * (1 - fx) + value(row + 1, column + 1) * fx;
        return top * (1 - fy) + bottom * fy;
    };
    return {mixed(&Ground::albedo), mixed(&Ground::east), mixed(&Ground::north)};
}

}  // namespace nightstack::device::sim
