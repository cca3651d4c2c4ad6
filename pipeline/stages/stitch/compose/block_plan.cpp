// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/block_plan.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace nightstack {
namespace {

constexpr int kPlanSide = BlockLabels::kSquare;

// Every square within `reach` squares of a marked one.
void grow(const std::vector<std::uint8_t>& marked, int width, int height, int reach, std::vector<std::uint8_t>& half,
          std::vector<std::uint8_t>& out) {
    half.assign(marked.size(), 0);
    out.assign(marked.size(), 0);
    for (int y = 0; y < height; ++y) {
        const std::uint8_t* from = marked.data() + static_cast<std::ptrdiff_t>(y) * width;
        std::uint8_t* to = half.data() + static_cast<std::ptrdiff_t>(y) * width;
        for (int x = 0; x < width; ++x)
            if (from[x] != 0) std::fill(to + std::max(0, x - reach), to + std::min(width, x + reach + 1), 1);
    }
    for (int y = 0; y < height; ++y) {
        std::uint8_t* to = out.data() + static_cast<std::ptrdiff_t>(y) * width;
        for (int v = std::max(0, y - reach); v < std::min(height, y + reach + 1); ++v) {
            const std::uint8_t* from = half.data() + static_cast<std::ptrdiff_t>(v) * width;
            for (int x = 0; x < width; ++x) to[x] = to[x] | from[x];
        }
    }
}

}  // namespace

