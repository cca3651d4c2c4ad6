// SPDX-License-Identifier: MIT
#include "pipeline/stages/live/live_stack.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

void require(bool ok, const std::string& what) {
    if (!ok) throw OptionError("live stack: " + what);
}

// Frames that drifted both ways leave holes between.
Rect tiles_around(const LiveStack::Tiles& tiles) {
    Rect around;
    for (const auto& [place, tile] : tiles) around = united(around, {place.column, place.row, 1, 1});
    return around;
}

// The places of all tiles that hold pixels of the area, row by row.
template <class Each>
void for_each_tile(const Rect& area, Each&& each) {
    const Rect tiles = tiles_of(area);
    for (int row = tiles.y; row < tiles.bottom(); ++row)
        for (int column = tiles.x; column < tiles.right(); ++column) each(LiveStack::TilePlace{row, column});
}

void check_same(const LiveStackOptions& a, const LiveStackOptions& b) {
    const auto same = [](bool equal, const char* what) {
        require(equal, std::string("two stacks that differ in ") + what + " cannot be joined");
    };
    same(a.planes == b.planes, "the number of planes");
    same(a.clip_depth == b.clip_depth, "clip depth");
    same(a.kappa_low == b.kappa_low && a.kappa_high == b.kappa_high, "kappa");
    same(live_unit(a.white_adu) == live_unit(b.white_adu), "white level");
    same(a == b, "the noise or sky of the reference");
}

// The part of the tile that the picture shows.
void read_into(LivePicture::Plane& out, const Rect& canvas, const Rect& tile_pixels, const LiveTile& tile, int plane,
               const ClipRule& rule, double unit_adu, ClipScratch& scratch) {
    const Rect seen = intersected(tile_pixels, canvas);
    const Rect to{seen.x - canvas.x, seen.y - canvas.y, seen.width, seen.height};
    const Rect part{seen.x - tile_pixels.x, seen.y - tile_pixels.y, seen.width, seen.height};
    tile.read(plane, rule, unit_adu, part,
              {out.value.view().cropped(to), out.variance.view().cropped(to), out.coverage.view().cropped(to),
               out.low.view().cropped(to), out.high.view().cropped(to), out.flag.view().cropped(to)},
              scratch);
}

}  // namespace

void LiveStackOptions::check() const {
    require(planes >= 1 && planes <= 3, std::to_string(planes) + " planes, 1 to 3 expected");
    require(clip_depth >= kLeastClipDepth && clip_depth <= kMostClipDepth,
            "clip depth " + std::to_string(clip_depth) + ", " + std::to_string(kLeastClipDepth) + " to " +
                std::to_string(kMostClipDepth) + " expected");
    for (const double kappa : {kappa_low, kappa_high})
        require(kappa > 0 && kappa <= 100, "kappa " + std::to_string(kappa) + ", above 0 and at most 100 expected");
    // Ranges in which no square and no product leaves what a double can hold.
    require(white_adu >= 1e-20 && white_adu <= 1e20, "white level " + std::to_string(white_adu) + ", above 0 expected");
    const double unit = live_unit(white_adu);
    require(object_share >= 0 && object_share <= 1,
            "object share " + std::to_string(object_share) + ", 0 to 1 expected");
    for (std::size_t p = 0; p < static_cast<std::size_t>(planes); ++p) {
        require(noise_adu[p] >= 1e-9 * unit && noise_adu[p] <= 1e9 * unit,
                "noise " + std::to_string(noise_adu[p]) + ", above 0 expected");
        require(std::abs(sky_adu[p]) <= 1e9 * unit, "the sky level " + std::to_string(sky_adu[p]) + " is absurd");
        require(signal_variance[p] >= 0 && signal_variance[p] <= 1e12 * unit,
                "variance per signal " + std::to_string(signal_variance[p]) + ", at least 0 expected");
    }
}

LiveStack::LiveStack(const LiveStackOptions& options) : options_(options) {
    options.check();
    unit_adu_ = live_unit(options.white_adu);
    first_factor_ = first_round_factors(options.clip_depth);
}

std::size_t LiveStack::bytes(std::size_t canvas_width, std::size_t canvas_height, const LiveStackOptions& options) {
    // A canvas may lie across one more tile than it is long.
    const auto tiles = [](std::size_t side) { return (side + kLiveTileSide - 2) / kLiveTileSide + 1; };
    return tiles(canvas_width) * tiles(canvas_height) * LiveTile::bytes(options.planes, options.clip_depth);
}

