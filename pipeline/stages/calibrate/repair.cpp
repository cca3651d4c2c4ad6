// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/cosmetic.h"
#include "pipeline/stages/calibrate/pixel_rows.h"
#include "pipeline/stages/calibrate/repair_rows.h"

namespace nightstack {
namespace {

struct Offset {
    int dx;
    int dy;
};
using Ring = std::array<Offset, 4>;

constexpr Ring kAxial1{{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}};
constexpr Ring kDiagonal1{{{-1, -1}, {1, -1}, {-1, 1}, {1, 1}}};
constexpr Ring kAxial2{{{-2, 0}, {2, 0}, {0, -2}, {0, 2}}};
constexpr Ring kDiagonal2{{{-2, -2}, {2, -2}, {-2, 2}, {2, 2}}};

// Same-colour neighbours, the nearer ring first.
struct Neighbours {
    const Ring& near;
    const Ring& far;
};

Neighbours neighbours_of(const std::optional<CfaPattern>& pattern, int x, int y) {
    if (!pattern) return {kAxial1, kDiagonal1};
    if (colour_at(*pattern, x, y) == Colour::green) return {kDiagonal1, kAxial2};
    return {kAxial2, kDiagonal2};
}

void check_where(ImageView<float> region, const Rect& where, const Rect& sensor) {
    const bool same = region.same_size(where.width, where.height);
    if (same && sensor.contains(where)) return;
    throw OptionError("repair: a region of " + std::to_string(region.width()) + "x" + std::to_string(region.height()) +
                      " pixels given as " + std::to_string(where.width) + "x" + std::to_string(where.height) + " at " +
                      std::to_string(where.x) + "," + std::to_string(where.y) + " of a sensor of " +
                      std::to_string(sensor.width) + "x" + std::to_string(sensor.height));
}

// The middle of the usable neighbours of sensor pixel (x, y), if there are any.
template <class IsDefect>
std::optional<float> replacement(ImageView<float> region, const Rect& where, const Neighbours& neighbours, int x, int y,
                                 IsDefect is_defect) {
    std::array<float, 8> values{};  // ascending
    std::size_t count = 0;
    for (const Ring* ring : {&neighbours.near, &neighbours.far}) {
        for (const auto [dx, dy] : *ring) {
            if (!where.contains({x + dx, y + dy, 1, 1}) || is_defect(x + dx, y + dy)) continue;
            const float v = region(x + dx - where.x, y + dy - where.y);
            if (!std::isfinite(v)) continue;
            std::size_t k = count++;
            for (; k > 0 && values[k - 1] > v; --k) values[k] = values[k - 1];
            values[k] = v;
        }
        if (count >= 3) break;
    }
    if (count == 0) return std::nullopt;
    const float low = values[(count - 1) / 2];
    return low + 0.5F * (values[count / 2] - low);
}

}  // namespace

int repair(ImageView<float> region, const Rect& where, const DefectMap& map, std::optional<CfaPattern> sensor_pattern) {
    return repair_rows(region, where, map, sensor_pattern, where.y, where.bottom());
}

int repair_rows(ImageView<float> region, const Rect& where, const DefectMap& map,
                std::optional<CfaPattern> sensor_pattern, int begin, int end) {
    check_where(region, where, {0, 0, map.width(), map.height()});
    const auto is_defect = [&](int x, int y) { return map.contains(x, y); };
    int replaced = 0;
    for (int y = begin; y < end; ++y) {
        const std::span<const int> columns = map.row(y);
        for (auto x = std::lower_bound(columns.begin(), columns.end(), where.x);
             x != columns.end() && *x < where.right(); ++x) {
            const auto value = replacement(region, where, neighbours_of(sensor_pattern, *x, y), *x, y, is_defect);
            if (!value) continue;
            region(*x - where.x, y - where.y) = *value;
            ++replaced;
        }
    }
    return replaced;
}

bool all_finite(ImageView<const float> plane) {
    for (int y = 0; y < plane.height(); ++y) {
        if (!all_finite(plane.row_data(y), plane.width())) return false;
    }
    return true;
}

int repair_missing(ImageView<float> region, const Rect& where, const Rect& sensor,
                   std::optional<CfaPattern> sensor_pattern) {
    check_where(region, where, sensor);
    // All values are found before any is written: a repaired pixel must not serve its neighbours, or
    // the result would depend on where a tile begins.
    std::vector<std::pair<float*, float>> found;
    for (int y = 0; y < region.height(); ++y) {
        float* row = region.row_data(y);
        if (all_finite(row, region.width())) continue;
        for (int x = 0; x < region.width(); ++x) {
            if (std::isfinite(row[x])) continue;
            const int sx = where.x + x;
            const int sy = where.y + y;
            const auto value = replacement(region, where, neighbours_of(sensor_pattern, sx, sy), sx, sy,
                                           [](int, int) { return false; });
            if (value) found.emplace_back(row + x, *value);
        }
    }
    for (const auto& [pixel, value] : found) *pixel = value;
    return static_cast<int>(found.size());
}

}  // namespace nightstack