void BlockPlan::make(const SeamMap& seams, double period_px, std::span<const CanvasToTile> maps,
                     std::span<const MeshShape> shapes, HolesOfTiles holes, const Rect& block, int halo) {
    labels_.find(seams, period_px, maps, shapes, holes, grown(block, halo));
    reach_ = halo / kPlanSide;
    find_neighbours(reach_);
    classify(block, halo > 0);
    order_.resize(labels_.tiles().size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::sort(order_.begin(), order_.end(),
              [&](std::size_t a, std::size_t b) { return labels_.tiles()[a] < labels_.tiles()[b]; });
}

// Which labels each square holds, and which lie within reach of it.
void BlockPlan::find_neighbours(int reach) {
    const Rect& s = labels_.squares();
    const std::size_t count = static_cast<std::size_t>(s.width) * static_cast<std::size_t>(s.height);
    words_ = labels_.tiles().size() / 64 + 1;
    own_.assign(count * words_, 0);
    for (int y = s.y; y < s.bottom(); ++y) {
        for (int x = s.x; x < s.right(); ++x) {
            std::uint64_t* set = own_.data() + labels_.index(x, y) * words_;
            const auto add = [&](std::int16_t l) { set[l / 64] |= std::uint64_t{1} << (l % 64); };
            const std::int16_t whole = labels_.label(x, y);
            if (whole >= 0) add(whole);
            if (whole != BlockLabels::kMixed) continue;
            const std::int16_t* pixels = labels_.pixels(x, y);
            for (int i = 0; i < kPlanSide * kPlanSide; ++i)
                if (pixels[i] >= 0) add(pixels[i]);
        }
    }
    columns_.assign(own_.size(), 0);
    near_.assign(own_.size(), 0);
    const auto width = static_cast<std::size_t>(s.width);
    for (int y = 0; y < s.height; ++y) {
        const std::size_t row = static_cast<std::size_t>(y) * width;
        for (int x = 0; x < s.width; ++x) {
            for (int u = std::max(0, x - reach); u <= std::min(s.width - 1, x + reach); ++u) {
                for (std::size_t w = 0; w < words_; ++w) {
                    columns_[(row + static_cast<std::size_t>(x)) * words_ + w] |=
                        own_[(row + static_cast<std::size_t>(u)) * words_ + w];
                }
            }
        }
    }
    for (int y = 0; y < s.height; ++y) {
        for (int v = std::max(0, y - reach); v <= std::min(s.height - 1, y + reach); ++v) {
            const std::size_t to = static_cast<std::size_t>(y) * width * words_;
            const std::size_t from = static_cast<std::size_t>(v) * width * words_;
            for (std::size_t i = 0; i < width * words_; ++i) near_[to + i] |= columns_[from + i];
        }
    }
}

// Squares of the block with more than one tile in reach are blended.
void BlockPlan::classify(const Rect& block, bool blend) {
    const Rect& s = labels_.squares();
    in_block_.assign(static_cast<std::size_t>(s.width) * static_cast<std::size_t>(s.height), 0);
    blended_.assign(in_block_.size(), 0);
    const int x0 = block.x / kPlanSide, x1 = (block.right() + kPlanSide - 1) / kPlanSide;
    for (int y = block.y / kPlanSide; y < (block.bottom() + kPlanSide - 1) / kPlanSide; ++y) {
        for (int x = x0; x < x1; ++x) {
            const std::size_t at = labels_.index(x, y);
            in_block_[at] = 1;
            int labels = 0, own = 0;
            for (std::size_t w = 0; w < words_; ++w) {
                labels += std::popcount(near_[at * words_ + w]);
                own += std::popcount(own_[at * words_ + w]);
            }
            blended_[at] = blend && labels > 1 && own > 0 ? 1 : 0;
        }
    }
    spans(blended_, shown_);
}

bool BlockPlan::find_needs(std::size_t label) {
    const Rect& s = labels_.squares();
    const std::size_t count = blended_.size();
    needs_.assign(count, nothing);
    bool any = false, blends = false;
    for (std::size_t i = 0; i < count; ++i) {
        if (blended_[i] != 0) {
            blends = blends || has(near_, i, label);
        } else if (in_block_[i] != 0 && has(own_, i, label)) {
            needs_[i] = as_it_is;
            any = true;
        }
    }
    filled_.assign(count, 0);
    around_.clear();
    shown_of_label_.clear();
    if (!blends) return any;
    // Its picture matters around its own pixels, and around what is blended with it.
    marks_.assign(count, 0);
    for (std::size_t i = 0; i < count; ++i) marks_[i] = has(own_, i, label) ? 1 : 0;
    grow(marks_, s.width, s.height, reach_, half_, grown_);
    for (std::size_t i = 0; i < count; ++i) marks_[i] = blended_[i] != 0 && has(near_, i, label) ? 1 : 0;
    grow(marks_, s.width, s.height, reach_, half_, filled_);
    for (std::size_t i = 0; i < count; ++i) {
        marks_[i] = grown_[i] != 0 && filled_[i] != 0 ? 1 : 0;
        if (marks_[i] != 0) needs_[i] |= to_blend;
    }
    grow(marks_, s.width, s.height, 1, half_, grown_);
    spans(grown_, around_);
    grow(grown_, s.width, s.height, 1, half_, filled_);
    for (std::size_t i = 0; i < count; ++i) marks_[i] = blended_[i] != 0 && has(own_, i, label) ? 1 : 0;
    spans(marks_, shown_of_label_);
    return true;
}

Rect BlockPlan::picture() const {
    return pixels_of([&](std::size_t i) { return (needs_[i] & to_blend) != 0; });
}
Rect BlockPlan::blended_part() const {
    return pixels_of([&](std::size_t i) { return blended_[i] != 0; });
}
Rect BlockPlan::with_label(std::size_t label) const {
    return pixels_of([&](std::size_t i) { return has(own_, i, label); });
}

template <class Which>
Rect BlockPlan::pixels_of(const Which& which) const {
    const Rect& s = labels_.squares();
    Rect all;
    for (int y = s.y; y < s.bottom(); ++y) {
        for (int x = s.x; x < s.right(); ++x)
            if (which(labels_.index(x, y))) all = united(all, {x, y, 1, 1});
    }
    return {all.x * kPlanSide, all.y * kPlanSide, all.width * kPlanSide, all.height * kPlanSide};
}

// Runs of marked squares, as pixels.
void BlockPlan::spans(const std::vector<std::uint8_t>& marks, std::vector<Rect>& out) const {
    const Rect& s = labels_.squares();
    out.clear();
    for (int y = s.y; y < s.bottom(); ++y) {
        for (int x = s.x; x < s.right();) {
            int end = x;
            while (end < s.right() && marks[labels_.index(end, y)] != 0) ++end;
            if (end > x) out.push_back({x * kPlanSide, y * kPlanSide, (end - x) * kPlanSide, kPlanSide});
            x = std::max(end, x + 1);
        }
    }
}

}  // namespace nightstack
