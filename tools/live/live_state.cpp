// SPDX-License-Identifier: MIT
#include "tools/live/live_state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "io/chunks/byte_order.h"
#include "io/chunks/chunk_reader.h"
#include "io/chunks/chunk_writer.h"
#include "io/files/output_file.h"
#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/core/printable.h"
#include "pipeline/stages/live/live_field.h"
#include "tools/live/about_json.h"
#include "tools/live/tile_bytes.h"
#include "tools/live/tile_sense.h"

namespace nightstack::tools {
namespace {

// As PNG's: a transfer that takes the file for text breaks it visibly.
constexpr io::ChunkFormat kFormat{{'\x8B', 'N', 'S', 'T', '\r', '\n', '\x1A', '\n'}, 3, "a live stack (.nst)"};
constexpr io::ChunkKind kStateKind{'S', 'T', 'A', 'T'}, kAboutKind{'A', 'B', 'O', 'U'}, kTileKind{'T', 'I', 'L', 'E'};
constexpr std::uint32_t kChunksBeforeTiles = 2;
constexpr std::uint64_t kMostStateBytes = 4096;
constexpr std::uint64_t kMostToldBytes = std::uint64_t{2} << 30;  // for a ledger that is looked at alone

// The chunk STAT: everything about the stack but its tiles.
struct StateHeader {
    LiveStackOptions options;
    std::uint64_t closed_frames = 0;
    std::int32_t open_frames = 0;
    Rect extent;
    std::uint32_t tiles = 0;
    OpenBlocks open() const { return open_frames > 0 ? OpenBlocks::kept : OpenBlocks::none; }
    std::uint64_t bytes() const { return std::uint64_t{tiles} * LiveTile::bytes(options.planes, options.clip_depth); }
};

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

std::vector<std::byte> encoded(const StateHeader& header) {
    io::ByteWriter out;
    for_each_field(header, [&](const auto& field) { out.put(field); });
    return out.take();
}

void require(bool ok, const std::string& what) {
    if (!ok) throw FormatError(what);
}

// Numbers that may be used: no product of them overflows.
void check(const StateHeader& h) {
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

StateHeader decoded(std::span<const std::byte> bytes) {
    io::ByteReader in(bytes);
    StateHeader header;
    for_each_field(header, [&]<class T>(T& field) { field = in.next<T>(); });
    require(in.left() == 0, "is longer than it should be");
    check(header);
    return header;
}

// What the first two chunks say, held against the file.
struct Opened {
    StateHeader header;
    LiveLedger ledger;
};

// Runs `read`; what it finds wrong gets its place.
template <class Read>
auto placed(const io::ChunkReader& file, std::uint32_t position, Read&& read) {
    try {
        return read();
    } catch (const DamagedError& e) {
        throw DamagedError(file.place(position) + e.what());
    } catch (const FormatError& e) {
        throw FormatError(file.place(position) + e.what());
    } catch (const OptionError& e) {
        throw OptionError(file.place(position) + e.what());
    }
}

// Which block the open one is, and that its frames are as many as the stack says. Version 1 does not tell: it is the
// last.
void settle_open_block(LiveLedger& ledger, const StateHeader& h) {
    std::map<std::size_t, int> frames;
    for (const LedgerFrame& f : ledger.frames) {
        if (f.judgement.verdict == Verdict::stacked) ++frames[*f.block];
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

// What header and ledger say of the same.
void check_together(const StateHeader& header, const LiveLedger& ledger) {
    const std::uint64_t frames = header.closed_frames + static_cast<std::uint64_t>(header.open_frames);
    require(count_of(ledger, Verdict::stacked) == frames,
            "lists " + std::to_string(count_of(ledger, Verdict::stacked)) + " stacked frames, the stack has " +
                std::to_string(frames));
    require(!ledger.measure || is_sane(ledger.measure->sky, header.options),
            "tells a sky of its reference that cannot be");
    require(can_be_shown(ledger.canvas, header, ledger), "shows more than the stack covers");
}

// Of a sample of every plane that it has: 0 is none that samples carry.
void check_weights(const StateHeader& h, const LiveLedger& ledger) {
    for (const LedgerFrame& f : ledger.frames) {
        const auto end = f.weight.begin() + h.options.planes;
        require(!f.block || std::find(f.weight.begin(), end, 0.0) == end, "a stacked frame has the 'weight' 0");
    }
}

LiveLedger read_ledger(const io::PackedChunk& packed, std::uint64_t most_bytes, const std::stop_token& stop) {
    const std::uint64_t bytes = packed.header.unpacked + packed.bytes.size();
    if (bytes > most_bytes)
        throw OptionError("what it says about its frames takes " + megabytes(bytes) + " while it is read, " +
                          std::to_string(most_bytes >> 20) + " MB are left for it");
    const auto about = io::unpacked(packed);
    return parsed_about({reinterpret_cast<const char*>(about.data()), about.size()}, most_bytes - packed.bytes.size(),
                        stop);
}

Opened open_state(io::ChunkReader& file, std::uint64_t most_bytes, const std::stop_token& stop) {
    Opened opened;
    const auto state = file.next_bytes(kStateKind, kMostStateBytes);
    placed(file, 0, [&] {
        opened.header = decoded(state);
        const std::uint64_t tiles = opened.header.tiles;
        require(
            file.chunks() == tiles + kChunksBeforeTiles,
            "promises " + std::to_string(tiles) + " tiles in a file of " + std::to_string(file.chunks()) + " parts");
        require(tiles <= file.bytes() / io::kChunkHeaderBytes, "promises more tiles than the file has room for");
    });
    const io::PackedChunk packed = file.next(kAboutKind, kMostAboutBytes);
    placed(file, 1, [&] {
        opened.ledger = read_ledger(packed, most_bytes, stop);
        check_together(opened.header, opened.ledger);
        check_weights(opened.header, opened.ledger);
        settle_open_block(opened.ledger, opened.header);
    });
    return opened;
}

// So many tiles are packed or unpacked at the same time, that is, in memory twice.
int batch_size(const Runner& runner) { return 2 * std::max(1, runner.threads()); }

// Packed, unpacked and as a tile.
std::uint64_t working_bytes(const StateHeader& h, const Runner& runner) {
    const auto batch = std::min<std::uint64_t>(h.tiles, static_cast<std::uint64_t>(batch_size(runner)));
    return 2 * batch * tile_bytes(h.options.planes, h.options.clip_depth, h.open());
}

PlacedTile read_tile(const io::ChunkReader& file, const io::PackedChunk& chunk, const StateHeader& h) {
    return placed(file, chunk.header.position, [&] {
        const auto& o = h.options;
        require(chunk.header.unpacked == tile_bytes(o.planes, o.clip_depth, h.open()), "has not the size of a tile");
        PlacedTile placed = decoded_tile(io::unpacked(chunk), o.planes, o.clip_depth, h.open());
        const std::string wrong = tile_nonsense(*placed.tile, static_cast<std::size_t>(h.closed_frames), h.open_frames);
        require(wrong.empty(), wrong);
        return placed;
    });
}

LiveStack::Tiles read_tiles(io::ChunkReader& file, const StateHeader& h, Runner& runner, const std::stop_token& stop) {
    LiveStack::Tiles tiles;
    const std::uint64_t most = tile_bytes(h.options.planes, h.options.clip_depth, h.open());
    for (std::uint32_t done = 0; done < h.tiles;) {
        if (stop.stop_requested()) throw Interrupted();
        const auto n = std::min<std::uint32_t>(h.tiles - done, static_cast<std::uint32_t>(batch_size(runner)));
        std::vector<io::PackedChunk> chunks;
        for (std::uint32_t i = 0; i < n; ++i) chunks.push_back(file.next(kTileKind, most));
        std::vector<PlacedTile> batch(n);
        runner.run(static_cast<int>(n), 1, [&](int begin, int end) {
            for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
                batch[i] = read_tile(file, chunks[i], h);
        });
        for (std::uint32_t i = 0; i < n; ++i) {
            const auto place = batch[i].place;
            const bool in_order = tiles.empty() || tiles.rbegin()->first < place;
            if (!in_order) throw FormatError(file.place(kChunksBeforeTiles + done + i) + "comes out of order");
            tiles.emplace_hint(tiles.end(), place, std::move(batch[i].tile));
        }
        done += n;
    }
    return tiles;
}

}  // namespace

void save_state(const std::filesystem::path& path, const LiveStack& stack, const LiveLedger& ledger,
                io::Overwrite overwrite, Runner& runner, const std::stop_token& stop) {
    StateHeader h{stack.options(), stack.closed_frames(), stack.open_frames(), stack.extent(),
                  static_cast<std::uint32_t>(stack.tiles().size())};
    // What could not be loaded must not take the place of what can.
    try {
        check(h);
        check_together(h, ledger);
        check_weights(h, ledger);
    } catch (const FormatError& e) {
        throw OptionError(io::printable(path.string()) + ": the live stack cannot be kept: " + e.what());
    }
    io::ChunkWriter file(path, kFormat, overwrite);
    file.add(io::packed(kStateKind, encoded(h)));
    const std::string about = about_json(ledger);
    file.add(io::packed(kAboutKind, std::as_bytes(std::span(about))));
    auto next = stack.tiles().begin();
    while (next != stack.tiles().end()) {
        if (stop.stop_requested()) throw Interrupted();
        std::vector<LiveStack::Tiles::const_iterator> batch;
        for (; next != stack.tiles().end() && batch.size() < static_cast<std::size_t>(batch_size(runner)); ++next)
            batch.push_back(next);
        std::vector<io::PackedChunk> chunks(batch.size());
        runner.run(static_cast<int>(batch.size()), 1, [&](int begin, int end) {
            for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
                chunks[i] = io::packed(kTileKind, encoded_tile(batch[i]->first, *batch[i]->second, h.open()));
        });
        for (io::PackedChunk& chunk : chunks) file.add(std::move(chunk));
    }
    file.publish(stop);
}

LiveState load_state(const std::filesystem::path& path, std::uint64_t most_bytes, Runner& runner,
                     const std::stop_token& stop) {
    io::ChunkReader file(path, kFormat);
    Opened opened = open_state(file, most_bytes, stop);
    const StateHeader& h = opened.header;
    const std::uint64_t told = opened.ledger.frames.size() * sizeof(LedgerFrame);
    const std::uint64_t need = h.bytes() + working_bytes(h, runner) + told;
    if (need > most_bytes)
        throw OptionError(io::printable(path.string()) + ": its stack needs " + megabytes(need) +
                          " while it is read, --memory leaves " + std::to_string(most_bytes >> 20) + " MB");
    LiveStack::Tiles tiles = read_tiles(file, h, runner, stop);
    file.expect_end();
    try {
        return {LiveStack::from_parts(h.options, static_cast<std::size_t>(h.closed_frames), h.open_frames, h.extent,
                                      std::move(tiles)),
                std::move(opened.ledger)};
    } catch (const FormatError& e) {
        throw FormatError(io::printable(path.string()) + ": " + e.what());
    }
}

StateSummary summary_of_state(const std::filesystem::path& path) {
    io::ChunkReader file(path, kFormat);
    Opened opened = open_state(file, kMostToldBytes, {});
    const StateHeader& h = opened.header;
    return {h.options, h.closed_frames, h.open_frames, h.extent, file.bytes(), h.bytes(), std::move(opened.ledger)};
}

void refuse_to_replace(const std::filesystem::path& path, bool force) {
    std::error_code unknown;
    const std::filesystem::path folder = path.parent_path();
    if (!path.empty() && !folder.empty() && !std::filesystem::is_directory(folder, unknown))
        throw OptionError(io::printable(path.string()) + ": there is no such folder");
    if (!force) return io::refuse_existing_output(path);
    std::error_code error;
    if (std::filesystem::exists(path, error) && !is_state_file(path))
        throw OptionError(printable(path.string()) + " is no live stack; --force does not replace it");
}

bool is_state_file(const std::filesystem::path& path) {
    std::array<std::byte, 8> first{};
    const io::File file(path);
    if (file.size() < first.size()) return false;
    file.read_at(first, 0);
    return std::equal(first.begin(), first.end(), kFormat.magic.begin(),
                      [](std::byte a, char b) { return a == static_cast<std::byte>(b); });
}

}  // namespace nightstack::tools