ClipRule clip_rule(const LiveStackOptions& options, int plane,
                   const std::array<double, kBlockFrames + 1>& first_factor) {
    const auto p = static_cast<std::size_t>(plane);
    const double unit = live_unit(options.white_adu);
    ClipRule rule;
    rule.depth = options.clip_depth;
    rule.kappa_low = options.kappa_low;
    rule.kappa_high = options.kappa_high;
    const double noise = options.noise_adu[p] / unit;
    rule.variance = noise * noise;
    rule.sky = options.sky_adu[p] / unit;
    rule.signal_variance = options.signal_variance[p] / unit;
    rule.object_share = options.object_share;
    rule.first_factor = first_factor;
    return rule;
}

void LiveStack::set_noise(const std::array<double, 3>& noise_adu) {
    assert(closed_frames_ == 0 && !finished_);
    LiveStackOptions now = options_;
    now.noise_adu = noise_adu;
    now.check();
    options_ = now;
}

LiveStack::Cover LiveStack::cover(const LiveFrame& frame) {
    Cover out;
    Rect around;  // in tiles
    for_each_tile(frame.footprint, [&](TilePlace place) {
        if (frame.touches && !frame.touches(place.pixels())) return;
        out.tiles.push_back(place);
        around = united(around, {place.column, place.row, 1, 1});
    });
    const Rect pixels{around.x * kLiveTileSide, around.y * kLiveTileSide, around.width * kLiveTileSide,
                      around.height * kLiveTileSide};
    out.extent = intersected(frame.footprint, pixels);
    return out;
}

// The tiles a frame falls on; those that are not there yet are made, and become part of the stack at the end.
struct LiveStack::Touched {
    std::vector<std::pair<TilePlace, LiveTile*>> tiles;
    Tiles fresh;
    Rect extent;
};

LiveStack::Touched LiveStack::touched(const LiveFrame& frame) {
    const Cover on = cover(frame);
    Touched out;
    out.extent = on.extent;
    for (const TilePlace place : on.tiles) {
        const auto found = tiles_.find(place);
        LiveTile* tile = found != tiles_.end() ? found->second.get() : nullptr;
        if (tile == nullptr) {
            auto made = std::make_unique<LiveTile>(options_.planes, options_.clip_depth);
            tile = out.fresh.emplace(place, std::move(made)).first->second.get();
        }
        out.tiles.emplace_back(place, tile);
    }
    return out;
}

std::size_t LiveStack::bytes_with(const LiveFrame& frame) const {
    std::size_t fresh = 0;
    for (const TilePlace place : cover(frame).tiles) fresh += tiles_.contains(place) ? 0U : 1U;
    return memory_bytes() + fresh * LiveTile::bytes(options_.planes, options_.clip_depth);
}

std::size_t LiveStack::bytes_with(const Rect& footprint) const {
    LiveFrame frame;
    frame.footprint = footprint;
    return bytes_with(frame);
}

void LiveStack::require_unfinished() const {
    require(!finished_, "finished: it can only be shown");
    require(!closing_, "a block was closed in part only: close it again");
}

// Until the frame is counted, which cannot fail, tiles hold nothing of it.
void LiveStack::add(const LiveFrame& frame, Runner& runner) {
    if (closing_) close_block(runner);
    require_unfinished();
    require(frames() < kMostLiveFrames, "more than " + std::to_string(kMostLiveFrames) + " frames");
    if (open_frames_ == kBlockFrames) close_block(runner);
    Touched on = touched(frame);
    const auto units_per_adu = static_cast<float>(1 / unit_adu_);
    runner.run(static_cast<int>(on.tiles.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            const auto& [place, tile] = on.tiles[static_cast<std::size_t>(i)];
            // Neighbours in turn, so that every frame takes the same time.
            if ((open_frames_ + place.row + place.column) % kPendingFrames == 0) tile->settle();
            const std::array<ImageView<float>, 3> room = tile->room();
            frame.sample(place.pixels(), std::span(room).first(static_cast<std::size_t>(options_.planes)));
            tile->code_room(units_per_adu, frame.weight);
        }
    });
    for (const auto& [place, tile] : on.tiles) tile->count_room();
    tiles_.merge(on.fresh);
    extent_ = united(extent_, on.extent);
    ++open_frames_;
}

void LiveStack::close_block(Runner& runner) {
    if (open_frames_ == 0) return;
    std::vector<LiveTile*> tiles;
    for (const auto& [place, tile] : tiles_) tiles.push_back(tile.get());
    closing_ = true;  // closing a tile twice is closing it once
    runner.run(static_cast<int>(tiles.size()), 1, [&](int begin, int end) {
        ClipScratch scratch;
        for (int i = begin; i < end; ++i)
            for (int p = 0; p < options_.planes; ++p)
                tiles[static_cast<std::size_t>(i)]->close_block(p, rule(p), scratch);
    });
    closed_frames_ += static_cast<std::size_t>(open_frames_);
    open_frames_ = 0;
    closing_ = false;
}

