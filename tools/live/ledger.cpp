// SPDX-License-Identifier: MIT
#include "tools/live/ledger.h"

#include <algorithm>

#include "pipeline/core/counted.h"
#include "pipeline/stages/live/live_field.h"

namespace nightstack::tools {
namespace {

bool same_star(const Star& a, const Star& b) {
    return a.x == b.x && a.y == b.y && a.flux == b.flux && a.peak == b.peak && a.fwhm_px == b.fwhm_px &&
           a.roundness == b.roundness && a.snr == b.snr && a.saturated == b.saturated;
}

bool same_sky(const ColourSky& a, const ColourSky& b) {
    return a.level == b.level && a.sigma == b.sigma && a.samples == b.samples;
}

// Cells may have no level: NaN is NaN here.
bool same_levels(const std::vector<float>& a, const std::vector<float>& b) {
    return std::ranges::equal(a, b, [](float x, float y) { return x == y || (x != x && y != y); });
}

constexpr const char* kRetracted = "taken out again by hand: ";

}  // namespace

bool same_measure(const LedgerMeasure& a, const LedgerMeasure& b) {
    return std::ranges::equal(a.stars, b.stars, same_star) && std::ranges::equal(a.sky, b.sky, same_sky) &&
           a.mesh.cell_px == b.mesh.cell_px && a.mesh.columns == b.mesh.columns && a.mesh.rows == b.mesh.rows &&
           a.mesh.colours == b.mesh.colours && std::ranges::equal(a.mesh.level, b.mesh.level, same_levels);
}

bool shows_field(const LiveLedger& ledger) {
    return ledger.how.framing == "reference" || ledger.how.framing == "common";
}

Rect field_of(const LiveLedger& ledger) {
    constexpr int kMostSide = 65536;
    return intersected(reference_field(ledger.format.width, ledger.format.height, ledger.canvas_scale),
                       {0, 0, kMostSide, kMostSide});
}

void tell_retracted(LiveLedger& ledger) {
    std::erase_if(ledger.history, [](const std::string& line) { return line.starts_with(kRetracted); });
    const auto n = std::ranges::count_if(ledger.frames, [](const LedgerFrame& f) { return f.retracted; });
    if (n == 0) return;
    ledger.history.push_back(kRetracted + counted(n, "frame", "frames"));
}

std::size_t count_of(const LiveLedger& ledger, Verdict verdict) {
    return static_cast<std::size_t>(std::count_if(ledger.frames.begin(), ledger.frames.end(), [&](const auto& frame) {
        return frame.judgement.verdict == verdict;
    }));
}

AlignedBy told_alignment(const LiveLedger& ledger) {
    const auto told = std::ranges::find_if(
        ledger.frames, [](const LedgerFrame& f) { return f.aligned_by != AlignedBy::not_recorded; });
    return told == ledger.frames.end() ? AlignedBy::not_recorded : told->aligned_by;
}

AlignedBy alignment_of(const LiveLedger& ledger) {
    const bool all = std::ranges::none_of(
        ledger.frames, [](const LedgerFrame& f) { return is_stacked(f) && f.aligned_by == AlignedBy::not_recorded; });
    return all ? told_alignment(ledger) : AlignedBy::not_recorded;
}

std::string target_of(const LiveLedger& ledger) {
    std::string target;
    for (const LedgerFrame& frame : ledger.frames) {
        const std::string& mine = frame.info.object;
        if (!is_stacked(frame) || mine.empty() || mine == target) continue;
        if (!target.empty()) return "mixed";
        target = mine;
    }
    return target;
}

}  // namespace nightstack::tools
