// SPDX-License-Identifier: MIT
#include "pipeline/stages/live/live_tile.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace nightstack {
namespace {

constexpr std::size_t kPixels = kLiveTilePixels;

// The fields of one plane, each a multiple of 64 bytes.
constexpr std::size_t kClosedBytes =
    kPixels * (2 * sizeof(std::int64_t) + sizeof(std::uint32_t) + 4 * sizeof(std::uint16_t));

constexpr std::size_t open_bytes(int depth) {
    const std::size_t lists = 2 * static_cast<std::size_t>(depth) * sizeof(LiveSample);
    return kPixels * (lists + sizeof(double) + sizeof(std::int32_t) + sizeof(std::uint16_t) + sizeof(std::uint8_t));
}

// Each pending frame a little farther than the pixels need, or all of them would lie at the same places of a cache.
constexpr std::ptrdiff_t kPendingStep = kLiveTilePixels + 2 * kBlockRun;
constexpr std::size_t kPendingBytes = kPendingFrames * static_cast<std::size_t>(kPendingStep) * sizeof(LiveSample);

constexpr std::size_t plane_bytes(int depth) { return open_bytes(depth) + kClosedBytes + kPendingBytes; }

// Hands out consecutive fields.
class Fields {
public:
    explicit Fields(std::byte* at) : at_(at) {}
    template <class T>
    T* next(std::size_t items) {
        T* const field = reinterpret_cast<T*>(at_);
        at_ += items * sizeof(T);
        return field;
    }

private:
    std::byte* at_;
};

template <class T, class Join>
void join(std::span<T> to, std::span<T> from, Join how) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<T>(how(to[i], from[i]));
}

template <class Join>
void join_sums(const ClosedSums& to, const ClosedSums& from, Join how) {
    join(to.sum, from.sum, how);
    join(to.squares, from.squares, how);
    join(to.weight, from.weight, how);
    join(to.count, from.count, how);
    join(to.low, from.low, how);
    join(to.high, from.high, how);
    join(to.flagged, from.flagged, how);
}

OpenBlock moved(OpenBlock block, int pixels) {
    block.lowest += pixels;
    block.highest += pixels;
    block.sum += pixels;
    block.squares += pixels;
    block.weight += pixels;
    block.count += pixels;
    return block;
}

ClosedRun row_of(const ClosedSums& sums, int y) {
    const auto first = static_cast<std::size_t>(y) * kLiveTileSide;
    return {&sums.sum[first], &sums.squares[first], &sums.weight[first], &sums.count[first],
            &sums.low[first], &sums.high[first],    &sums.flagged[first]};
}

// No sample in the row: nothing to clip.
bool is_empty(const std::uint8_t* count) {
    std::array<std::uint64_t, kLiveTileSide / 8> eights;
    std::memcpy(eights.data(), count, sizeof eights);
    return std::ranges::all_of(eights, [](std::uint64_t v) { return v == 0; });
}

void clip_row(const OpenBlock& row, const ClipRule& rule, const ClippedRun& out) {
    if (!is_empty(row.count)) return clip_block(row, kLiveTileSide, rule, out);
    for (double* field : {out.count, out.weight, out.sum, out.squares, out.low, out.high, out.flagged})
        std::fill_n(field, kLiveTileSide, 0.0);
}

void copy_part(const ShownRun& row, const Rect& part, int y, const LiveTilePicture& out) {
    const auto copy = [&](const auto* from, const auto& plane) {
        std::copy_n(from + part.x, part.width, plane.row_data(y));
    };
    copy(row.value, out.value);
    copy(row.variance, out.variance);
    copy(row.coverage, out.coverage);
    copy(row.low, out.low);
    copy(row.high, out.high);
    std::uint8_t* const flag = out.flag.row_data(y);
    for (int x = 0; x < part.width; ++x) flag[x] = static_cast<std::uint8_t>(row.flagged[part.x + x]);
}

}  // namespace

