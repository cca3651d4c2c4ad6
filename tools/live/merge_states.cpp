// SPDX-License-Identifier: MIT
#include "tools/live/merge_states.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/core/printable.h"
#include "tools/live/history_lines.h"

namespace nightstack::tools {
namespace {

std::string quoted(const std::string& text) { return "'" + printable(text) + "'"; }

std::string shape(const StreamFormat& f) { return std::to_string(f.width) + " x " + std::to_string(f.height); }

std::string pattern(const StreamFormat& f) { return f.cfa ? std::string(name(*f.cfa)) : "none"; }

std::string word(const std::string& text) { return text.empty() ? "not known" : quoted(text); }

// How samples came from the frames.
std::string difference_of_making(const LiveLedger& a, const LiveLedger& b) {
    const LedgerHow &x = a.how, &y = b.how;
    if (a.demosaic != b.demosaic) return "demosaic: " + quoted(a.demosaic) + " and " + quoted(b.demosaic);
    if (x.warp != y.warp) return "warp: " + word(x.warp) + " and " + word(y.warp);
    if (x.framing != y.framing) return "framing: " + word(x.framing) + " and " + word(y.framing);
    if (x.normalisation != y.normalisation)
        return "normalisation: " + word(x.normalisation) + " and " + word(y.normalisation);
    if (x.weights != y.weights) return "weights: " + word(x.weights) + " and " + word(y.weights);
    if (x.plain_darks != y.plain_darks) return "plain-darks: on in only one of them";
    const AlignedBy by = told_alignment(a), other = told_alignment(b), unknown = AlignedBy::not_recorded;
    if (by != unknown && other != unknown && by != other)
        return "aligned by: " + quoted(std::string(name(by))) + " and " + quoted(std::string(name(other)));
    if (!x.pattern.empty() && !y.pattern.empty() && x.pattern != y.pattern)
        return "pattern: " + quoted(x.pattern) + " and " + quoted(y.pattern);
    return "";
}

// A frame must not count twice.
const LedgerFrame* counted_twice(const LiveLedger& a, const LiveLedger& b) {
    std::set<std::string> there;
    for (const LedgerFrame& f : a.frames) {
        if (is_stacked(f) && !f.sha256.empty()) there.insert(f.sha256);
    }
    const auto twice = std::find_if(b.frames.begin(), b.frames.end(),
                                    [&](const LedgerFrame& f) { return is_stacked(f) && there.contains(f.sha256); });
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

// Of both, each once, in one order.
std::vector<LedgerMaster> both_masters(std::vector<LedgerMaster> a, std::vector<LedgerMaster> b) {
    a.insert(a.end(), std::make_move_iterator(b.begin()), std::make_move_iterator(b.end()));
    const auto key = [](const LedgerMaster& m) { return std::tie(m.kind, m.sha256); };
    // Files of one content may have several names.
    const auto names = [](const LedgerMaster& m) { return m.files.empty() ? std::string() : m.files.front().file; };
    std::ranges::sort(a, [&](const LedgerMaster& x, const LedgerMaster& y) {
        return std::tuple(key(x), names(x)) < std::tuple(key(y), names(y));
    });
    const auto same = [&](const LedgerMaster& x, const LedgerMaster& y) { return key(x) == key(y); };
    a.erase(std::unique(a.begin(), a.end(), same), a.end());
    return a;
}

// All that either shows, where one shows all it has all of the other, too; of --framing common what both show.
Rect both_canvases(const LiveLedger& ledger_a, const LiveLedger& ledger_b) {
    const Rect &a = ledger_a.canvas, &b = ledger_b.canvas;
    if (ledger_a.how.framing != "common") return a.empty() || b.empty() ? Rect() : united(a, b);
    if (a.empty() || b.empty()) return united(a, b);
    return intersected(a, b);
}

// An empty canvas would show all.
bool share_nothing(const LiveLedger& a, const LiveLedger& b) {
    return !a.canvas.empty() && !b.canvas.empty() && both_canvases(a, b).empty();
}

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
    to.canvas = both_canvases(to, from);
    to.white_adu = std::max(to.white_adu, from.white_adu);
    to.model = std::max(to.model, from.model);
    // What was done to all frames.
    std::erase_if(to.calibration, [&](char c) { return from.calibration.find(c) == std::string::npos; });
    to.history = joined_history(std::move(to.history), std::move(from.history), count_of(to, Verdict::stacked));
    tell_retracted(to);
    to.reference.file = std::min(to.reference.file, from.reference.file);
    to.how.pattern = std::max(to.how.pattern, from.how.pattern);
    to.open_block.reset();
    to.masters = both_masters(std::move(to.masters), std::move(from.masters));
}

// With those of `from` that `to` has not.
std::uint64_t bytes_of_both(const LiveStack& to, const LiveStack& from) {
    const auto fresh =
        std::ranges::count_if(from.tiles(), [&](const auto& t) { return !to.tiles().contains(t.first); });
    const std::uint64_t tile = LiveTile::bytes(from.options().planes, from.options().clip_depth);
    return to.memory_bytes() + from.memory_bytes() + static_cast<std::uint64_t>(fresh) * tile;
}

}  // namespace

std::string difference(const LiveLedger& a, const LiveLedger& b) {
    if (a.reference.sha256.empty() || a.reference.sha256 != b.reference.sha256)
        return "reference: " + quoted(a.reference.file) + " and " + quoted(b.reference.file) +
               " are not the same frame";
    if (a.camera != b.camera) return "camera: " + quoted(a.camera) + " and " + quoted(b.camera);
    if (a.format.width != b.format.width || a.format.height != b.format.height)
        return "size: " + shape(a.format) + " and " + shape(b.format);
    if (a.format != b.format) return "pattern: " + pattern(a.format) + " and " + pattern(b.format);
    if (a.canvas_scale != b.canvas_scale)
        return "scale: " + std::to_string(a.canvas_scale) + " and " + std::to_string(b.canvas_scale);
    if (std::string making = difference_of_making(a, b); !making.empty()) return making;
    if (a.measure.has_value() != b.measure.has_value() || (a.measure && !same_measure(*a.measure, *b.measure)))
        return "reference: " + quoted(a.reference.file) +
               " was measured to another result (another dark?), so that frames were brought to another level";
    return "";
}

void merge_into(LiveState& to, LiveState from, const std::string& to_name, const std::string& from_name, Runner& runner,
                std::uint64_t most_bytes) {
    const std::string both = printable(from_name) + " cannot be merged with " + printable(to_name) + ": ";
    if (const std::string field = difference(to.ledger, from.ledger); !field.empty()) throw OptionError(both + field);
    if (const LedgerFrame* twice = counted_twice(to.ledger, from.ledger))
        throw OptionError(both + "frame " + quoted(twice->file) + " is in both and would count twice");
    if (share_nothing(to.ledger, from.ledger))
        throw OptionError(both + "--framing common: the frames have no area in common");
    if (const std::uint64_t need = bytes_of_both(to.stack, from.stack); need > most_bytes)
        throw OptionError(both + "together they need " + megabytes(need) + " while they are joined, --memory leaves " +
                          megabytes(most_bytes));
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