void LiveStack::merge(const LiveStack& other) {
    require_unfinished();
    other.require_unfinished();
    check_same(options_, other.options_);
    require(frames() + other.closed_frames_ <= kMostLiveFrames,
            "more than " + std::to_string(kMostLiveFrames) + " frames");
    Tiles fresh;
    for (const auto& [place, from] : other.tiles_)
        if (!tiles_.contains(place))
            fresh.emplace(place, std::make_unique<LiveTile>(options_.planes, options_.clip_depth));
    tiles_.merge(fresh);  // from here on nothing can fail
    for (const auto& [place, from] : other.tiles_) tiles_.find(place)->second->add_closed(*from);
    closed_frames_ += other.closed_frames_;
    extent_ = united(extent_, other.extent_);
}

void LiveStack::take_out(const LiveStack& other) {
    require_unfinished();
    check_same(options_, other.options_);
    const char* const foreign = "the block to be taken out is not part of this stack";
    require(other.closed_frames_ <= closed_frames_, foreign);
    for (const auto& [place, part] : other.tiles_) {
        const auto whole = tiles_.find(place);
        require(whole != tiles_.end() && whole->second->holds(*part), foreign);
    }
    for (const auto& [place, part] : other.tiles_) tiles_.find(place)->second->subtract_closed(*part);
    closed_frames_ -= other.closed_frames_;
}

LivePicture LiveStack::snapshot(Runner& runner) const { return snapshot(extent_, runner); }

LivePicture LiveStack::snapshot(const Rect& canvas, Runner& runner) const {
    LivePicture picture;
    picture.canvas = canvas;
    picture.frames = frames();
    for (int p = 0; p < options_.planes; ++p) {
        LivePicture::Plane plane{
            Image<float>(canvas.width, canvas.height),       Image<float>(canvas.width, canvas.height), {}, {}, {},
            Image<std::uint8_t>(canvas.width, canvas.height)};
        for (auto* counts : {&plane.coverage, &plane.low, &plane.high})
            *counts = Image<std::uint16_t>(canvas.width, canvas.height);
        picture.planes.push_back(std::move(plane));
    }
    std::vector<std::pair<Rect, const LiveTile*>> tiles;
    for (const auto& [place, tile] : tiles_)
        if (!intersected(place.pixels(), canvas).empty()) tiles.emplace_back(place.pixels(), tile.get());
    runner.run(static_cast<int>(tiles.size()), 1, [&](int begin, int end) {
        ClipScratch scratch;
        for (int i = begin; i < end; ++i) {
            const auto& [pixels, tile] = tiles[static_cast<std::size_t>(i)];
            for (int p = 0; p < options_.planes; ++p)
                read_into(picture.planes[static_cast<std::size_t>(p)], canvas, pixels, *tile, p, rule(p), unit_adu_,
                          scratch);
        }
    });
    return picture;
}

Rect LiveStack::extent() const { return extent_; }

std::size_t LiveStack::memory_bytes() const {
    return tiles_.size() * LiveTile::bytes(options_.planes, options_.clip_depth);
}

LiveStack LiveStack::from_parts(const LiveStackOptions& options, std::size_t closed_frames, int open_frames,
                                const Rect& extent, Tiles tiles) {
    const auto belongs = [](bool ok, const std::string& what) {
        if (!ok) throw FormatError("live stack: " + what);
    };
    LiveStack stack(options);
    belongs(open_frames >= 0 && open_frames <= kBlockFrames,
            std::to_string(open_frames) + " frames in the open block, at most " + std::to_string(kBlockFrames));
    belongs(closed_frames + static_cast<std::size_t>(open_frames) <= kMostLiveFrames,
            std::to_string(closed_frames) + " frames, at most " + std::to_string(kMostLiveFrames));
    for (const auto& [place, tile] : tiles)
        belongs(tile && tile->planes() == options.planes && tile->depth() == options.clip_depth,
                "a tile of other planes or depth");
    belongs(tiles_around(tiles) == tiles_of(extent), "a tile at the edge of its extent is missing, or lies beyond it");
    stack.closed_frames_ = closed_frames;
    stack.open_frames_ = open_frames;
    stack.extent_ = extent;
    stack.tiles_ = std::move(tiles);
    return stack;
}

bool LiveStack::operator==(const LiveStack& other) const {
    const auto same_tile = [](const auto& a, const auto& b) { return a.first == b.first && *a.second == *b.second; };
    return options_ == other.options_ && closed_frames_ == other.closed_frames_ && open_frames_ == other.open_frames_ &&
           extent_ == other.extent_ &&
           std::equal(tiles_.begin(), tiles_.end(), other.tiles_.begin(), other.tiles_.end(), same_tile);
}

}  // namespace nightstack
