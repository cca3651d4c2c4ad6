// SPDX-License-Identifier: MIT
#include "known_links.h"

#include <algorithm>
#include <cmath>

#include "pipeline/stages/stitch/links/overlap.h"
#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

double dice_between(std::mt19937& rng, double low, double high) {
    return low + (high - low) * (static_cast<double>(rng()) / 4294967296.0);
}
double bell(std::mt19937& rng) {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += dice_between(rng, -0.5, 0.5);
    return sum;
}

}  // namespace

std::vector<TileLink> known_links(const std::vector<BundleCamera>& truth, const LinkDice& dice) {
    std::mt19937 rng(dice.seed);
    std::vector<TileLink> out;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        for (std::size_t j = i + 1; j < truth.size(); ++j) {
            const TileCamera &a = truth[i].camera, &b = truth[j].camera;
            if (overlap_share(a, b) < 0.1) continue;
            TileLink link{static_cast<int>(i), static_cast<int>(j), LinkSource::feature, {}};
            while (static_cast<int>(link.places.size()) < dice.places) {
                const Point p{dice_between(rng, 0, a.lens.width - 1), dice_between(rng, 0, a.lens.height - 1)};
                const auto q = b.pixel(a.direction(p));
                if (!q || !b.lens.holds(*q)) continue;
                Point at{q->x + dice.noise_px * bell(rng), q->y + dice.noise_px * bell(rng)};
                if (dice_between(rng, 0, 1) < dice.outliers)
                    at = {dice_between(rng, 0, b.lens.width - 1), dice_between(rng, 0, b.lens.height - 1)};
                link.places.push_back({p, at, std::max(dice.noise_px, 0.05)});
            }
            out.push_back(std::move(link));
        }
    }
    return out;
}

std::vector<BundleCamera> camera_grid(int columns, int rows, double step_deg, const TileLens& lens) {
    std::vector<BundleCamera> out;
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            TileCamera camera = grey_camera(c * step_deg, (rows / 2 - r) * step_deg * 0.7, 0, 1, 1, 1);
            camera.lens = lens;
            out.push_back({camera, 0});
        }
    return out;
}

std::vector<BundleCamera> shaken(std::vector<BundleCamera> truth, double off_rad, double f_factor, unsigned seed) {
    std::mt19937 rng(seed);
    for (BundleCamera& c : truth) {
        const auto off = [&] { return dice_between(rng, -off_rad, off_rad); };
        const double x = off(), y = off(), z = off();
        c.camera.world_from_camera = c.camera.world_from_camera * Rotation::about({x, y, z});
        c.camera.lens.f_px *= f_factor;
        c.camera.lens.k1 = c.camera.lens.k2 = 0;
    }
    return truth;
}

double worst_turn_rad(const std::vector<BundleCamera>& found, const std::vector<BundleCamera>& truth) {
    double worst = 0;
    const auto step = [](const std::vector<BundleCamera>& c, std::size_t i) {
        return c[i - 1].camera.world_from_camera.inverse() * c[i].camera.world_from_camera;
    };
    for (std::size_t i = 1; i < found.size(); ++i)
        worst = std::max(worst, (step(found, i).inverse() * step(truth, i)).angle_rad());
    return worst;
}

}  // namespace nightstack
