// SPDX-License-Identifier: MIT
#include "tools/live/tile_bytes.h"

#include <cassert>
#include <cstdint>
#include <cstdlib>

#include "io/chunks/byte_order.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kPixels = kLiveTilePixels;
constexpr std::size_t kPlaceBytes = 2 * sizeof(std::int32_t);
constexpr std::size_t kClosedBytes =
    kPixels * (2 * sizeof(std::int64_t) + sizeof(std::uint32_t) + 4 * sizeof(std::uint16_t));

// Farther out a canvas has no use for pixels, and products of places stay far from overflow.
constexpr int kFarthestTile = 65536 / kLiveTileSide;

std::size_t open_bytes(int depth) {
    return kPixels * (2 * static_cast<std::size_t>(depth) * sizeof(LiveSample) + sizeof(std::uint64_t) +
                      sizeof(std::int32_t) + sizeof(std::uint16_t) + sizeof(std::uint8_t));
}

// Each field of the closed sums, in the order of the file.
template <class Each>
void for_each_field(const ClosedSums& sums, Each&& each) {
    each(sums.sum);
    each(sums.squares);
    each(sums.weight);
    each(sums.count);
    each(sums.low);
    each(sums.high);
    each(sums.flagged);
}

void put_open(io::ByteWriter& out, const OpenBlock& block, int depth) {
    const auto field = [&](const auto* begin) { out.put_field(std::span(begin, kPixels)); };
    for (int j = 0; j < depth; ++j) field(block.lowest + j * block.list_step);
    for (int j = 0; j < depth; ++j) field(block.highest + j * block.list_step);
    field(block.sum);
    std::vector<std::uint64_t> squares(kPixels);  // whole numbers, and so they are kept
    for (std::size_t i = 0; i < kPixels; ++i) squares[i] = static_cast<std::uint64_t>(block.squares[i]);
    field(squares.data());
    field(block.weight);
    field(block.count);
}

void take_open(io::ByteReader& in, const OpenBlock& block, int depth) {
    const auto field = [&](auto* begin) { in.next_field(std::span(begin, kPixels)); };
    for (int j = 0; j < depth; ++j) field(block.lowest + j * block.list_step);
    for (int j = 0; j < depth; ++j) field(block.highest + j * block.list_step);
    field(block.sum);
    std::vector<std::uint64_t> squares(kPixels);
    field(squares.data());
    for (std::size_t i = 0; i < kPixels; ++i) block.squares[i] = static_cast<double>(squares[i]);
    field(block.weight);
    field(block.count);
}

int next_place(io::ByteReader& in) {
    const auto place = in.next<std::int32_t>();
    if (place < -kFarthestTile || place > kFarthestTile)
        throw FormatError("a tile lies at " + std::to_string(place) + ", beyond every canvas");
    return place;
}

}  // namespace

std::size_t tile_bytes(int planes, int depth, OpenBlocks open) {
    const std::size_t plane = kClosedBytes + (open == OpenBlocks::kept ? open_bytes(depth) : 0);
    return kPlaceBytes + static_cast<std::size_t>(planes) * plane;
}

std::vector<std::byte> encoded_tile(LiveStack::TilePlace place, const LiveTile& tile, OpenBlocks open) {
    io::ByteWriter out;
    out.reserve(tile_bytes(tile.planes(), tile.depth(), open));
    out.put(static_cast<std::int32_t>(place.row));
    out.put(static_cast<std::int32_t>(place.column));
    for (int p = 0; p < tile.planes(); ++p) {
        for_each_field(tile.closed(p), [&]<class T>(std::span<T> items) { out.put_field(std::span<const T>(items)); });
        if (open == OpenBlocks::kept) put_open(out, tile.open(p), tile.depth());
    }
    return out.take();
}

PlacedTile decoded_tile(std::span<const std::byte> bytes, int planes, int depth, OpenBlocks open) {
    assert(bytes.size() == tile_bytes(planes, depth, open));
    io::ByteReader in(bytes);
    PlacedTile placed;
    placed.place.row = next_place(in);
    placed.place.column = next_place(in);
    placed.tile = std::make_unique<LiveTile>(planes, depth);
    for (int p = 0; p < planes; ++p) {
        for_each_field(placed.tile->closed(p), [&](auto items) { in.next_field(items); });
        if (open == OpenBlocks::kept) take_open(in, placed.tile->open(p), depth);
    }
    return placed;
}

}  // namespace nightstack::tools
