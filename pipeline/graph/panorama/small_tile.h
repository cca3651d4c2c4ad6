// SPDX-License-Identifier: MIT
// A tile at the size at which large structures are compared. Owns its pixels.
#pragma once

#include "pipeline/stages/scene/pyramid.h"
#include "pipeline/stages/stitch/links/grey_tile.h"

namespace nightstack {

class SmallTile {
public:
    explicit SmallTile(const GreyTile& tile) {
        constexpr int kMostSide = 160;
        const int more = level_for(tile.reduced.width(), tile.reduced.height(), kMostSide);
        widen(whole_, tile.reduced);
        build(pyramid_, whole_.cview(), more);
        view = pyramid_.at(more, whole_.cview());
        level = tile.level + more;
    }
    SmallTile(const SmallTile&) = delete;
    SmallTile& operator=(const SmallTile&) = delete;
    ImageView<const float> view;
    int level = 0;  // of the whole tile

private:
    Image<float> whole_;
    Pyramid pyramid_;
};

}  // namespace nightstack
