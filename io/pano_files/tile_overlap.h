// SPDX-License-Identifier: MIT
// Blocks of a picture with one more pixel of their neighbours on each side. Internal to this folder.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "io/files/scratch_store.h"
#include "io/pano_files/block_writer.h"

namespace nightstack::io {

// A block waits in the store until it and its neighbours have become tiles: three rows of blocks when they come row by
// row. `add` from several threads at once, each block once.
class TileOverlap {
public:
    struct Tile {
        int column, row;
        Rect place;  // in the picture
        std::span<const std::byte> samples;
    };
    using Take = std::function<void(const Tile&)>;  // from several threads at once

    TileOverlap(const BlockGrid& grid, ScratchStore& store, Take take);
    void add(int column, int row, std::span<const std::byte> samples);
    bool complete() const { return done_ == grid_.across() * grid_.down(); }  // after the last add

private:
    using Key = std::pair<int, int>;  // row, column
    struct Block {
        std::shared_ptr<ScratchPiece> piece;  // the samples, then the left column, then the right one
        int users = 0;                        // tiles to come that take part of it
    };
    Rect around(const Key& key) const;  // blocks that touch it, in columns and rows
    void make(const Key& key);
    void copy_part(const Block& block, const Key& key, const Rect& tile, std::vector<std::byte>& out) const;

    const BlockGrid grid_;
    ScratchStore& store_;
    Take take_;
    mutable std::mutex mutex_;
    std::map<Key, Block> blocks_;
    std::map<Key, int> missing_;  // of tiles of which some is there
    int done_ = 0;
};

}  // namespace nightstack::io
