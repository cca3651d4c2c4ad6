// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "pipeline/stages/stitch/compose/composition.h"
#include "tests/pipeline/stages/stitch/compose/pano_scene.h"
#include "tests/pipeline/stages/stitch/compose/slow_blend.h"

namespace nightstack {
namespace {

// Where and what, the long way: labels from the seam map by the rule in block_labels.h, positions by the types that
// define them, the whole canvas blended at once in double.
TEST(CompositionTwin, IsTheSamePicture) {
    const PanoScene scene = waves(2, 1.0, 0.1);
    const auto tiles = six_tiles(scene, true);
    constexpr int kBands = 4;
    const Projection projection = sphere(kSixFocal, kSixWidth, kSixHeight);
    const Composition composition(placed(tiles), {}, projection, kSixWidth, kSixHeight, reader(tiles), reducer(tiles),
                                  {kBands, SeamKind::graph_cut, 0, 3});
    const Rendered out = rendered(composition, kSixWidth, kSixHeight);

    // A margin of whole coarse pixels around the canvas, for what lies outside of it matters too.
    constexpr int kMargin = 64, kW = kSixWidth + 2 * kMargin, kH = kSixHeight + 2 * kMargin + 10;
    static_assert(kW % 8 == 0 && kH % 8 == 0);
    const SeamMap& seams = composition.seams();
    std::vector<SlowPicture> pictures(tiles.size(), SlowPicture::empty(kW, kH));
    Image<std::uint8_t> any(kW, kH);
    for (int y = 0; y < kH; ++y) {
        for (int x = 0; x < kW; ++x) {
            const double cx = x - kMargin, cy = y - kMargin;
            const Direction world = *projection.world({cx, cy});
            std::vector<std::optional<Point>> at;
            for (const DrawnTile& t : tiles) at.push_back(t.camera.pixel(world));
            const double u = (cx + 0.5) / seams.scale - 0.5, v = (cy + 0.5) / seams.scale - 0.5;
            const int iu = static_cast<int>(std::floor(u)), iv = static_cast<int>(std::floor(v));
            std::vector<double> votes(tiles.size(), 0);
            for (int j = 0; j < 2; ++j) {
                for (int i = 0; i < 2; ++i) {
                    const int label = seams.label(seams.column(iu + i), seams.row(iv + j));
                    const double w = (i == 0 ? 1 - (u - iu) : u - iu) * (j == 0 ? 1 - (v - iv) : v - iv);
                    if (label >= 0) votes[static_cast<std::size_t>(label)] += w;
                }
            }
            int best = -1;
            for (std::size_t t = 0; t < tiles.size(); ++t) {
                if (votes[t] <= 0 || !at[t] || !tiles[t].camera.lens.holds(*at[t])) continue;
                if (best < 0 || votes[t] > votes[static_cast<std::size_t>(best)]) best = static_cast<int>(t);
            }
            any.view()(x, y) = best >= 0 ? 1 : 0;
            for (std::size_t t = 0; t < tiles.size(); ++t) {
                if (!at[t] || !tiles[t].camera.lens.holds(*at[t], -100)) continue;  // far from all it shows
                const Light light = scene(tiles[t].camera.direction(
                    {std::clamp(at[t]->x, 0.0, kSixTileWidth - 1.0), std::clamp(at[t]->y, 0.0, kSixTileHeight - 1.0)}));
                for (std::size_t c = 0; c < 3; ++c) {
                    // The tile's own gain is 1 here, but it was drawn with another.
                    const double drawn =
                        tiles[t].planes[c].view()(80, 60) / scene(tiles[t].camera.direction({80, 60}))[c];
                    pictures[t].set(x, y, static_cast<int>(c)) = light[c] * drawn;
                }
                pictures[t].set(x, y, 3) = static_cast<int>(t) == best ? 1 : 0;
            }
        }
    }
    const SlowPicture truth = slow_blend(pictures, kBands);
    int compared = 0, off = 0;
    double worst = 0;
    for (int y = 0; y < kSixHeight; ++y) {
        for (int x = 0; x < kSixWidth; ++x) {
            if (out.alpha.view()(x, y) == 0 || any.view()(x + kMargin, y + kMargin) == 0) continue;
            ++compared;
            for (std::size_t c = 0; c < 3; ++c) {
                const double d =
                    std::abs(out.planes[c].view()(x, y) - truth.at(x + kMargin, y + kMargin, static_cast<int>(c)));
                worst = std::max(worst, d);
                off += d > 0.004 ? 1 : 0;
            }
        }
    }
    EXPECT_GT(compared, kSixWidth * kSixHeight * 6 / 10);
    EXPECT_LE(off, compared / 500) << worst;
    EXPECT_LT(worst, 0.03);
}

}  // namespace
}  // namespace nightstack
