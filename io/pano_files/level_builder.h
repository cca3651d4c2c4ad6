// SPDX-License-Identifier: MIT
// The levels of a pyramid from its blocks as they come, each half as large as the one before, in bounded memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "io/files/scratch_store.h"
#include "io/pano_files/block_writer.h"

namespace nightstack::io {

struct LevelBlock {
    int level = 0;  // 0 is the picture
    int column = 0;
    int row = 0;
    std::span<const std::byte> samples;
};

// Pixels of a level are means of 2x2 of the one before, of what is there at odd edges; colours weighted by alpha; of
// floats without alpha NaN is left out. `add` from several threads at once.
class LevelBuilder {
public:
    // Called with every block that is whole, from the thread that completed it, from several at once.
    using Take = std::function<void(const LevelBlock&)>;

    // Levels until both sides are at most `last_side`. Half-made blocks wait in the store, a quarter of a row of
    // blocks at each level when they come row by row. Block sides are even.
    LevelBuilder(const BlockGrid& grid, int last_side, ScratchStore& store, Take take);

    int levels() const { return static_cast<int>(grids_.size()); }
    const BlockGrid& grid(int level) const { return grids_[static_cast<std::size_t>(level)]; }

    // A block of the picture. Throws IoError, OptionError (span, place), and what `take` throws.
    void add(int column, int row, std::span<const std::byte> samples);
    // Blocks of which parts never came are made with nothing (zeros) in their place.
    void finish();

private:
    // The up to four parts of it lie one behind the other, each of a quarter's largest size.
    struct Half {
        std::shared_ptr<ScratchPiece> parts;
        int missing = 0;
        unsigned there = 0;  // bits
    };
    using Key = std::pair<int, int>;  // row, column
    void give(int level, int column, int row, std::span<const std::byte> samples);
    void put_part(int level, int column, int row, std::span<const std::byte> samples);
    std::vector<std::byte> joined(int level, const Key& key, const Half& half) const;
    std::size_t part_bytes() const;

    std::vector<BlockGrid> grids_;
    ScratchStore& store_;
    Take take_;
    std::mutex mutex_;
    std::vector<std::map<Key, Half>> halves_;  // of each level
};

// The mean of 2x2; `to` has (width + 1) / 2 x (height + 1) / 2 pixels.
void halved(const BlockGrid& kind, const std::byte* from, int width, int height, std::byte* to);

}  // namespace nightstack::io
