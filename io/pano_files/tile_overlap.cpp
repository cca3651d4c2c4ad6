// SPDX-License-Identifier: MIT
#include "io/pano_files/tile_overlap.h"

#include <algorithm>
#include <cstring>

namespace nightstack::io {

TileOverlap::TileOverlap(const BlockGrid& grid, ScratchStore& store, Take take)
    : grid_(grid), store_(store), take_(std::move(take)) {}

Rect TileOverlap::around(const Key& key) const {
    return intersected({key.second - 1, key.first - 1, 3, 3}, {0, 0, grid_.across(), grid_.down()});
}

void TileOverlap::add(int column, int row, std::span<const std::byte> samples) {
    const Rect place = grid_.place(column, row);
    const std::size_t pixel = grid_.pixel_bytes();
    const std::size_t line = static_cast<std::size_t>(place.width) * pixel;
    std::vector<std::byte> edges(2 * static_cast<std::size_t>(place.height) * pixel);
    for (std::size_t y = 0; y < static_cast<std::size_t>(place.height); ++y) {
        const std::byte* from = samples.data() + y * line;
        std::memcpy(edges.data() + y * pixel, from, pixel);
        std::memcpy(edges.data() + edges.size() / 2 + y * pixel, from + line - pixel, pixel);
    }
    Block block{store_.reserve(samples.size() + edges.size()), 0};
    block.piece->write_at(samples, 0);
    block.piece->write_at(edges, samples.size());
    const Rect near = around({row, column});
    block.users = near.width * near.height;
    std::vector<Key> whole;
    {
        const std::lock_guard lock(mutex_);
        blocks_.emplace(Key{row, column}, std::move(block));
        for (int r = near.y; r < near.bottom(); ++r) {
            for (int c = near.x; c < near.right(); ++c) {
                const Rect needed = around({r, c});
                const auto it = missing_.emplace(Key{r, c}, needed.width * needed.height).first;
                if (--it->second > 0) continue;
                missing_.erase(it);
                whole.push_back({r, c});
            }
        }
    }
    for (const Key& key : whole) make(key);
}

void TileOverlap::make(const Key& key) {
    const Rect all{0, 0, grid_.width, grid_.height};
    const Rect tile = intersected(grown(grid_.place(key.second, key.first), 1), all);
    std::vector<std::byte> samples(grid_.bytes(tile));
    const Rect near = around(key);
    for (int r = near.y; r < near.bottom(); ++r) {
        for (int c = near.x; c < near.right(); ++c) {
            Block block;
            {
                const std::lock_guard lock(mutex_);
                block = blocks_.at({r, c});
            }
            copy_part(block, {r, c}, tile, samples);
        }
    }
    take_({key.second, key.first, tile, samples});
    const std::lock_guard lock(mutex_);
    ++done_;
    for (int r = near.y; r < near.bottom(); ++r) {
        for (int c = near.x; c < near.right(); ++c) {
            const auto it = blocks_.find({r, c});
            if (--it->second.users == 0) blocks_.erase(it);
        }
    }
}

// Whole rows of a block come in one go, its edge columns too.
void TileOverlap::copy_part(const Block& block, const Key& key, const Rect& tile, std::vector<std::byte>& out) const {
    const Rect place = grid_.place(key.second, key.first);
    const Rect part = intersected(place, tile);
    const std::size_t pixel = grid_.pixel_bytes();
    std::size_t width = static_cast<std::size_t>(place.width) * pixel;  // of a row as it is read
    std::uint64_t at = static_cast<std::uint64_t>(part.y - place.y) * width;
    std::size_t skip = static_cast<std::size_t>(part.x - place.x) * pixel;
    if (part.width == 1 && place.width > 1) {
        const std::uint64_t column = static_cast<std::uint64_t>(place.height) * pixel;
        at = grid_.bytes(place) + (part.x == place.x ? 0 : column) +
             static_cast<std::uint64_t>(part.y - place.y) * pixel;
        width = pixel;
        skip = 0;
    }
    std::vector<std::byte> bytes(width * static_cast<std::size_t>(part.height));
    block.piece->read_at(bytes, at);
    const std::size_t row = static_cast<std::size_t>(tile.width) * pixel;
    for (std::size_t y = 0; y < static_cast<std::size_t>(part.height); ++y) {
        const std::size_t to =
            (static_cast<std::size_t>(part.y - tile.y) + y) * row + static_cast<std::size_t>(part.x - tile.x) * pixel;
        std::memcpy(out.data() + to, bytes.data() + y * width + skip, static_cast<std::size_t>(part.width) * pixel);
    }
}

}  // namespace nightstack::io
