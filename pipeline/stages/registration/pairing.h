// SPDX-License-Identifier: MIT
// Which star is which once a transform is at hand: mutual nearest neighbours within a radius, found
// through a grid of cells. Mutual, so that swapping the lists swaps the pairs and changes nothing.
#pragma once

#include <span>
#include <vector>

#include "pipeline/core/star.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/registration/usable_stars.h"

namespace nightstack {

// Positions in the two lists: ref[pair.ref] and frame[pair.frame] are the same star.
struct StarPair {
    int ref = 0;
    int frame = 0;
    friend bool operator==(const StarPair&, const StarPair&) = default;
};

// A grid over points. Const use from many threads is safe. Keeps a view: the points must outlive it.
class PairFinder {
public:
    explicit PairFinder(std::span<const StarPoint> points);

    // Pairs of (position in points(), position in `places`), ordered by the former.
    // A place that is not finite pairs with nothing.
    std::vector<StarPair> pairs(std::span<const Point> places, double radius_px) const;
    // Points per square pixel in the cells around point i, itself not counted.
    double density_around(std::size_t i) const;

    std::span<const StarPoint> points() const { return points_; }
    const Extent& extent() const { return extent_; }

private:
    template <class Visit>
    void visit_cells(double x0, double y0, double x1, double y1, Visit&& visit) const;

    std::span<const StarPoint> points_;
    Extent extent_;
    double cell_px_ = 1;
    int columns_ = 0;
    int rows_ = 0;
    std::vector<int> first_;    // of each cell in members_, one past the last cell included
    std::vector<int> members_;  // positions in points_, by cell
};

// The same over whole star lists: pairs of list positions, ordered by ref. Stars with places that
// are not finite are left out, as are doubles closer than `separation_px` to a brighter star.
std::vector<StarPair> pair_stars(const StarList& ref, const StarList& frame, const Transform& ref_from_frame,
                                 double radius_px, double separation_px = 1.5);

}  // namespace nightstack
