// SPDX-License-Identifier: MIT
// What has to be done for one block: which of its squares show one tile as it is, which are blended because another
// tile is in reach of the bands, and what of each tile is needed for that. A function of the canvas alone. One object
// for one thread, used again and again.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/stitch/compose/block_labels.h"

namespace nightstack {

class BlockPlan {
public:
    // `halo`: whole squares, how far blending reaches; 0: none.
    void make(const SeamMap& seams, double period_px, std::span<const CanvasToTile> maps,
              std::span<const MeshShape> shapes, HolesOfTiles holes, const Rect& block, int halo);
    BlockLabels& labels() { return labels_; }
    const BlockLabels& labels() const { return labels_; }
    // Labels in the order of their tiles, the same in every block.
    const std::vector<std::size_t>& order() const { return order_; }
    bool blended(std::size_t square) const { return blended_[square] != 0; }
    bool blends() const { return !shown_.empty(); }
    // All that is blended: as runs of squares, and the rectangle around them; in pixels.
    const std::vector<Rect>& shown() const { return shown_; }
    Rect blended_part() const;

    // What follows is about one label, after this; false: nothing of it is needed.
    bool find_needs(std::size_t label);
    bool needed(std::size_t square) const { return needs_[square] != nothing; }
    bool needed_as_it_is(std::size_t square) const { return (needs_[square] & as_it_is) != 0; }
    bool needed_to_blend(std::size_t square) const { return (needs_[square] & to_blend) != 0; }
    // Needed to blend or within two squares of it: there its picture must not be left as the memory was.
    bool filled(std::size_t square) const { return filled_[square] != 0; }
    Rect picture() const;                                                        // all that is needed to blend
    const std::vector<Rect>& around() const { return around_; }                  // that and a square on all sides
    const std::vector<Rect>& shown_of_label() const { return shown_of_label_; }  // blended and with the label
    Rect with_label(std::size_t label) const;                                    // all squares in which it stands

private:
    enum Need : std::uint8_t { nothing = 0, as_it_is = 1, to_blend = 2 };
    void find_neighbours(int reach);
    void classify(const Rect& block, bool blend);
    void spans(const std::vector<std::uint8_t>& marks, std::vector<Rect>& out) const;
    template <class Which>
    Rect pixels_of(const Which& which) const;
    bool has(const std::vector<std::uint64_t>& sets, std::size_t square, std::size_t label) const {
        return (sets[square * words_ + label / 64] >> (label % 64) & 1) != 0;
    }

    BlockLabels labels_;
    std::vector<std::size_t> order_;
    int reach_ = 0;
    std::size_t words_ = 1;
    std::vector<std::uint64_t> own_, near_, columns_;  // labels in each square; in it and in reach; between the two
    std::vector<std::uint8_t> in_block_, blended_, needs_, filled_, marks_, half_, grown_;
    std::vector<Rect> shown_, around_, shown_of_label_;
};

}  // namespace nightstack
