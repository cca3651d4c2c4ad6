// SPDX-License-Identifier: MIT
// What a live stack knows besides its pixels: which grid it lies on, and every frame that came, with what became of it.
// Plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/frame.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"
#include "pipeline/core/verdict.h"
#include "pipeline/stages/judge/figures.h"

namespace nightstack::tools {

struct LedgerFrame {
    std::uint64_t sequence = 0;  // in the order of its own night, from 1
    std::string file;            // name, no folder
    std::string sha256;          // "" when it could not be read
    std::uint64_t bytes = 0;
    FrameInfo info;
    Judgement judgement;
    FrameFigures figures;
    std::optional<std::size_t> block;      // of this stack, from 0; exactly when stacked
    std::array<double, 3> weight{};        // as reports tell it, per plane; 0 when not stacked
    std::array<double, 3> scale{1, 1, 1};  // normalisation: value = scale * ADU + offset
    std::array<double, 3> offset{};
    std::optional<Transform> ref_from_frame;  // pixels of the frames as stored in their files
};

// The frame that all others lie on.
struct LedgerReference {
    std::string file;
    std::string sha256;
    bool operator==(const LedgerReference&) const = default;
};

struct LiveLedger {
    LedgerReference reference;
    StreamFormat format;      // of the frames
    std::string camera;       // "" unknown
    std::string demosaic;     // how planes come from a frame, as on the command line
    double canvas_scale = 1;  // canvas pixels per pixel of the reference
    Rect canvas;              // what products show, in canvas pixels; empty = all that is covered
    TransformModel model = TransformModel::similarity;
    double white_adu = 0;              // the highest value any raw pixel had
    std::string calibration;           // as CALSTAT tells it: letters of what was applied
    std::vector<std::string> history;  // sentences for the header of products
    std::vector<LedgerFrame> frames;
};

// How many of them have this verdict.
std::size_t count_of(const LiveLedger& ledger, Verdict verdict);
// The target as the stacked frames tell it: "" unknown, "mixed" where they differ.
std::string target_of(const LiveLedger& ledger);

}  // namespace nightstack::tools
