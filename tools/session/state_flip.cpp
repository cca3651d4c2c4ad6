// SPDX-License-Identifier: MIT
#include "tools/session/state_flip.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "io/files/file.h"
#include "io/files/sha256.h"
#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/graph/live_canvas.h"
#include "tools/session/scratch.h"
#include "tools/session/state_export.h"
#include "tools/session/state_ledger.h"

namespace nightstack::tools {
namespace {

// ---- which blocks, of which frames ----

struct Block {
    std::vector<std::size_t> before, after;  // positions in the ledger
};

std::map<std::size_t, Block> touched_blocks(const LiveLedger& ledger, const std::vector<std::size_t>& positions) {
    std::map<std::size_t, Block> blocks;
    for (const std::size_t i : positions) blocks[*ledger.frames[i].block];
    for (std::size_t i = 0; i < ledger.frames.size(); ++i) {
        const LedgerFrame& f = ledger.frames[i];
        const auto block = f.block ? blocks.find(*f.block) : blocks.end();
        if (block == blocks.end()) continue;
        const bool flipped = std::ranges::binary_search(positions, i);
        if (is_stacked(f)) block->second.before.push_back(i);
        if (is_stacked(f) != flipped) block->second.after.push_back(i);
    }
    return blocks;
}

// ---- building ----

// Where frames come from, and what may be held meanwhile.
struct Source {
    const StateFrames& frames;
    std::size_t memory;
    Runner& runner;
    const std::stop_token& stop;
};

// A ledger may tell of frames as large as a canvas can be.
void check_room(const LiveStack& stack, const LiveFrame& frame, const std::string& name, std::size_t most) {
    const std::size_t need = stack.bytes_with(frame);
    if (need > most)
        throw OptionError("with " + io::printable(name) + " a block that is built again needs " + megabytes(need) +
                          ", --memory leaves " + megabytes(most));
}

// The stack may grow by what is left now.
void add_frames(LiveStack& stack, const std::vector<std::size_t>& members, const Source& from) {
    const std::size_t most = stack.memory_bytes() + from.memory - std::min(from.memory, held_bytes());
    LiveReplay replay(from.frames.how());
    for (const std::size_t i : members) {
        if (from.stop.stop_requested()) throw Interrupted();
        const ReplayedLight light = from.frames.light(i);
        const LiveFrame frame = replay.frame(*light.light, *light.report);
        check_room(stack, frame, light.light->name, most);
        stack.add(frame, from.runner);
        replay.rethrow();
    }
}

LiveStack closed_block(const LiveStackOptions& options, const std::vector<std::size_t>& members, const Source& from) {
    LiveStack block(options);
    add_frames(block, members, from);
    block.close_block(from.runner);
    return block;
}

// Tiles that only the block has become the stack's beside it.
void merge_block(LiveStack& stack, const LiveStack& block, std::size_t memory) {
    const auto fresh = static_cast<std::size_t>(
        std::ranges::count_if(block.tiles(), [&](const auto& t) { return !stack.tiles().contains(t.first); }));
    const std::size_t need = fresh * LiveTile::bytes(stack.options().planes, stack.options().clip_depth);
    const std::size_t left = memory - std::min(memory, held_bytes());
    if (need > left)
        throw OptionError("with the block built again the stack grows by " + megabytes(need) + ", --memory leaves " +
                          megabytes(left));
    stack.merge(block);
}

const char* const kNotTheSame =
    "a block built again from its frames is not what was stacked (another version of the program?); nothing was "
    "changed";

void take_out(LiveStack& stack, const LiveStack& block) {
    try {
        stack.take_out(block);
    } catch (const OptionError&) {
        throw OptionError(kNotTheSame);
    }
}

// Of all that is closed: what must stand as it was when the open block is exchanged.
std::size_t closed_sums_hash(const LiveStack& stack) {
    std::size_t hash = 0;
    const auto add = [&](const auto& values) {
        const std::string_view bytes(reinterpret_cast<const char*>(values.data()), values.size_bytes());
        hash = hash * 1'000'003U ^ std::hash<std::string_view>()(bytes);
    };
    for (const auto& [place, tile] : stack.tiles()) {
        for (int p = 0; p < stack.options().planes; ++p) {
            const ClosedSums sums = tile->closed(p);
            add(sums.sum);
            add(sums.squares);
            add(sums.weight);
            add(sums.count);
            add(sums.low);
            add(sums.high);
            add(sums.flagged);
        }
    }
    return hash;
}

void exchange_closed(LiveStack& stack, const Block& block, const Source& from) {
    take_out(stack, closed_block(stack.options(), block.before, from));
    merge_block(stack, closed_block(stack.options(), block.after, from), from.memory);
}

// The open block is closed like any other, so that it can be taken out; what is left is added as it came.
void exchange_open(LiveStack& stack, const Block& block, const Source& from) {
    const std::size_t hash = closed_sums_hash(stack);
    stack.close_block(from.runner);
    take_out(stack, closed_block(stack.options(), block.before, from));
    if (closed_sums_hash(stack) != hash) throw OptionError(kNotTheSame);
    add_frames(stack, block.after, from);
}

StreamFormat format_of(const LiveLedger& ledger, const LedgerFrame& f) {
    if (!f.recipe) throw OptionError("it does not tell how " + io::printable(f.file) + " was stacked");
    StreamFormat format = ledger.format;
    format.width = f.recipe->width;
    format.height = f.recipe->height;
    return format;
}

// The tiles of the frames that are in it now, as if the others had never come.
LiveStack trimmed(LiveStack stack, const LiveLedger& ledger) {
    const LiveReplay replay(replay_options(ledger));
    Rect extent;
    std::set<LiveStack::TilePlace> covered;
    for (const LedgerFrame& f : ledger.frames) {
        if (!is_stacked(f)) continue;
        const LiveStack::Cover on = LiveStack::cover(replay.outline(replayed_report(f), format_of(ledger, f)));
        extent = united(extent, on.extent);
        covered.insert(on.tiles.begin(), on.tiles.end());
    }
    const LiveStackOptions options = stack.options();
    const std::size_t closed = stack.closed_frames();
    const int open = stack.open_frames();
    LiveStack::Tiles tiles = std::move(stack).take_tiles();
    std::erase_if(tiles, [&](const auto& tile) { return !covered.contains(tile.first); });
    return LiveStack::from_parts(options, closed, open, extent, std::move(tiles));
}

// What is shown of the frames that are in it now: of --framing max what any of them saw, else what was shown before,
// covered or not, so that a frame put back is seen where it was.
Rect shown_now(const LiveLedger& ledger) {
    const LiveReplayOptions how = replay_options(ledger);
    if (how.framing != Framing::max) return intersected(ledger.canvas, field_of(ledger));
    Rect all;
    for (const LedgerFrame& f : ledger.frames) {
        if (!is_stacked(f)) continue;
        const StreamFormat format = format_of(ledger, f);
        const std::array<Transform, 1> lies{*replayed_report(f).ref_from_frame};
        all = united(all, live_canvas(lies, format.width, format.height, how.framing, how.canvas_scale).pixels);
    }
    return all;
}

void flip_entry(LedgerFrame& f, Flip flip) {
    f.retracted = flip == Flip::retract;
    f.judgement.verdict = f.retracted ? Verdict::rejected : Verdict::stacked;
    f.judgement.reason = f.retracted ? Reason::user : Reason::none;
    f.judgement.text = f.retracted ? "taken out again by hand" : "";
}

// The folder of the first word that is a path, else that of the state.
std::filesystem::path folder_of(const FlipJob& job) {
    if (!job.inputs.empty()) return job.inputs;
    for (const std::filesystem::path word : job.words) {
        std::error_code error;
        if (word.has_parent_path() && std::filesystem::is_directory(word.parent_path(), error))
            return word.parent_path();
    }
    const std::filesystem::path parent = job.state.parent_path();
    return parent.empty() ? "." : parent;
}

void check_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (!folder.empty() && !std::filesystem::is_directory(folder, error))
        throw OptionError("--inputs " + io::printable(folder.string()) + ": no such folder");
}

}  // namespace

