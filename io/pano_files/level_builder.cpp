// SPDX-License-Identifier: MIT
#include "io/pano_files/level_builder.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

std::size_t sum_of(const BlockGrid& grid, int width, int height) { return grid.bytes({0, 0, width, height}); }

// The quarter of a block that block (column, row) of the level before becomes.
int part_of(int column, int row) { return 2 * (row % 2) + column % 2; }

}  // namespace

LevelBuilder::LevelBuilder(const BlockGrid& grid, int last_side, ScratchStore& store, Take take)
    : grids_{grid}, store_(store), take_(std::move(take)) {
    while (std::max(grids_.back().width, grids_.back().height) > std::max(last_side, 1)) {
        BlockGrid next = grids_.back();
        next.width = (next.width + 1) / 2;
        next.height = (next.height + 1) / 2;
        grids_.push_back(next);
    }
    halves_.resize(grids_.size());
}

std::size_t LevelBuilder::part_bytes() const { return sum_of(grids_[0], grids_[0].block / 2, grids_[0].block / 2); }

void LevelBuilder::add(int column, int row, std::span<const std::byte> samples) {
    const BlockGrid& grid = grids_[0];
    const bool inside = column >= 0 && row >= 0 && column < grid.across() && row < grid.down();
    if (!inside || samples.size() != grid.bytes(grid.place(column, row)))
        throw OptionError("block " + std::to_string(column) + ", " + std::to_string(row) + " of " +
                          std::to_string(samples.size()) + " bytes does not fit the picture's " +
                          std::to_string(grid.across()) + " x " + std::to_string(grid.down()) + " blocks");
    give(0, column, row, samples);
}

void LevelBuilder::give(int level, int column, int row, std::span<const std::byte> samples) {
    take_({level, column, row, samples});
    if (level + 1 == levels()) return;
    const Rect place = grid(level).place(column, row);
    std::vector<std::byte> part(sum_of(grid(level), (place.width + 1) / 2, (place.height + 1) / 2));
    halved(grid(level), samples.data(), place.width, place.height, part.data());
    put_part(level + 1, column, row, part);
}

// `column` and `row` are those of the level before.
void LevelBuilder::put_part(int level, int column, int row, std::span<const std::byte> samples) {
    const BlockGrid& before = grid(level - 1);
    std::map<Key, Half>& halves = halves_[static_cast<std::size_t>(level)];
    const Key key{row / 2, column / 2};
    std::shared_ptr<ScratchPiece> parts;
    {
        const std::lock_guard lock(mutex_);
        Half& half = halves[key];
        if (!half.parts) {
            half.parts = store_.reserve(4 * part_bytes());
            half.missing = std::min(2, before.across() - 2 * key.second) * std::min(2, before.down() - 2 * key.first);
        }
        parts = half.parts;
    }
    const int part = part_of(column, row);
    parts->write_at(samples, static_cast<std::uint64_t>(part) * part_bytes());
    Half whole;
    {
        const std::lock_guard lock(mutex_);
        const auto it = halves.find(key);
        it->second.there |= 1U << part;
        if (--it->second.missing > 0) return;
        whole = std::move(it->second);
        halves.erase(it);
    }
    parts.reset();
    const std::vector<std::byte> block = joined(level, key, whole);
    whole = {};
    give(level, key.second, key.first, block);
}

std::vector<std::byte> LevelBuilder::joined(int level, const Key& key, const Half& half) const {
    const BlockGrid& g = grid(level);
    const Rect place = g.place(key.second, key.first);
    std::vector<std::byte> block(g.bytes(place)), part(part_bytes());
    const std::size_t pixel = g.pixel_bytes();
    for (int i = 0; i < 4; ++i) {
        if ((half.there >> i & 1U) == 0) continue;
        const int left = i % 2 * (g.block / 2), top = i / 2 * (g.block / 2);
        const int width = std::min(g.block / 2, place.width - left), height = std::min(g.block / 2, place.height - top);
        const std::span<std::byte> samples = std::span(part).first(sum_of(g, width, height));
        half.parts->read_at(samples, static_cast<std::uint64_t>(i) * part_bytes());
        for (int y = 0; y < height; ++y)
            std::memcpy(block.data() + (static_cast<std::size_t>(top + y) * static_cast<std::size_t>(place.width) +
                                        static_cast<std::size_t>(left)) *
                                           pixel,
                        samples.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * pixel,
                        static_cast<std::size_t>(width) * pixel);
    }
    return block;
}

void LevelBuilder::finish() {
    for (int level = 1; level < levels(); ++level) {
        std::map<Key, Half> left;
        left.swap(halves_[static_cast<std::size_t>(level)]);
        for (auto& [key, half] : left) {
            const std::vector<std::byte> block = joined(level, key, half);
            half = {};
            give(level, key.second, key.first, block);
        }
    }
}

}  // namespace nightstack::io
