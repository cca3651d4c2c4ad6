// SPDX-License-Identifier: MIT
#include "tools/live/merge_states.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

std::string quoted(const std::string& text) { return "'" + printable(text) + "'"; }

std::string shape(const StreamFormat& f) { return std::to_string(f.width) + " x " + std::to_string(f.height); }

std::string pattern(const StreamFormat& f) { return f.cfa ? std::string(name(*f.cfa)) : "none"; }

// The first field in which they differ: "camera: 'A' and 'B'".
std::string difference(const LiveLedger& a, const LiveLedger& b) {
    if (a.reference.sha256.empty() || a.reference.sha256 != b.reference.sha256)
        return "reference: " + quoted(a.reference.file) + " and " + quoted(b.reference.file) +
               " are not the same frame";
    if (a.camera != b.camera) return "camera: " + quoted(a.camera) + " and " + quoted(b.camera);
    if (a.format.width != b.format.width || a.format.height != b.format.height)
        return "size: " + shape(a.format) + " and " + shape(b.format);
    if (a.format != b.format) return "pattern: " + pattern(a.format) + " and " + pattern(b.format);
    if (a.demosaic != b.demosaic) return "demosaic: " + quoted(a.demosaic) + " and " + quoted(b.demosaic);
    if (a.canvas_scale != b.canvas_scale)
        return "scale: " + std::to_string(a.canvas_scale) + " and " + std::to_string(b.canvas_scale);
    return "";
}

bool is_in_stack(const LedgerFrame& f) { return f.judgement.verdict == Verdict::stacked; }

// A frame must not count twice.
const LedgerFrame* counted_twice(const LiveLedger& a, const LiveLedger& b) {
    std::set<std::string> there;
    for (const LedgerFrame& f : a.frames) {
        if (is_in_stack(f) && !f.sha256.empty()) there.insert(f.sha256);
    }
    const auto twice = std::find_if(b.frames.begin(), b.frames.end(),
                                    [&](const LedgerFrame& f) { return is_in_stack(f) && there.contains(f.sha256); });
    return twice == b.frames.end() ? nullptr : &*twice;
}

// A total order over what frames are, not over where they stood.
bool before(const LedgerFrame& a, const LedgerFrame& b) {
    const auto key = [](const LedgerFrame& f) {
        return std::tie(f.info.start_utc, f.sequence, f.sha256, f.file, f.judgement.verdict, f.judgement.reason);
    };
    return key(a) < key(b);
}

void number_blocks(std::vector<LedgerFrame>& frames) {
    std::map<std::size_t, std::size_t> numbers;
    for (LedgerFrame& f : frames) {
        if (f.block) f.block = numbers.try_emplace(*f.block, numbers.size()).first->second;
    }
}

// All that either shows; where one shows all it has, so does the other.
Rect both_canvases(const Rect& a, const Rect& b) { return a.empty() || b.empty() ? Rect() : united(a, b); }

void join(LiveLedger& to, LiveLedger from) {
    std::size_t blocks = 0;
    for (const LedgerFrame& f : to.frames) {
        if (f.block) blocks = std::max(blocks, *f.block + 1);
    }
    for (LedgerFrame& f : from.frames) {
        if (f.block) *f.block += blocks;
        to.frames.push_back(std::move(f));
    }
    std::sort(to.frames.begin(), to.frames.end(), before);
    number_blocks(to.frames);
    // Of what describes both: whatever is the same for every order.
    to.canvas = both_canvases(to.canvas, from.canvas);
    to.white_adu = std::max(to.white_adu, from.white_adu);
    to.model = std::max(to.model, from.model);
    // What was done to all frames.
    std::erase_if(to.calibration, [&](char c) { return from.calibration.find(c) == std::string::npos; });
    // What was said of both; a part's own numbers are wrong for the whole.
    std::erase_if(to.history,
                  [&](const std::string& line) { return std::ranges::find(from.history, line) == from.history.end(); });
    to.reference.file = std::min(to.reference.file, from.reference.file);
}

}  // namespace

void merge_into(LiveState& to, LiveState from, const std::string& to_name, const std::string& from_name,
                Runner& runner) {
    const std::string both = printable(from_name) + " cannot be merged with " + printable(to_name) + ": ";
    if (const std::string field = difference(to.ledger, from.ledger); !field.empty()) throw OptionError(both + field);
    if (const LedgerFrame* twice = counted_twice(to.ledger, from.ledger))
        throw OptionError(both + "frame " + quoted(twice->file) + " is in both and would count twice");
    to.stack.close_block(runner);
    from.stack.close_block(runner);
    try {
        to.stack.merge(from.stack);
    } catch (const OptionError& e) {
        throw OptionError(both + e.what());
    }
    join(to.ledger, std::move(from.ledger));
}

}  // namespace nightstack::tools