std::vector<std::size_t> frames_needed(const LiveLedger& ledger, const std::vector<std::size_t>& positions) {
    std::set<std::size_t> all(positions.begin(), positions.end());
    for (const auto& [number, block] : touched_blocks(ledger, positions))
        all.insert(block.before.begin(), block.before.end());
    return {all.begin(), all.end()};
}

void flip_frames(LiveState& state, const std::vector<std::size_t>& positions, Flip flip, const StateFrames& frames,
                 std::size_t memory, Runner& runner, const std::stop_token& stop) {
    LiveLedger& ledger = state.ledger;
    for (const auto& [number, block] : touched_blocks(ledger, positions)) {
        const auto exchange = ledger.open_block == number ? exchange_open : exchange_closed;
        exchange(state.stack, block, {frames, memory, runner, stop});
    }
    for (const std::size_t i : positions) flip_entry(ledger.frames[i], flip);
    tell_retracted(ledger);
    state.stack = trimmed(std::move(state.stack), ledger);
    ledger.canvas = shown_now(ledger);
}

std::filesystem::path run_flip(const FlipJob& job, Flip flip, Runner& runner, Talk& talk, const std::stop_token& stop) {
    const std::filesystem::path output = job.output.empty() ? job.state : job.output;
    if (!job.output.empty()) refuse_to_replace(job.output, job.force);
    check_folder(job.inputs);
    const std::size_t memory = memory_for_state(job.memory);
    LiveState state = load_state(job.state, memory, runner, stop);
    try {
        const auto positions = frames_named(state.ledger, job.words, flip);
        const StateFrames frames(state.ledger, frames_needed(state.ledger, positions), {{folder_of(job), {}}, memory},
                                 runner, talk, stop);
        flip_frames(state, positions, flip, frames, memory, runner, stop);
    } catch (const FormatError& e) {
        throw FormatError(io::printable(job.state.string()) + ": " + e.what());
    } catch (const OptionError& e) {
        throw OptionError(io::printable(job.state.string()) + ": " + e.what());
    }
    const bool replace = job.output.empty() || job.force;
    save_state(output, state.stack, state.ledger, replace ? io::Overwrite::yes : io::Overwrite::no, runner, stop);
    return output;
}

}  // namespace nightstack::tools
