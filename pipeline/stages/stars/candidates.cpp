// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/candidates.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/stages/stars/luminance.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

constexpr int kBorder = 3;
constexpr int kScanRows = 32;

// Thresholds of one row: at the mesh's columns, and which columns enclose a block; room for its maxima.
struct RowThresholds {
    std::vector<float> nodes;
    std::vector<float> least;
    std::vector<int> maxima;
    const std::vector<std::pair<int, int>>& columns;

    // Into `out`, per block; raw pointers because this runs for every row of the frame.
    void least_per_block(float* out) const {
        const float* node = nodes.data();
        for (const auto& [first, last] : columns) {
            float lowest = node[first];
            for (int i = first + 1; i <= last; ++i) lowest = std::min(lowest, node[i]);
            *out++ = lowest;
        }
    }
};

void scan_row(std::vector<Candidate>& out, const StarField& field, RowThresholds& thresholds, int y) {
    const ImageView<const float>& plane = field.luminance;
    const float* here = plane.row_data(y);
    thresholds.least_per_block(thresholds.least.data());
    int* const columns = thresholds.maxima.data();
    const int count = row_maxima(columns, {plane.row_data(y - 1), here, plane.row_data(y + 1)},
                                 field.highest.row_data(y), thresholds.least.data(), kBorder, plane.width() - kBorder);
    for (int i = 0; i < count; ++i) {
        const int x = columns[i];
        if (!(here[x] > field.mesh->between_nodes(thresholds.nodes, x))) continue;
        out.push_back({x, y, here[x] - field.mesh->level(x, y), 0});
    }
}

bool brighter(const Candidate& a, const Candidate& b) {
    if (a.peak != b.peak) return a.peak > b.peak;
    return a.y != b.y ? a.y < b.y : a.x < b.x;
}

// Steps from the peak until luminance falls below half of it, linear between the last two.
float steps_to_half(const StarField& field, const Candidate& c, int dx, int dy) {
    constexpr int kFarthest = 32;
    const float half = c.peak / 2;
    const float level = field.luminance.row_data(c.y)[c.x] - c.peak;
    float last = c.peak;
    for (int i = 1; i <= kFarthest; ++i) {
        const int x = c.x + i * dx;
        const int y = c.y + i * dy;
        if (x < 0 || y < 0 || x >= field.luminance.width() || y >= field.luminance.height()) {
            return static_cast<float>(i);
        }
        const float now = field.luminance.row_data(y)[x] - level;
        if (!(now >= half)) {
            const float part = std::isfinite(now) ? (last - half) / (last - now) : 0.5F;
            return static_cast<float>(i - 1) + part;
        }
        last = now;
    }
    return kFarthest;
}

float half_width(const StarField& field, const Candidate& c) {
    return 0.25F * (steps_to_half(field, c, 1, 0) + steps_to_half(field, c, -1, 0) + steps_to_half(field, c, 0, 1) +
                    steps_to_half(field, c, 0, -1));
}

// Kept candidates by squares of the frame, so that only near ones are compared.
class Neighbourhood {
public:
    static constexpr int kSquare = 48;  // nothing reaches farther

    Neighbourhood(int width, int height)
        : columns_(width / kSquare + 1),
          rows_(height / kSquare + 1),
          first_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), -1) {}

    void add(const Candidate& c, int index) {
        next_.resize(static_cast<std::size_t>(index) + 1);
        int& head = first_[square(c.x / kSquare, c.y / kSquare)];
        next_[static_cast<std::size_t>(index)] = head;
        head = index;
    }
    template <class Test>
    bool any_near(const Candidate& c, Test&& test) const {
        const int cx = c.x / kSquare;
        const int cy = c.y / kSquare;
        for (int y = std::max(0, cy - 1); y <= std::min(rows_ - 1, cy + 1); ++y) {
            for (int x = std::max(0, cx - 1); x <= std::min(columns_ - 1, cx + 1); ++x) {
                for (int i = first_[square(x, y)]; i >= 0; i = next_[static_cast<std::size_t>(i)]) {
                    if (test(i)) return true;
                }
            }
        }
        return false;
    }

private:
    std::size_t square(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x);
    }
    int columns_;
    int rows_;
    std::vector<int> first_;
    std::vector<int> next_;
};

// Could `c` be a ripple of the photon noise on the image of `star`? The wing is that of a Moffat
// profile with exponent 2, wider than real ones, so that the doubtful are left out.
bool on_wing(const Candidate& star, const Candidate& c) {
    const float dx = static_cast<float>(c.x - star.x);
    const float dy = static_cast<float>(c.y - star.y);
    const float r2 = dx * dx + dy * dy;
    const float core = std::max(1.2F, star.half_width_px);
    if (r2 <= 1.7F * 1.7F * core * core) return true;
    if (r2 > static_cast<float>(Neighbourhood::kSquare * Neighbourhood::kSquare)) return false;
    const float t = 1 + 0.41F * r2 / (core * core);
    return c.peak < 1.2F * star.peak / (t * t);
}

}  // namespace

float StarField::sigma(double x, double y) const { return std::max(sigma_floor, mesh->sigma(x, y)); }

