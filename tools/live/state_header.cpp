// SPDX-License-Identifier: MIT
#include "tools/live/state_header.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>

#include "io/chunks/byte_order.h"
#include "pipeline/core/error.h"
#include "pipeline/stages/live/live_field.h"

namespace nightstack::tools {
namespace {

void require(bool ok, const std::string& what) {
    if (!ok) throw FormatError(what);
}

// Calls each(field) in the order of the file, for writing and reading alike.
template <class Header, class Each>
void for_each_field(Header& h, Each&& each) {
    auto& o = h.options;
    each(o.planes);
    each(o.clip_depth);
    for (auto* field : {&o.kappa_low, &o.kappa_high, &o.white_adu, &o.object_share}) each(*field);
    for (auto* fields : {&o.noise_adu, &o.sky_adu, &o.signal_variance})
        for (auto& field : *fields) each(field);
    each(h.closed_frames);
    each(h.open_frames);
    for (auto* field : {&h.extent.x, &h.extent.y, &h.extent.width, &h.extent.height}) each(*field);
    each(h.tiles);
}

// As the options of a stack: what is brought to this sky stays within what numbers can hold.
bool is_sane(const std::array<ColourSky, 3>& sky, const LiveStackOptions& o) {
    const double unit = live_unit(o.white_adu);
    return std::all_of(sky.begin(), sky.begin() + o.planes, [&](const ColourSky& s) {
        return std::abs(s.level) <= 1e9 * unit && s.sigma >= 0 && s.sigma <= 1e12 * unit;
    });
}

// What is covered, with a tile about it; of framings that show the reference's field, or a part of it, that field,
// covered or not: no frame of a night on another's grid need reach its rim.
bool can_be_shown(const Rect& canvas, const StateHeader& header, const LiveLedger& ledger) {
    if (canvas.empty() || grown(header.extent, kLiveTileSide).contains(canvas)) return true;
    return shows_field(ledger) && field_of(ledger).contains(canvas);
}

// Of a sample of every plane that it has: 0 is none that samples carry.
void check_weights(const StateHeader& h, const LiveLedger& ledger) {
    for (const LedgerFrame& f : ledger.frames) {
        const auto end = f.weight.begin() + h.options.planes;
        require(!f.block || std::find(f.weight.begin(), end, 0.0) == end, "a stacked frame has the 'weight' 0");
    }
}

}  // namespace

std::vector<std::byte> encoded_header(const StateHeader& header) {
    io::ByteWriter out;
    for_each_field(header, [&](const auto& field) { out.put(field); });
    return out.take();
}

void check_header(const StateHeader& h) {
    constexpr std::int64_t kFarthest = 65536;
    try {
        h.options.check();
    } catch (const OptionError& e) {
        throw FormatError(e.what());
    }
    require(h.closed_frames <= kMostLiveFrames,
            std::to_string(h.closed_frames) + " frames are more than a stack can have");
    require(h.open_frames >= 0 && h.open_frames <= kBlockFrames,
            std::to_string(h.open_frames) + " frames in the open block, at most " + std::to_string(kBlockFrames));
    const Rect& e = h.extent;
    const auto inside = [](std::int64_t begin, std::int64_t length) {
        return length >= 0 && begin >= -kFarthest && begin + length <= kFarthest;
    };
    require(inside(e.x, e.width) && inside(e.y, e.height), "its canvas is larger than any can be");
}

StateHeader decoded_header(std::span<const std::byte> bytes) {
    io::ByteReader in(bytes);
    StateHeader header;
    for_each_field(header, [&]<class T>(T& field) { field = in.next<T>(); });
    require(in.left() == 0, "is longer than it should be");
    check_header(header);
    return header;
}

void check_together(const StateHeader& header, const LiveLedger& ledger) {
    const std::uint64_t frames = header.closed_frames + static_cast<std::uint64_t>(header.open_frames);
    require(count_of(ledger, Verdict::stacked) == frames,
            "lists " + std::to_string(count_of(ledger, Verdict::stacked)) + " stacked frames, the stack has " +
                std::to_string(frames));
    require(!ledger.measure || is_sane(ledger.measure->sky, header.options),
            "tells a sky of its reference that cannot be");
    require(can_be_shown(ledger.canvas, header, ledger), "shows more than the stack covers");
    check_weights(header, ledger);
}

void settle_open_block(LiveLedger& ledger, const StateHeader& h) {
    std::map<std::size_t, int> frames;
    for (const LedgerFrame& f : ledger.frames) {
        if (is_stacked(f)) ++frames[*f.block];
    }
    if (h.open_frames > 0 && !ledger.open_block && !frames.empty()) ledger.open_block = frames.rbegin()->first;
    for (const auto& [block, n] : frames)
        require(n <= kBlockFrames, "lists " + std::to_string(n) + " frames in block " + std::to_string(block) +
                                       ", at most " + std::to_string(kBlockFrames));
    const auto open = ledger.open_block ? frames.find(*ledger.open_block) : frames.end();
    const int n = open == frames.end() ? 0 : open->second;
    require(n == h.open_frames,
            "lists " + std::to_string(n) + " frames in the open block, the stack has " + std::to_string(h.open_frames));
}

}  // namespace nightstack::tools
