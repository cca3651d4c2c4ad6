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

#include "pipeline/core/aligned_by.h"
#include "pipeline/core/frame.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/star.h"
#include "pipeline/core/transform.h"
#include "pipeline/core/verdict.h"
#include "pipeline/stages/demosaic/demosaic.h"
#include "pipeline/stages/integrate/sky_tilt.h"
#include "pipeline/stages/judge/figures.h"
#include "pipeline/stages/stars/sky_mesh.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack::tools {

// What a frame's samples were made with, besides its normalisation: from this and its file they can be made again, to
// the last bit.
struct LedgerRecipe {
    Transform ref_from_frame;   // rows top-down, as runs see them
    int width = 0, height = 0;  // of the frame: that of another camera may differ from the reference's
    std::array<SkyTilt, 3> tilt{};
    DemosaicOptions demosaic;
    double noise_adu = 0;              // of the raw frame, for the impulse filter
    std::vector<std::string> masters;  // applied to it: SHA-256 of LiveLedger::masters, ascending, each once
};

struct LedgerFrame {
    std::uint64_t sequence = 0;  // in the order of its own night, from 1
    std::string file;            // name, no folder
    std::string sha256;          // "" when it could not be read
    std::uint64_t bytes = 0;
    FrameInfo info;
    Judgement judgement;
    FrameFigures figures;
    bool retracted = false;                // it was stacked and taken out again: may be admitted
    std::optional<std::size_t> block;      // of this stack, from 0; exactly when stacked or retracted
    std::array<double, 3> weight{};        // as reports tell it, per plane; 0 when not stacked
    std::array<double, 3> scale{1, 1, 1};  // normalisation: value = scale * ADU + offset
    std::array<double, 3> offset{};
    std::optional<Transform> ref_from_frame;         // pixels of the frames as stored in their files
    AlignedBy aligned_by = AlignedBy::not_recorded;  // when it has a transform; since version 3
    std::optional<LedgerRecipe> recipe;              // when it has a block; none in files of version 1
};

// Counts in the stack as it is.
inline bool is_stacked(const LedgerFrame& frame) { return frame.judgement.verdict == Verdict::stacked; }

// The frame that all others lie on.
struct LedgerReference {
    std::string file;
    std::string sha256;
    bool operator==(const LedgerReference&) const = default;
};

// What others are matched with and brought to; rows top-down.
struct LedgerMeasure {
    StarList stars;
    std::array<ColourSky, 3> sky{};
    SkyMesh mesh;
};
bool same_measure(const LedgerMeasure& a, const LedgerMeasure& b);

// Where on the sky the reference lies, as its header says: "KEY     = value" each, its own rows.
struct LedgerSky {
    std::vector<std::string> cards;
    bool rows_reversed = false;
    bool operator==(const LedgerSky&) const = default;
};

// How samples come from frames, in the words of the command line; "" in files of version 1.
struct LedgerHow {
    std::string framing, warp, normalisation, weights;
    std::string pattern;       // said for files that do not, "" none
    bool plain_darks = false;  // masters as averaged
    bool operator==(const LedgerHow&) const = default;
};

struct LedgerFile {
    std::string file;  // name, no folder
    std::string sha256;
    std::uint64_t bytes = 0;
    bool operator==(const LedgerFile&) const = default;
};

// A calibration master that was applied to frames, and what it was made of, in order.
struct LedgerMaster {
    std::string kind;    // dark, flat, bias, flat dark
    std::string sha256;  // over the hashes of its files
    std::uint64_t frames = 0;
    std::vector<LedgerFile> files;
    bool operator==(const LedgerMaster&) const = default;
};

struct LiveLedger {
    LedgerReference reference;
    StreamFormat format;   // of the frames
    std::string camera;    // "" unknown
    std::string demosaic;  // how planes come from a frame, as on the command line
    LedgerHow how;
    std::optional<LedgerMeasure> measure;  // of the reference; none in files of version 1
    LedgerSky sky;                         // no cards = not known
    double canvas_scale = 1;               // canvas pixels per pixel of the reference
    Rect canvas;                           // what products show, in canvas pixels; empty = all that is covered
    TransformModel model = TransformModel::similarity;
    double white_adu = 0;                   // the highest value any raw pixel had
    std::string calibration;                // as CALSTAT tells it: letters of what was applied
    std::vector<std::string> history;       // sentences for the header of products
    std::optional<std::size_t> open_block;  // the block that is not closed yet
    std::vector<LedgerMaster> masters;      // by kind and hash, each once
    std::vector<LedgerFrame> frames;
};

// Whether products show the reference's field or a part of it, and no more: --framing reference and common.
bool shows_field(const LiveLedger& ledger);
// That field in canvas pixels, no larger than a canvas can be.
Rect field_of(const LiveLedger& ledger);

// Line of the history that counts the frames taken out; brings it up to what the frames say.
void tell_retracted(LiveLedger& ledger);

// How many of them have this verdict.
std::size_t count_of(const LiveLedger& ledger, Verdict verdict);
// By what its frames were laid on the reference, as those of them tell that tell it: not by both.
AlignedBy told_alignment(const LiveLedger& ledger);
// The same where all of its stacked frames tell it, else not recorded.
AlignedBy alignment_of(const LiveLedger& ledger);
// The target as the stacked frames tell it: "" unknown, "mixed" where they differ.
std::string target_of(const LiveLedger& ledger);

}  // namespace nightstack::tools
