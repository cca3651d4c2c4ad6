// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/grow.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <limits>

namespace nightstack {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr int kAnew = 128;  // pixels combined anew at a time

bool is_sample(float v) { return std::abs(v) <= std::numeric_limits<float>::max(); }

struct Growing {
    const TileResult& out;
    std::span<const FrameTile> frames;
    const CombineOptions& options;
    Rect inside;
    GrowScratch& scratch;
    int width() const { return out.value.width(); }
    Rect window(int x, int y) const { return intersected(grown({x, y, 1, 1}, options.grow_px), out.value.bounds()); }
};

// What rejection saw of a frame at a pixel; NaN = nothing.
float tested_at(const FrameTile& frame, int x, int y) {
    const float value = frame.samples(x, y) * frame.scale + frame.offset;
    if (!is_sample(value)) return kNone;
    if (frame.tested.empty()) return value;
    const float tested = frame.tested(x, y) * frame.scale + frame.offset;
    return is_sample(tested) ? tested : kNone;
}

// The samples of a pixel in frame order, and those there are sorted. Kept are those above `low` and below `high`.
struct Ends {
    float low, high;
    bool keep(float v) const { return v > low && v < high; }  // false for NaN
};

Ends look_at_column(const Growing& g, int x, int y) {
    std::vector<float>& column = g.scratch.column;
    std::vector<float>& sorted = g.scratch.sorted;
    column.clear();
    for (const FrameTile& frame : g.frames) column.push_back(tested_at(frame, x, y));
    sorted.clear();
    std::copy_if(column.begin(), column.end(), std::back_inserter(sorted), is_sample);
    std::sort(sorted.begin(), sorted.end());
    constexpr float inf = std::numeric_limits<float>::infinity();
    const std::size_t low = g.out.rejected_low(x, y);
    const std::size_t high = g.out.rejected_high(x, y);
    return {low > 0 ? sorted[low - 1] : -inf, high > 0 ? sorted[sorted.size() - high] : inf};
}

// While the samples of these rows are still in the cache.
void find_seeds(const Growing& g, int from, int to) {
    for (int y = from; y < to; ++y) {
        const std::uint16_t* high = g.out.rejected_high.row_data(y);
        for (int x = 0; x < g.width(); ++x) {
            std::uint64_t four = 1;
            if (x + 4 <= g.width()) std::memcpy(&four, high + x, sizeof four);
            if (four == 0) x += 3;
            if (four == 0 || high[x] == 0) continue;
            const Ends ends = look_at_column(g, x, y);
            for (std::size_t f = 0; f < g.frames.size(); ++f) {
                if (g.scratch.column[f] >= ends.high) g.scratch.seeds[f].push_back(y * g.width() + x);
            }
        }
    }
}

TileCounts integrate_and_find_seeds(const Growing& g, CombineScratch& combine) {
    constexpr std::size_t kCache = std::size_t{1} << 18;
    const std::size_t row_bytes = std::max<std::size_t>(1, g.frames.size() * static_cast<std::size_t>(g.width()) * 4);
    const int rows = static_cast<int>(std::max<std::size_t>(1, kCache / row_bytes));
    const int height = g.out.value.height();
    TileCounts counts;
    for (int y = 0; y < height; y += rows) {
        const Rect r{0, y, g.width(), std::min(rows, height - y)};
        g.scratch.strip.assign(g.frames.begin(), g.frames.end());
        for (FrameTile& frame : g.scratch.strip) {
            if (!frame.samples.empty()) frame.samples = frame.samples.cropped(r);
            if (!frame.sample_weights.empty()) frame.sample_weights = frame.sample_weights.cropped(r);
            if (!frame.tested.empty()) frame.tested = frame.tested.cropped(r);
        }
        const TileResult out{g.out.value.cropped(r), g.out.variance.cropped(r), g.out.coverage.cropped(r),
                             g.out.rejected_low.cropped(r), g.out.rejected_high.cropped(r)};
        counts += integrate_tile(out, g.scratch.strip, g.options, combine);
        find_seeds(g, r.y, r.bottom());
    }
    return counts;
}

bool is_star(const Growing& g, int x, int y) {
    const RejectOptions& r = g.options.rejection;
    float peak = -std::numeric_limits<float>::infinity();
    const Rect window = g.window(x, y);
    for (int v = window.y; v < window.bottom(); ++v) {
        for (int u = window.x; u < window.right(); ++u) peak = std::max(peak, g.out.value(u, v));
    }
    const float share = static_cast<float>(r.object_share);
    return share > 0 && share * (peak - static_cast<float>(r.sky_level)) > static_cast<float>(r.least_sigma);
}

// Pixels with enough seeds of one frame around them. Each seed adds one to all its neighbours.
void find_grown(const Growing& g, std::int32_t frame) {
    const std::vector<std::int32_t>& seeds = g.scratch.seeds[static_cast<std::size_t>(frame)];
    std::vector<std::uint8_t>& near = g.scratch.seeds_near;
    if (static_cast<int>(seeds.size()) < kSeedsToGrow) return;
    const Rect tile = g.out.value.bounds();
    const auto for_neighbours = [&](std::int32_t seed, auto&& what) {
        const Rect window = g.window(seed % tile.width, seed / tile.width);
        for (int y = window.y; y < window.bottom(); ++y) {
            for (int x = window.x; x < window.right(); ++x)
                what(x, y, near[static_cast<std::size_t>(y * tile.width + x)]);
        }
    };
    const FrameTile& of = g.frames[static_cast<std::size_t>(frame)];
    for (const std::int32_t seed : seeds) {
        for_neighbours(seed, [&](int x, int y, std::uint8_t& count) {
            if (++count != kSeedsToGrow || !g.inside.contains({x, y, 1, 1})) return;
            if (is_sample(tested_at(of, x, y)) && !is_star(g, x, y)) {
                g.scratch.grown.push_back({y * tile.width + x, frame});
            }
        });
    }
    for (const std::int32_t seed : seeds) for_neighbours(seed, [](int, int, std::uint8_t& count) { count = 0; });
}

using GrownRun = std::span<const GrownSample>;

// Column `i` of what is to be combined anew: the kept samples but those grown. False when too few would be left.
bool take_anew(const Growing& g, GrownRun grown_here, int i) {
    const int x = grown_here.front().pixel % g.width();
    const int y = grown_here.front().pixel / g.width();
    const Ends ends = look_at_column(g, x, y);
    std::vector<float>& column = g.scratch.column;
    for (float& v : column) v = ends.keep(v) ? v : kNone;
    std::uint16_t more = 0;
    for (const GrownSample& s : grown_here) {
        float& v = column[static_cast<std::size_t>(s.frame)];
        more = static_cast<std::uint16_t>(more + (is_sample(v) ? 1 : 0));
        v = kNone;
    }
    const int stays = g.out.coverage(x, y) - g.out.rejected_low(x, y) - g.out.rejected_high(x, y) - more;
    if (more == 0 || 2 * stays < g.out.coverage(x, y)) return false;
    for (std::size_t f = 0; f < column.size(); ++f) {
        const FrameTile& frame = g.frames[f];
        const int row = static_cast<int>(f);
        g.scratch.samples.view()(i, row) = is_sample(column[f]) ? frame.samples(x, y) : kNone;
        if (!frame.sample_weights.empty()) g.scratch.weights.view()(i, row) = frame.sample_weights(x, y);
    }
    g.out.rejected_high(x, y) = static_cast<std::uint16_t>(g.out.rejected_high(x, y) + more);
    return true;
}

// Combines the first `count` columns taken and puts the results where they belong.
void combine_anew(const Growing& g, std::span<const std::int32_t> pixels, CombineScratch& combine) {
    GrowScratch& s = g.scratch;
    const int count = static_cast<int>(pixels.size());
    s.anew.assign(g.frames.begin(), g.frames.end());
    for (std::size_t f = 0; f < s.anew.size(); ++f) {
        const Rect row{0, static_cast<int>(f), count, 1};
        s.anew[f].samples = s.samples.cview().cropped(row);
        if (!s.anew[f].sample_weights.empty()) s.anew[f].sample_weights = s.weights.cview().cropped(row);
        s.anew[f].tested = {};
    }
    const auto counts = [&](int y) { return s.counts.view().cropped({0, y, count, 1}); };
    const TileResult out{s.value.view().cropped({0, 0, count, 1}), s.variance.view().cropped({0, 0, count, 1}),
                         counts(0), counts(1), counts(2)};
    integrate_tile(out, s.anew, {g.options.combine, {.kind = RejectKind::none}}, combine);
    for (int i = 0; i < count; ++i) {
        const int x = pixels[static_cast<std::size_t>(i)] % g.width();
        const int y = pixels[static_cast<std::size_t>(i)] / g.width();
        g.out.value(x, y) = out.value(i, 0);
        g.out.variance(x, y) = out.variance(i, 0);
    }
}

void take_out_grown(const Growing& g, CombineScratch& combine) {
    GrowScratch& s = g.scratch;
    std::sort(s.grown.begin(), s.grown.end(), [](const GrownSample& a, const GrownSample& b) {
        return a.pixel != b.pixel ? a.pixel < b.pixel : a.frame < b.frame;
    });
    s.samples.reshape(kAnew, static_cast<int>(g.frames.size()));
    s.weights.reshape(kAnew, static_cast<int>(g.frames.size()));
    s.value.reshape(kAnew, 1);
    s.variance.reshape(kAnew, 1);
    s.counts.reshape(kAnew, 3);
    std::vector<std::int32_t> pixels;
    for (std::size_t i = 0; i < s.grown.size();) {
        std::size_t end = i + 1;
        while (end < s.grown.size() && s.grown[end].pixel == s.grown[i].pixel) ++end;
        if (take_anew(g, GrownRun(s.grown).subspan(i, end - i), static_cast<int>(pixels.size()))) {
            pixels.push_back(s.grown[i].pixel);
        }
        i = end;
        if (pixels.size() == kAnew || (end == s.grown.size() && !pixels.empty())) {
            combine_anew(g, pixels, combine);
            pixels.clear();
        }
    }
}

TileCounts counts_of(const TileResult& out, const Rect& inside) {
    const auto sum = [&](const ImageView<std::uint16_t>& of) {
        std::uint64_t all = 0;
        for (int y = inside.y; y < inside.bottom(); ++y) {
            const std::uint16_t* row = of.row_data(y) + inside.x;
            std::uint32_t of_row = 0;  // 65,535 times a tile's side fits
            for (int x = 0; x < inside.width; ++x) of_row += row[x];
            all += of_row;
        }
        return all;
    };
    return {sum(out.coverage), sum(out.rejected_low), sum(out.rejected_high)};
}

}  // namespace

