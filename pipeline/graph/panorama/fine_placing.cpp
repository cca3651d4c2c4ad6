// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/fine_placing.h"

#include <algorithm>

#include "pipeline/graph/panorama/fates.h"
#include "pipeline/graph/panorama/grid_fill.h"
#include "pipeline/graph/panorama/group_sizes.h"
#include "pipeline/graph/panorama/lens_choice.h"
#include "pipeline/graph/panorama/patch_links.h"
#include "pipeline/stages/stitch/layout/grid_names.h"

namespace nightstack {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

struct FineLinks {
    std::vector<TileLink> links;
    BundleReport report;  // of them
};

// Twice: what the small pictures say is enough to know the lens and where to look, and then what overlaps a little.
FineLinks by_patches(const TilesByName& tiles, GroupSolution& s, Runner& runner) {
    FineLinks out;
    for (const bool rough : {true, false}) {
        PatchLinkOptions options;
        options.most_off_px = rough ? 8 : 3;
        options.rough = rough;
        out.links = patch_links(tiles.greys, tiles.corners, s.cameras, s.group, s.links, options, runner);
        out.report = adjust_with_lens(s.cameras, out.links, s.focal_determined);
    }
    return out;
}

// What has no links yet.
GridFill by_grid(const TilesByName& tiles, GroupSolution& s, Runner& runner) {
    const NameOrder names = read_names(tiles.stems);
    std::vector<GridFillTile> in_grid;
    for (std::size_t i = 0; i < tiles.size(); ++i)
        in_grid.push_back({tiles.greys[i], names.places[i], tiles.rich[i] != 0});
    return fill_grid(in_grid, s.cameras, s.group, largest_group(s.group), runner);
}

// Links of those that the grid has placed to what lies around them.
void link_filled(FineLinks& fine, const TilesByName& tiles, GroupSolution& s, const std::vector<int>& group_before,
                 Runner& runner) {
    std::vector<char> filled(tiles.size(), 0);
    for (std::size_t i = 0; i < tiles.size(); ++i) filled[i] = s.group[i] != group_before[i];
    if (std::count(filled.begin(), filled.end(), 1) == 0) return;
    PatchLinkOptions options;
    options.most_off_px = 12;
    options.only = filled;
    for (TileLink& link : patch_links(tiles.greys, tiles.corners, s.cameras, s.group, {}, options, runner)) {
        // What stood in one small group has its links already.
        if (group_before[at(link.a)] == group_before[at(link.b)]) continue;
        link.source = LinkSource::phase;
        fine.links.push_back(std::move(link));
    }
    fine.report = adjust_with_lens(s.cameras, fine.links, s.focal_determined);
}

}  // namespace

PanoramaPlacement place_finely(const TilesByName& tiles, GroupSolution& s, Runner& runner) {
    FineLinks fine = by_patches(tiles, s, runner);
    const std::vector<int> group_before = s.group;
    const GridFill grid = by_grid(tiles, s, runner);
    link_filled(fine, tiles, s, group_before, runner);
    PanoramaPlacement out = fates_of(s.group, s.cameras, fine.links, fine.report, grid);
    out.focal_known = s.focal_determined;
    return out;
}

}  // namespace nightstack
