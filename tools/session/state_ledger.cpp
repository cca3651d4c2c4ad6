// SPDX-License-Identifier: MIT
#include "tools/session/state_ledger.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "io/files/file.h"
#include "tools/session/report.h"

namespace nightstack::tools {
namespace {

LedgerFrame kept_frame(const KeptRun& run, std::size_t i) {
    const InputFrame& light = run.lights[i];
    const LightReport& report = run.summary->lights[i];
    LedgerFrame frame;
    frame.sequence = i + 1;
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
    }
    if (report.ref_from_frame)
        frame.ref_from_frame = as_stored(*report.ref_from_frame, light, run.lights[*run.summary->reference]);
    return frame;
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

}  // namespace

LiveLedger ledger_of(const KeptRun& run) {
    assert(run.summary->reference && run.summary->lights.size() == run.lights.size());
    const InputFrame& reference = run.lights[*run.summary->reference];
    LiveLedger ledger;
    ledger.reference = {io::printable(reference.path.filename().string()), reference.sha256};
    if (reference.file) ledger.format = reference.file->format();
    ledger.camera = reference.info.camera;
    ledger.demosaic = run.demosaic;
    ledger.canvas_scale = run.canvas_scale;
    ledger.canvas = run.canvas;
    ledger.model = run.summary->model;
    ledger.white_adu = run.summary->white_adu;
    ledger.calibration = run.calibration;
    ledger.history = run.history;
    for (std::size_t i = 0; i < run.lights.size(); ++i) ledger.frames.push_back(kept_frame(run, i));
    return ledger;
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
        report.weight = frame.weight;
        report.block = frame.block;
        report.scale = frame.scale;
        report.offset = frame.offset;
        s.lights.push_back(std::move(report));
        if (frame.sha256 == ledger.reference.sha256 && !s.reference) s.reference = i;
    }
    // Of merged nights only one had the reference among its frames; a part of one may lack it.
    if (!s.reference && !told.lights.empty()) s.reference = 0;
    s.model = ledger.model;
    s.canvas = canvas_of(shown(ledger, stack), ledger.canvas_scale);
    s.planes = stack.options().planes;
    s.white_adu = ledger.white_adu;
    s.flags = true;
    s.stacked = count_of(ledger, Verdict::stacked);
    s.rejected = count_of(ledger, Verdict::rejected);
    s.failed = count_of(ledger, Verdict::failed);
    return told;
}

}  // namespace nightstack::tools