int grow_px_for(int asked, std::size_t frames) {
    if (asked != kGrowByFrames) return asked;
    return frames < static_cast<std::size_t>(kFramesToGrow) ? 2 : 0;
}

int grow_border(const CombineOptions& options) {
    const RejectKind kind = options.rejection.kind;
    return kind == RejectKind::none || kind == RejectKind::median ? 0 : options.grow_px;
}

TileCounts integrate_growing(const TileResult& out, std::span<const FrameTile> frames, const CombineOptions& options,
                             const Rect& inside, CombineScratch& scratch, GrowScratch& growing) {
    options.check();
    if (grow_border(options) == 0) {
        const TileCounts all = integrate_tile(out, frames, options, scratch);
        return inside == out.value.bounds() ? all : counts_of(out, inside);
    }
    growing.seeds.resize(frames.size());
    for (auto& seeds : growing.seeds) seeds.clear();
    growing.seeds_near.resize(static_cast<std::size_t>(out.value.width()) *
                              static_cast<std::size_t>(out.value.height()));
    growing.grown.clear();
    const Growing g{out, frames, options, inside, growing};
    integrate_and_find_seeds(g, scratch);
    for (std::size_t f = 0; f < frames.size(); ++f) find_grown(g, static_cast<std::int32_t>(f));
    if (!growing.grown.empty()) take_out_grown(g, scratch);
    return counts_of(out, inside);
}

}  // namespace nightstack
