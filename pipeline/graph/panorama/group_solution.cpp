// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/group_solution.h"

#include <algorithm>
#include <cmath>

#include "pipeline/graph/panorama/near_things.h"
#include "pipeline/stages/stitch/adjust/components.h"
#include "pipeline/stages/stitch/adjust/focal_scan.h"
#include "pipeline/stages/stitch/adjust/zoom_ratios.h"

namespace nightstack {
namespace {

constexpr double kOpenRing = 100;  // expected errors by which a ring may be open at first
constexpr double kAllHold = 4;     // expected errors within which a link is not in doubt where a ring is to close
constexpr double kZoomed_px = 3;   // places miss by that without a reason

std::vector<RelativeTurn> turns_of(const std::vector<BundleCamera>& cameras, const std::vector<TileLink>& links) {
    std::vector<RelativeTurn> out;
    for (const TileLink& link : links) {
        const TileLens& a = cameras[static_cast<std::size_t>(link.a)].camera.lens;
        const TileLens& b = cameras[static_cast<std::size_t>(link.b)].camera.lens;
        const TurnFit fit = turn_of(a, b, link);
        out.push_back({link.a, link.b, fit.a_from_b, static_cast<double>(link.places.size()) / (1 + fit.miss_px)});
    }
    return out;
}

void start_along_tree(std::vector<BundleCamera>& cameras, const std::vector<TileLink>& links) {
    const auto start = turned_along_tree(static_cast<int>(cameras.size()), turns_of(cameras, links));
    for (std::size_t i = 0; i < cameras.size(); ++i) cameras[i].camera.world_from_camera = start[i];
}

std::vector<LensPrior> priors_of(const std::vector<BundleCamera>& cameras, std::span<const double> told,
                                 bool determined) {
    std::vector<LensPrior> out;
    for (std::size_t i = 0; i < cameras.size(); ++i) {
        const auto lens = static_cast<std::size_t>(cameras[i].lens);
        if (out.size() <= lens) out.resize(lens + 1);
        if (out[lens].f_px > 0) continue;
        out[lens] = {cameras[i].camera.lens.f_px, told[i] > 0 ? 0.05 : determined ? 0.3 : 0.02, 0.05};
    }
    return out;
}

// Takes out the link that contradicts the others most; of many such an eighth at once, so that a hundred of them do not
// take a hundred solutions. False when none does.
bool drop_worst(std::vector<TileLink>& links, const BundleReport& report) {
    // A lens that is not known yet moves places by some pixels; a false link by tens and hundreds.
    const double limit = std::max(8.0, 5 * report.scale_px);
    std::vector<std::pair<double, std::size_t>> off;
    for (std::size_t i = 0; i < links.size(); ++i)
        if (report.links[i].median_px > limit) off.emplace_back(-report.links[i].median_px, i);
    if (off.empty()) return false;
    std::sort(off.begin(), off.end());
    off.resize((off.size() + 7) / 8);
    for (const auto& [miss, i] : off) links[i].places.clear();
    std::erase_if(links, [](const TileLink& l) { return l.places.empty(); });
    return true;
}

// How far links are from what the surest tree says of them, each bounded: rings that do not close cost most.
double open_rings(const std::vector<BundleCamera>& cameras, const std::vector<TileLink>& links) {
    const std::vector<RelativeTurn> turns = turns_of(cameras, links);
    const auto world = turned_along_tree(static_cast<int>(cameras.size()), turns);
    double sum = 0;
    for (const RelativeTurn& t : turns) {
        const Rotation by_tree = world[static_cast<std::size_t>(t.a)].inverse() * world[static_cast<std::size_t>(t.b)];
        const TileLens& lens = cameras[static_cast<std::size_t>(t.b)].camera.lens;
        const double off_px = (t.a_from_b.inverse() * by_tree).angle_rad() * lens.f_px;
        sum += std::min(off_px / std::max(lens.width, lens.height), 1.0);
    }
    return sum;
}

// The same cameras with the focal length, up to two thirds shorter or longer, with which rings close best.
std::vector<BundleCamera> ring_closed(const std::vector<BundleCamera>& cameras, const std::vector<TileLink>& links) {
    constexpr int kSteps = 20;
    std::vector<BundleCamera> best = cameras;
    double least = open_rings(cameras, links);
    for (int i = -kSteps; i <= kSteps; ++i) {
        std::vector<BundleCamera> tried = cameras;
        for (BundleCamera& c : tried) c.camera.lens.f_px *= std::pow(5.0 / 3, static_cast<double>(i) / kSteps);
        const double open = open_rings(tried, links);
        if (open >= least) continue;
        least = open;
        best = std::move(tried);
    }
    return best;
}

// One way of sharing lenses.
struct Attempt {
    std::vector<BundleCamera> cameras;
    std::vector<TileLink> links;
    double scale_px = 0;
};

Attempt attempt(std::vector<BundleCamera> cameras, std::vector<TileLink> links, const BundleOptions& options) {
    Attempt out{std::move(cameras), std::move(links), 0};
    start_along_tree(out.cameras, out.links);
    BundleReport report = adjust(out.cameras, out.links, options);
    while (drop_worst(out.links, report)) {
        // The start may have come through it.
        start_along_tree(out.cameras, out.links);
        report = adjust(out.cameras, out.links, options);
    }
    out.scale_px = report.scale_px;
    return out;
}

// All told focal lengths as one for the first tile: the middle of what they say of it, where those that nobody was told
// of are as long as their tiles.
double told_of_first(std::span<const TileLens> lenses, std::span<const double> told_f_px) {
    std::vector<double> all;
    for (std::size_t i = 0; i < lenses.size(); ++i)
        if (told_f_px[i] > 0) all.push_back(told_f_px[i] * lenses[0].f_px / lenses[i].f_px);
    if (all.empty()) return 0;
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
}

// A lens for each tile, the ratios of their focal lengths from how large things appear.
struct Zoomed {
    std::vector<BundleCamera> cameras;
    bool determined = false;
};

Zoomed zoomed(std::span<const TileLens> lenses, std::span<const TileLink> links, double told) {
    const std::vector<double> ratios = zoom_ratios(static_cast<int>(lenses.size()), links);
    std::vector<TileLens> own(lenses.begin(), lenses.end());
    for (std::size_t i = 0; i < own.size(); ++i) own[i].f_px *= std::exp(ratios[i]);
    const FocalScan scan = scan_focal(own, links, told);
    Zoomed out;
    out.determined = scan.determined;
    for (std::size_t i = 0; i < own.size(); ++i) {
        if (scan.f_px > 0) own[i].f_px *= scan.f_px / (lenses[0].f_px * std::exp(ratios[0]));
        out.cameras.push_back({{own[i], {}}, static_cast<int>(i)});
    }
    return out;
}

}  // namespace

GroupSolution solve_groups(std::span<const TileLens> lenses, std::span<const int> lens_of, std::vector<TileLink> links,
                           std::span<const double> told_f_px) {
    GroupSolution out;
    const double told = told_of_first(lenses, told_f_px);
    const FocalScan scan = scan_focal(lenses, links, told);
    out.focal_determined = scan.determined || told > 0;
    const double factor = scan.f_px > 0 ? scan.f_px / lenses[0].f_px : 1;
    for (std::size_t i = 0; i < lenses.size(); ++i) {
        TileLens lens = lenses[i];
        lens.f_px *= factor;
        // What was told holds where it fits; two lenses may have been told.
        if (told_f_px[i] > 0 && scan.f_px == told) lens.f_px = told_f_px[i];
        out.cameras.push_back({{lens, {}}, lens_of[i]});
    }
    BundleOptions options;
    options.priors = priors_of(out.cameras, told_f_px, scan.determined);
    options.start_scale = kOpenRing;
    Attempt best = attempt(out.cameras, links, options);
    // Links along a row hardly tell a focal length that a ring tells to a thousandth.
    if (best.links.size() < links.size() && told == 0) {
        std::vector<BundleCamera> closed = ring_closed(out.cameras, links);
        BundleOptions near = options;
        near.priors = priors_of(closed, told_f_px, true);
        near.least_scale = kAllHold;
        Attempt ring = attempt(std::move(closed), links, near);
        if (ring.links.size() > best.links.size()) {
            best = std::move(ring);
            options = near;
            out.focal_determined = true;
        }
    }
    // Somebody has zoomed in between? Then each tile has a focal length of its own.
    if (best.links.size() < links.size() || best.scale_px > kZoomed_px) {
        const Zoomed zoom = zoomed(lenses, links, told);
        options.priors = priors_of(zoom.cameras, told_f_px, true);
        Attempt own = attempt(zoom.cameras, links, options);
        if (own.links.size() > best.links.size() ||
            (own.links.size() == best.links.size() && own.scale_px < 0.5 * best.scale_px)) {
            best = std::move(own);
            out.focal_determined = out.focal_determined || zoom.determined;
        }
    }
    if (drop_near_things(best.cameras, best.links))
        best = attempt(std::move(best.cameras), std::move(best.links), options);
    out.cameras = std::move(best.cameras);
    out.links = std::move(best.links);
    std::vector<RelativeTurn> held;
    for (const TileLink& link : out.links) held.push_back({link.a, link.b, {}, 1});
    out.group = groups_of(static_cast<int>(lenses.size()), held);
    return out;
}

}  // namespace nightstack