float StarField::noise(double x, double y) const { return sigma(x, y) / static_cast<float>(kLuminanceNoise); }

void fetch_ahead(ImageView<const float> plane, int x, int y, int reach) {
    constexpr int kLine = 16;  // pixels
    const int left = std::max(0, x - reach);
    const int right = std::min(plane.width() - 1, x + reach);
    for (int j = std::max(0, y - reach); j <= std::min(plane.height() - 1, y + reach); ++j) {
        const float* row = plane.row_data(j);
        for (int i = left; i < right; i += kLine) __builtin_prefetch(row + i);
        __builtin_prefetch(row + right);
    }
}

std::array<float, 4> phase_levels(ImageView<const float> plane, ImageView<const float> luminance) {
    std::array<std::vector<float>, 4> differences;
    const int step = std::max(1, plane.height() / 64) | 1;  // odd: both row phases are met
    const int step_x = std::max(1, plane.width() / 256) | 1;
    for (int y = 0; y < plane.height(); y += step) {
        for (int x = 0; x < plane.width(); x += step_x) {
            const float d = plane.row_data(y)[x] - luminance.row_data(y)[x];
            if (std::isfinite(d)) differences[static_cast<std::size_t>((x & 1) + 2 * (y & 1))].push_back(d);
        }
    }
    std::array<float, 4> levels{};
    for (std::size_t i = 0; i < 4; ++i) levels[i] = median_in_place(std::span(differences[i]));
    return levels;
}

void scan_maxima(std::vector<Candidate>& out, std::vector<std::vector<Candidate>>& bands, const StarField& field,
                 float k_sigma, Runner& runner) {
    out.clear();
    const int width = field.luminance.width();
    const int height = field.luminance.height();
    if (width <= 2 * kBorder || height <= 2 * kBorder) return;
    const int count = (height + kScanRows - 1) / kScanRows;
    bands.resize(static_cast<std::size_t>(count));
    const std::vector<std::pair<int, int>> columns = field.mesh->enclosing_columns(kScanBlock);
    parallel_rows(
        runner, count,
        [&](int band) {
            std::vector<Candidate>& mine = bands[static_cast<std::size_t>(band)];
            mine.clear();
            RowThresholds thresholds{
                {}, std::vector<float>(columns.size()), std::vector<int>(static_cast<std::size_t>(width) + 1), columns};
            const int end = std::min(height - kBorder, (band + 1) * kScanRows);
            for (int y = std::max(kBorder, band * kScanRows); y < end; ++y) {
                field.mesh->threshold_nodes(thresholds.nodes, y, k_sigma);
                scan_row(mine, field, thresholds, y);
            }
        },
        /*grain=*/1);
    for (const auto& band : bands) out.insert(out.end(), band.begin(), band.end());
}

bool is_hot_pixel(const StarField& field, const Candidate& c) {
    int bx = c.x;
    int by = c.y;
    const float level = field.luminance.row_data(c.y)[c.x] - c.peak;
    float best = field.excess(bx, by, level);
    for (int y = c.y - 1; y <= c.y + 1; ++y) {
        for (int x = c.x - 1; x <= c.x + 1; ++x) {
            const float e = field.excess(x, y, level);
            if (e > best) {
                best = e;
                bx = x;
                by = y;
            }
        }
    }
    if (!(best > 4 * field.noise(bx, by))) return false;
    float sum = 0;
    float second = 0;
    for (int y = by - 1; y <= by + 1; ++y) {
        for (int x = bx - 1; x <= bx + 1; ++x) {
            if (x == bx && y == by) continue;
            const float e = field.excess(x, y, level);
            sum += e;
            second = std::max(second, e);
        }
    }
    // A star of FWHM 1.2 px on a pixel centre has 1.1 of its peak in the ring, 0.9 without the best
    // of them; a red one of FWHM 2 px on a red pixel still 1.
    return sum < 0.5F * best || sum - second < 0.3F * best;
}

int keep_distinct(std::vector<Candidate>& kept, std::vector<Candidate>& found, const StarField& field, int most) {
    kept.clear();
    std::sort(found.begin(), found.end(), brighter);
    Neighbourhood near(field.luminance.width(), field.luminance.height());
    constexpr int kAhead = 6;
    constexpr int kNear = 4;  // to half the peak of most
    int looked_at = 0;
    for (Candidate& c : found) {
        if (static_cast<int>(kept.size()) >= most) break;
        if (looked_at + kAhead < static_cast<int>(found.size())) {
            const Candidate& later = found[static_cast<std::size_t>(looked_at + kAhead)];
            fetch_ahead(field.plane, later.x, later.y, 2);
            fetch_ahead(field.luminance, later.x, later.y, kNear);
        }
        ++looked_at;
        if (is_hot_pixel(field, c)) continue;
        if (near.any_near(c, [&](int i) { return on_wing(kept[static_cast<std::size_t>(i)], c); })) continue;
        c.half_width_px = half_width(field, c);
        near.add(c, static_cast<int>(kept.size()));
        kept.push_back(c);
    }
    return looked_at;
}

}  // namespace nightstack
