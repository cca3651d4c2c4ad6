// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/reference_levels.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/stages/scene/pyramid.h"

namespace nightstack {
namespace {

// Small patches where a pixel is worth many, more of them where they are cheap.
struct Size {
    int side, most;
};
Size size_at(int level) { return level >= 2 ? Size{16, 120} : Size{32, 64}; }

// Whether the patches of the finest level, each good to a tenth of a pixel, tell a turn to a thousandth. Those of a
// small planet do not: what they would give moves its limb by as much as their noise.
bool shows_turn(const std::vector<ScenePatches>& fine) {
    constexpr double kPatchPx = 0.1, kTurnError = 0.001;
    if (fine.empty()) return false;
    const ScenePatches& finest = fine.back();
    const auto n = static_cast<double>(finest.patches.size());
    double x = 0, y = 0, squares = 0;
    for (const ScenePatch& p : finest.patches) {
        x += p.x / n;
        y += p.y / n;
    }
    for (const ScenePatch& p : finest.patches) squares += (p.x - x) * (p.x - x) + (p.y - y) * (p.y - y);
    return kPatchPx < kTurnError * std::sqrt(squares);
}

}  // namespace

Image<float> without_impulses(ImageView<const float> plane) {
    const int w = plane.width(), h = plane.height();
    Image<float> out(w, h);
    for (int y = 0; y < h; ++y) {
        const ImageView<float> to = out.view();
        for (int x = 0; x < w; ++x) {
            if (x == 0 || y == 0 || x == w - 1 || y == h - 1) {
                to(x, y) = plane(x, y);
                continue;
            }
            const float *a = plane.row_data(y - 1) + x, *b = plane.row_data(y) + x, *c = plane.row_data(y + 1) + x;
            const float low = std::min({a[-1], a[0], a[1], b[-1], b[1], c[-1], c[0], c[1]});
            const float high = std::max({a[-1], a[0], a[1], b[-1], b[1], c[-1], c[0], c[1]});
            to(x, y) = std::max(low, std::min(b[0], high));
        }
    }
    return out;
}

struct ReferenceLevels::Cleaned {
    explicit Cleaned(ImageView<const float> reference)
        : whole(without_impulses(reference)), top(level_for(reference.width(), reference.height(), kCoarsePx)) {
        build(pyramid, whole.cview(), top);
    }
    ImageView<const float> at(int level) const { return pyramid.at(level, whole.cview()); }
    Image<float> whole;
    int top;
    Pyramid pyramid;
};

ReferenceLevels::ReferenceLevels(ImageView<const float> reference, int turns)
    : ReferenceLevels(Cleaned(reference), turns) {}

// From one level below the coarse one in steps of two: each answer is good to a pixel of the next.
ReferenceLevels::ReferenceLevels(const Cleaned& cleaned, int turns)
    : coarse_level(cleaned.top), coarse(cleaned.at(cleaned.top), turns), turn_shows(false) {
    for (int level = std::max(0, coarse_level - 1);; level = std::max(0, level - 2)) {
        const Size size = size_at(level);
        ScenePatches patches = choose_patches(cleaned.at(level), level, size.side, size.most);
        if (!patches.patches.empty()) fine.push_back(std::move(patches));
        if (level == 0) break;
    }
    turn_shows = shows_turn(fine);
}

}  // namespace nightstack
