// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/votes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

namespace nightstack {
namespace {

constexpr int bin_shift = 7;  // 65536 / 512
constexpr double parts_per_px = 16;

std::uint16_t angle_of(double dx, double dy) {
    const double turns = std::atan2(dy, dx) / (2 * std::numbers::pi);
    return static_cast<std::uint16_t>(static_cast<int>(std::lround(turns * 65536)) & 0xffff);
}

int bin_of(const PolarEntry& ref, const PolarEntry& frame) { return ((ref.angle - frame.angle) & 0xffff) >> bin_shift; }

// Which distances from the frame's anchor agree with one from the ref's anchor.
struct Gate {
    std::int32_t nearest;
    std::int32_t farthest;
};

Gate gate_of(const PolarEntry& r, ScaleRange scale, double tolerance_px) {
    const double tolerance = tolerance_px * parts_per_px;
    return {static_cast<std::int32_t>(std::ceil((r.distance - tolerance) / scale.max)),
            static_cast<std::int32_t>(std::floor((r.distance + tolerance) / scale.min))};
}

std::vector<Gate> gates_of(const PolarRow& row, ScaleRange scale, double tolerance_px) {
    std::vector<Gate> gates;
    for (std::size_t k = 0; k + end_marks < row.size(); ++k) gates.push_back(gate_of(row[k], scale, tolerance_px));
    return gates;
}

// The first entry from `low` on that is not nearer than `nearest`. Four at a time without a branch:
// the steps are short and irregular, wrongly guessed branches were most of the time spent here.
const PolarEntry* skipped_to(const PolarEntry* low, std::int32_t nearest) {
    low += static_cast<int>(low[0].distance < nearest) + static_cast<int>(low[1].distance < nearest) +
           static_cast<int>(low[2].distance < nearest) + static_cast<int>(low[3].distance < nearest);
    while (low->distance < nearest) ++low;
    return low;
}

using Bins = std::array<std::int16_t, angle_bins + 8>;  // the last ones take what does not count

// Those that the farthest star of the row can pass.
std::span<const Gate> passable(std::span<const Gate> gates, const PolarRow& frame) {
    if (frame.size() <= end_marks) return {};
    const std::int32_t farthest = frame[frame.size() - end_marks - 1].distance;
    const auto end =
        std::partition_point(gates.begin(), gates.end(), [&](const Gate& g) { return g.nearest <= farthest; });
    return gates.first(static_cast<std::size_t>(end - gates.begin()));
}

// Counts the votes of all entries whose distances agree; returns how many.
int count_votes(Bins& bins, const PolarRow& ref, std::span<const Gate> gates, const PolarEntry* frame) {
    std::int16_t* const b = bins.data();
    const PolarEntry* const r = ref.data();
    int total = 0;
    for (std::size_t k = 0; k < gates.size(); ++k) {
        const std::int32_t farthest = gates.data()[k].farthest;
        frame = skipped_to(frame, gates.data()[k].nearest);
        for (int i = 0; i < 4; ++i) {  // as above: usually fewer than four agree
            const int agrees = static_cast<int>(frame[i].distance <= farthest);
            const int nowhere = angle_bins + 1 + i;
            ++b[nowhere + (bin_of(r[k], frame[i]) - nowhere) * agrees];
            total += agrees;
        }
        for (const PolarEntry* f = frame + 4; f->distance <= farthest; ++f) {
            ++b[bin_of(r[k], *f)];
            ++total;
        }
    }
    return total;
}

// Likelihood ratio of v votes where mu were to be expected. The least mu keeps two lucky votes
// between sparse lists from looking like certainty.
float score_of(int v, double mu) {
    mu = std::max(mu, 0.02);
    return v > mu ? static_cast<float>(v * std::log(v / mu) - (v - mu)) : 0.0F;
}

}  // namespace

PolarEntry polar_entry(double dx, double dy, std::size_t star) {
    return {static_cast<std::int32_t>(std::lround(std::sqrt(dx * dx + dy * dy) * parts_per_px)), angle_of(dx, dy),
            static_cast<std::uint16_t>(star)};
}

void close_row(PolarRow& row) {
    std::sort(row.begin(), row.end(), [](const PolarEntry& a, const PolarEntry& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.star < b.star;
    });
    row.resize(row.size() + end_marks, {std::numeric_limits<std::int32_t>::max(), 0, 0});
}

PolarTable polar_table(std::span<const StarPoint> points, double nearest_px) {
    PolarTable table(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        table[i].reserve(points.size() + end_marks);
        for (std::size_t k = 0; k < points.size(); ++k) {
            const double dx = points[k].x - points[i].x;
            const double dy = points[k].y - points[i].y;
            if (k != i && std::sqrt(dx * dx + dy * dy) >= nearest_px) table[i].push_back(polar_entry(dx, dy, k));
        }
        close_row(table[i]);
    }
    return table;
}

void collect_votes(std::vector<Vote>& votes, const PolarTable& ref, const PolarTable& frame, int anchors,
                   ScaleRange scale, int slice, double tolerance_px) {
    const std::size_t ref_anchors = std::min(ref.size(), static_cast<std::size_t>(anchors));
    const std::size_t frame_anchors = std::min(frame.size(), static_cast<std::size_t>(anchors));
    // 16 bits: signed, because SSE2 has a maximum of signed words only. 32767 votes need 181 stars
    // at one distance from an anchor in both lists; the tiers are smaller.
    Bins bins;
    for (std::size_t i = 0; i < ref_anchors; ++i) {
        const std::vector<Gate> gates = gates_of(ref[i], scale, tolerance_px);
        for (std::size_t j = 0; j < frame_anchors; ++j) {
            bins.fill(0);
            const int total = count_votes(bins, ref[i], passable(gates, frame[j]), frame[j].data());
            if (total < 2) continue;
            bins[angle_bins] = bins[0];
            std::int16_t most = 0;
            const std::int16_t* const b = bins.data();
            for (std::size_t a = 0; a < angle_bins; ++a) {
                most = std::max<std::int16_t>(most, static_cast<std::int16_t>(b[a] + b[a + 1]));
            }
            if (most < 2) continue;
            const float score = score_of(most, total * (2.0 / angle_bins));
            std::size_t bin = 0;
            while (b[bin] + b[bin + 1] != most) ++bin;
            votes.push_back({static_cast<int>(i), static_cast<int>(j), static_cast<int>(bin), slice, score});
        }
    }
}

std::vector<StarPair> supporters(const Vote& v, const PolarTable& ref, const PolarTable& frame, ScaleRange scale,
                                 double tolerance_px) {
    std::vector<StarPair> result;
    const int next = (v.bin + 1) % angle_bins;
    const PolarRow& entries = ref[static_cast<std::size_t>(v.ref)];
    const PolarEntry* low = frame[static_cast<std::size_t>(v.frame)].data();
    for (std::size_t k = 0; k + end_marks < entries.size(); ++k) {
        const PolarEntry& r = entries[k];
        const Gate gate = gate_of(r, scale, tolerance_px);
        low = skipped_to(low, gate.nearest);
        for (const PolarEntry* f = low; f->distance <= gate.farthest; ++f) {
            const int bin = bin_of(r, *f);
            if (bin == v.bin || bin == next) result.push_back({r.star, f->star});
        }
    }
    return result;
}

}  // namespace nightstack
