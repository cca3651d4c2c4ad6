// SPDX-License-Identifier: MIT
#include "tools/live/live_state.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <set>
#include <vector>

#include "io/chunks/chunk_reader.h"
#include "io/chunks/chunk_writer.h"
#include "io/files/output_file.h"
#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/core/printable.h"
#include "tools/live/about_json.h"
#include "tools/live/state_header.h"
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

void require(bool ok, const std::string& what) {
    if (!ok) throw FormatError(what);
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
        opened.header = decoded_header(state);
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
        check_header(h);
        check_together(h, ledger);
    } catch (const FormatError& e) {
        throw OptionError(io::printable(path.string()) + ": the live stack cannot be kept: " + e.what());
    }
    io::ChunkWriter file(path, kFormat, overwrite);
    file.add(io::packed(kStateKind, encoded_header(h)));
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