Rect tiles_of(const Rect& area) {
    if (area.empty()) return {};
    // Rounds down also below zero.
    const auto index = [](int pixel) {
        return pixel >= 0 ? pixel / kLiveTileSide : -((-pixel + kLiveTileSide - 1) / kLiveTileSide);
    };
    const int x = index(area.x), y = index(area.y);
    return {x, y, index(area.right() - 1) - x + 1, index(area.bottom() - 1) - y + 1};
}

ClipScratch::ClipScratch()
    : memory_(kLiveTileSide * (7 * sizeof(double) + 2 * sizeof(float) + 4 * sizeof(std::uint16_t))) {}

ClippedRun ClipScratch::run() const {
    Fields fields(static_cast<std::byte*>(memory_.data()));
    const auto next = [&] { return fields.next<double>(kLiveTileSide); };
    ClippedRun run;
    for (double** field : {&run.count, &run.weight, &run.sum, &run.squares, &run.low, &run.high, &run.flagged})
        *field = next();
    return run;
}

ShownRun ClipScratch::shown() const {
    Fields fields(static_cast<std::byte*>(memory_.data()) + 7 * kLiveTileSide * sizeof(double));
    ShownRun row;
    row.value = fields.next<float>(kLiveTileSide);
    row.variance = fields.next<float>(kLiveTileSide);
    for (std::uint16_t** field : {&row.coverage, &row.low, &row.high, &row.flagged})
        *field = fields.next<std::uint16_t>(kLiveTileSide);
    return row;
}

std::size_t LiveTile::bytes(int planes, int depth) { return static_cast<std::size_t>(planes) * plane_bytes(depth); }

LiveTile::LiveTile(int planes, int depth) : planes_(planes), depth_(depth), memory_(bytes(planes, depth)) {
    for (int p = 0; p < planes; ++p) clear_block(unsettled(p), kLiveTilePixels, depth);
}

std::byte* LiveTile::plane_begin(int plane) const {
    assert(plane >= 0 && plane < planes_);
    return static_cast<std::byte*>(memory_.data()) + static_cast<std::size_t>(plane) * plane_bytes(depth_);
}

OpenBlock LiveTile::unsettled(int plane) const {
    Fields fields(plane_begin(plane));
    OpenBlock block;
    block.lowest = fields.next<LiveSample>(kPixels * static_cast<std::size_t>(depth_));
    block.highest = fields.next<LiveSample>(kPixels * static_cast<std::size_t>(depth_));
    block.list_step = kLiveTilePixels;
    block.squares = fields.next<double>(kPixels);
    block.sum = fields.next<std::int32_t>(kPixels);
    block.weight = fields.next<std::uint16_t>(kPixels);
    block.count = fields.next<std::uint8_t>(kPixels);
    return block;
}

OpenBlock LiveTile::open(int plane) const {
    settle();
    return unsettled(plane);
}

LiveSample* LiveTile::pending(int plane, int frame) const {
    return reinterpret_cast<LiveSample*>(plane_begin(plane) + open_bytes(depth_) + kClosedBytes) + frame * kPendingStep;
}

ClosedSums LiveTile::closed(int plane) const {
    Fields fields(plane_begin(plane) + open_bytes(depth_));
    ClosedSums sums;
    sums.sum = {fields.next<std::int64_t>(kPixels), kPixels};
    sums.squares = {fields.next<std::int64_t>(kPixels), kPixels};
    sums.weight = {fields.next<std::uint32_t>(kPixels), kPixels};
    for (auto* field : {&sums.count, &sums.low, &sums.high, &sums.flagged})
        *field = {fields.next<std::uint16_t>(kPixels), kPixels};
    return sums;
}

std::array<ImageView<float>, 3> LiveTile::room() {
    if (pending_ == kPendingFrames) settle();
    std::array<ImageView<float>, 3> views;
    for (int p = 0; p < planes_; ++p)
        views[static_cast<std::size_t>(p)] = {reinterpret_cast<float*>(pending(p, pending_)), kLiveTileSide,
                                              kLiveTileSide, kLiveTileSide};
    return views;
}

