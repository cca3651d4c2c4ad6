// SPDX-License-Identifier: MIT
#include "tools/session/state_ledger.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "io/files/file.h"
#include "io/files/sha256.h"
#include "pipeline/core/error.h"
#include "tools/session/carried_wcs.h"
#include "tools/session/report.h"

namespace nightstack::tools {
namespace {

// Frames of one master lie one after another among those that were read; a ready master is one file.
std::vector<LedgerFile> files_of(const AppliedMaster& master, const std::vector<InputFrame>& inputs) {
    std::vector<LedgerFile> all;
    for (const InputFrame& f : inputs) {
        if (f.role == master.kind && !f.sha256.empty())
            all.push_back({io::printable(f.path.filename().string()), f.sha256, f.bytes});
    }
    for (std::size_t first = 0; first < all.size(); ++first) {
        for (const std::size_t n : {static_cast<std::size_t>(master.frames), std::size_t{1}}) {
            if (n < 1 || first + n > all.size()) continue;
            io::Sha256 sum;
            for (std::size_t i = first; i < first + n; ++i) sum.add(all[i].sha256);
            if (sum.hex() == master.sha256) {
                const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
                return {begin, begin + static_cast<std::ptrdiff_t>(n)};
            }
        }
    }
    return {};
}

std::vector<LedgerMaster> kept_masters(const SessionMasters& masters) {
    std::map<std::pair<std::string, std::string>, LedgerMaster> kept;
    for (const GroupMasters& group : masters.groups) {
        for (const AppliedMaster* m : applied_to(group))
            kept.try_emplace(
                {m->kind, m->sha256},
                LedgerMaster{m->kind, m->sha256, static_cast<std::uint64_t>(m->frames), files_of(*m, masters.inputs)});
    }
    std::vector<LedgerMaster> out;
    for (auto& [key, master] : kept) out.push_back(std::move(master));
    return out;
}

LedgerFrame kept_frame(const KeptRun& run, std::size_t i) {
    const InputFrame nobody;
    const InputFrame& reference = run.onto == nullptr ? run.lights[*run.summary->reference] : nobody;
    LedgerFrame frame = ledger_frame({i + 1, run.summary->aligned_by, masters_of(*run.masters, i)}, run.lights[i],
                                     run.summary->lights[i], reference);
    if (frame.ref_from_frame && run.onto != nullptr)
        frame.ref_from_frame =
            turned_rows(run.onto->sky.rows_reversed, run.onto->format.height) * *frame.ref_from_frame;
    return frame;
}

void take_reference(LiveLedger& ledger, const LiveLedger& other) {
    ledger.reference = other.reference;
    ledger.format = other.format;
    ledger.camera = other.camera;
    ledger.sky = other.sky;
}

std::string number_text(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

// What the whole stack shows, in pixels of the live stack: the left and upper edge on a pixel of the reference.
Rect shown(const LiveLedger& ledger, const LiveStack& stack) {
    Rect canvas = ledger.canvas.empty() ? stack.extent() : ledger.canvas;
    const int step = std::max(1, static_cast<int>(std::lround(ledger.canvas_scale)));
    const auto down = [&](int v) { return v - ((v % step) + step) % step; };
    const int x = down(canvas.x), y = down(canvas.y);
    return {x, y, canvas.right() - x, canvas.bottom() - y};
}

Canvas canvas_of(const Rect& shown, double scale) {
    return {static_cast<int>(std::lround(shown.x / scale)), static_cast<int>(std::lround(shown.y / scale)), shown.width,
            shown.height, scale};
}

InputFrame told_light(const LedgerFrame& frame) {
    InputFrame light;
    light.path = frame.file;
    light.shown = io::printable(frame.file);
    light.role = "light";
    light.sha256 = io::printable(frame.sha256);
    light.bytes = frame.bytes;
    light.info = frame.info;
    return light;
}

// Others can be laid on its reference: of that the stars are kept, no picture.
void require_stars(const LiveLedger& ledger) {
    const AlignedBy by = told_alignment(ledger);
    if (by == AlignedBy::scene)
        throw OptionError(
            "its frames were aligned by the scene, and of its reference the stars are kept, not the picture: no other "
            "night can be laid on it; stack both nights in one call with --align scene and --combine-sessions");
    const auto stars = static_cast<int>(ledger.measure->stars.size());
    if (by == AlignedBy::not_recorded && stars < kLeastReferenceStars)
        throw OptionError(
            "its reference has " + std::to_string(stars) + " stars, " + std::to_string(kLeastReferenceStars) +
            " are needed, and it was written by an older nightstack that does not tell by what its frames "
            "were aligned");
}

}  // namespace

LedgerFrame ledger_frame(const KeptFrame& about, const InputFrame& light, const LightReport& report,
                         const InputFrame& reference) {
    LedgerFrame frame;
    frame.sequence = about.sequence;
    frame.file = io::printable(light.path.filename().string());
    frame.sha256 = light.sha256;
    frame.bytes = light.bytes;
    frame.info = light.info;
    frame.judgement = report.judgement;
    frame.figures = report.figures;
    if (report.judgement.verdict == Verdict::stacked) {
        assert(report.block);
        frame.block = report.block;
        frame.weight = report.weight;
        frame.scale = report.scale;
        frame.offset = report.offset;
        const StreamFormat format = light.file ? light.file->format() : StreamFormat();
        frame.recipe = LedgerRecipe{*report.ref_from_frame, format.width,     format.height, report.tilt,
                                    report.demosaic,        report.noise_adu, about.masters};
    }
    if (report.ref_from_frame) {
        frame.ref_from_frame = as_stored(*report.ref_from_frame, light, reference);
        frame.aligned_by = about.aligned_by;
    }
    return frame;
}

std::vector<std::string> masters_of(const SessionMasters& masters, std::size_t light) {
    std::set<std::string> hashes;
    if (const auto group = masters.group_of(light)) {
        for (const AppliedMaster* m : applied_to(masters.groups[*group])) hashes.insert(m->sha256);
    }
    return {hashes.begin(), hashes.end()};
}

void take_reference(LiveLedger& ledger, const InputFrame& reference) {
    ledger.reference = {io::printable(reference.path.filename().string()), reference.sha256};
    if (reference.file) ledger.format = reference.file->format();
    ledger.camera = reference.info.camera;
    ledger.sky = sky_of(reference);
}

LiveLedger ledger_of(const KeptRun& run) {
    assert(run.summary->reference);
    assert(run.begun != nullptr || run.summary->lights.size() == run.lights.size());
    LiveLedger ledger;
    if (const LiveLedger* const other = run.begun != nullptr ? run.begun : run.onto) {
        take_reference(ledger, *other);
    } else {
        take_reference(ledger, run.lights[*run.summary->reference]);
    }
    const StackOptions& o = *run.options;
    ledger.demosaic = o.demosaic;
    ledger.how = {o.framing, o.warp, o.normalisation, o.weights, o.pattern, o.plain_darks};
    ledger.measure = LedgerMeasure{run.grid.stars, run.grid.sky, run.grid.sky_mesh};
    ledger.masters = kept_masters(*run.masters);
    ledger.canvas_scale = run.canvas_scale;
    ledger.canvas = run.canvas;
    ledger.model = run.summary->model;
    ledger.white_adu = run.summary->white_adu;
    ledger.calibration = run.calibration;
    ledger.history = run.history;
    if (run.begun != nullptr) ledger.frames = run.begun->frames;
    for (std::size_t i = 0; i < run.lights.size(); ++i) ledger.frames.push_back(kept_frame(run, i));
    for (const LedgerFrame& frame : ledger.frames) {
        if (run.open_block && frame.block) ledger.open_block = std::max(ledger.open_block.value_or(0), *frame.block);
    }
    return ledger;
}

LiveGrid grid_of(const LiveLedger& ledger, const LiveStackOptions& stack) {
    if (!ledger.measure)
        throw OptionError("it was written by an older nightstack and does not tell the stars of its reference");
    require_stars(ledger);
    LiveGrid grid{stack, ledger.format, ledger.measure->stars, ledger.measure->sky, ledger.measure->mesh, {}, 0};
    for (const LedgerFrame& f : ledger.frames) {
        if (f.recipe) grid.last = f.recipe->ref_from_frame;
    }
    grid.highest_adu = ledger.white_adu;
    return grid;
}

void check_words(const StackOptions& o, const LiveLedger& onto, const LiveStackOptions& stack,
                 const LiveRunOptions& run) {
    const auto same = [](const char* option, const std::string& mine, const std::string& theirs) {
        if (mine != theirs)
            throw OptionError("--" + std::string(option) + " is " + mine + ", the stack whose grid was asked for has " +
                              io::printable(theirs) + "; say --" + option + " " + io::printable(theirs));
    };
    same("demosaic", o.demosaic, onto.demosaic);
    same("framing", o.framing, onto.how.framing);
    same("warp", o.warp, onto.how.warp);
    same("normalisation", o.normalisation, onto.how.normalisation);
    same("weights", o.weights, onto.how.weights);
    if (o.plain_darks != onto.how.plain_darks)
        throw OptionError(onto.how.plain_darks
                              ? "the stack whose grid was asked for has --plain-darks; say it as well"
                              : "the stack whose grid was asked for has no --plain-darks; leave it out");
    // Of files that say their own it is no matter.
    if (!o.pattern.empty() && !onto.how.pattern.empty()) same("pattern", o.pattern, onto.how.pattern);
    same("clip-depth", std::to_string(run.clip_depth), std::to_string(stack.clip_depth));
    const auto limits = [](double low, double high) { return number_text(low) + " " + number_text(high); };
    same("rejection", "sigma " + limits(run.kappa_low, run.kappa_high),
         "sigma " + limits(stack.kappa_low, stack.kappa_high));
    const double scale = sampled_geometry(onto.format, run.sampling).scale;
    same("scale", std::to_string(run.scale), number_text(onto.canvas_scale / scale));
}

LightReport replayed_report(const LedgerFrame& frame) {
    LightReport report;
    report.judgement = frame.judgement;
    report.figures = frame.figures;
    report.ref_from_frame = frame.recipe->ref_from_frame;
    report.weight = frame.weight;
    report.block = frame.block;
    report.scale = frame.scale;
    report.offset = frame.offset;
    report.tilt = frame.recipe->tilt;
    report.demosaic = frame.recipe->demosaic;
    report.noise_adu = frame.recipe->noise_adu;
    return report;
}

ToldRun told_run(const LiveLedger& ledger, const LiveStack& stack) {
    ToldRun told;
    StackSummary& s = told.summary;
    for (std::size_t i = 0; i < ledger.frames.size(); ++i) {
        const LedgerFrame& frame = ledger.frames[i];
        told.lights.push_back(told_light(frame));
        LightReport report;
        report.judgement = frame.judgement;
        report.figures = frame.figures;
        report.ref_from_frame = frame.ref_from_frame;
        if (!frame.retracted) {
            report.weight = frame.weight;
            report.block = frame.block;
        }
        report.scale = frame.scale;
        report.offset = frame.offset;
        s.lights.push_back(std::move(report));
        if (frame.sha256 == ledger.reference.sha256 && !s.reference) s.reference = i;
    }
    told.has_reference = s.reference.has_value();
    // Of merged nights only one had the reference among its frames; a part of one may lack it.
    if (!s.reference && !told.lights.empty()) s.reference = 0;
    s.model = ledger.model;
    s.canvas = canvas_of(shown(ledger, stack), ledger.canvas_scale);
    s.planes = stack.options().planes;
    s.aligned_by = alignment_of(ledger);
    s.white_adu = ledger.white_adu;
    s.flags = true;
    s.stacked = count_of(ledger, Verdict::stacked);
    s.rejected = count_of(ledger, Verdict::rejected);
    s.failed = count_of(ledger, Verdict::failed);
    return told;
}

}  // namespace nightstack::tools