void LiveTile::code_room(float units_per_adu, const std::array<int, 3>& weight) {
    assert(pending_ < kPendingFrames);
    for (int p = 0; p < planes_; ++p) {
        LiveSample* const room = pending(p, pending_);
        code_samples(reinterpret_cast<const float*>(room), kLiveTilePixels, units_per_adu,
                     weight[static_cast<std::size_t>(p)], room);
    }
}

void LiveTile::settle() const {
    const std::lock_guard lock(settling_);
    for (int p = 0; p < planes_; ++p)
        add_to_block(unsettled(p), kLiveTilePixels, depth_, {pending(p, 0), kPendingStep, pending_});
    pending_ = 0;
}

void LiveTile::close_block(int plane, const ClipRule& rule, ClipScratch& scratch) {
    assert(rule.depth == depth_);
    const OpenBlock block = open(plane);
    const ClosedSums sums = closed(plane);
    const ClippedRun clipped = scratch.run();
    for (int y = 0; y < kLiveTileSide; ++y) {
        const OpenBlock row = moved(block, y * kLiveTileSide);
        if (is_empty(row.count)) continue;
        clip_block(row, kLiveTileSide, rule, clipped);
        add_clipped(row_of(sums, y), kLiveTileSide, clipped);
    }
    clear_block(block, kLiveTilePixels, depth_);
}

void LiveTile::read(int plane, const ClipRule& rule, double unit_adu, const Rect& part, const LiveTilePicture& out,
                    ClipScratch& scratch) const {
    assert(rule.depth == depth_ && out.value.same_size(part.width, part.height));
    const OpenBlock block = open(plane);
    const ClosedSums sums = closed(plane);
    const ClippedRun clipped = scratch.run();
    const ShownRun shown = scratch.shown();
    for (int y = 0; y < part.height; ++y) {
        const int from = part.y + y;
        clip_row(moved(block, from * kLiveTileSide), rule, clipped);
        show(row_of(sums, from), kLiveTileSide, clipped, rule.variance, unit_adu, shown);
        copy_part(shown, part, y, out);
    }
}

void LiveTile::add_closed(const LiveTile& other) {
    assert(other.planes_ == planes_);
    for (int p = 0; p < planes_; ++p) join_sums(closed(p), other.closed(p), [](auto a, auto b) { return a + b; });
}

void LiveTile::subtract_closed(const LiveTile& other) {
    assert(other.planes_ == planes_);
    for (int p = 0; p < planes_; ++p) join_sums(closed(p), other.closed(p), [](auto a, auto b) { return a - b; });
}

bool LiveTile::holds(const LiveTile& part) const {
    const auto within = [](const auto& a, const auto& b) {
        return std::equal(a.begin(), a.end(), b.begin(), [](auto x, auto y) { return x >= y; });
    };
    for (int p = 0; p < planes_; ++p) {
        const ClosedSums a = closed(p), b = part.closed(p);
        if (!within(a.weight, b.weight) || !within(a.count, b.count) || !within(a.low, b.low) ||
            !within(a.high, b.high) || !within(a.flagged, b.flagged) || !within(a.squares, b.squares))
            return false;
    }
    return true;
}

void LiveTile::clear() {
    pending_ = 0;
    std::memset(memory_.data(), 0, memory_.size());
    for (int p = 0; p < planes_; ++p) clear_block(unsettled(p), kLiveTilePixels, depth_);
}

bool LiveTile::operator==(const LiveTile& other) const {
    if (planes_ != other.planes_ || depth_ != other.depth_) return false;
    settle();
    other.settle();
    for (int p = 0; p < planes_; ++p)
        if (std::memcmp(plane_begin(p), other.plane_begin(p), open_bytes(depth_) + kClosedBytes) != 0) return false;
    return true;
}

}  // namespace nightstack
