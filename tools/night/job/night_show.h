// SPDX-License-Identifier: MIT
// What a live night shows while it runs: its figures, where it looks, its picture; on the terminal, as events, on HTTP.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "pipeline/core/runner.h"
#include "pipeline/graph/live_run.h"
#include "pipeline/stages/astrometry/wcs.h"
#include "tools/cli/talk.h"
#include "tools/live/ledger.h"
#include "tools/night/core/night_run.h"
#include "tools/night/show/night_board.h"
#include "tools/night/sky/night_figures.h"

namespace nightstack::tools {

struct NightShowOptions {
    std::optional<double> wanted_snr;
    std::optional<SkyPoint> told;  // where it was told to look
    std::string told_name;
    bool solve = true;
};

// `frame`, `view` and `reference` are told by the run, from any of its threads.
class NightShow {
public:
    // All is borrowed but the options.
    NightShow(NightShowOptions options, NightBoard& board, Runner& runner);
    ~NightShow();

    // A stack of pictures of this size begins; `reference` does the same.
    void begin(int width, int height);
    // `stars`: of a light that was stacked just now; null of one that an earlier run has stacked.
    void frame(const NightFrame& frame, const FrameStars* stars);
    void view(const NightView& view);
    LedgerSky reference(const LiveGrid& grid, const FrameInfo& info, const LedgerSky& header);
    // Of the reference as presented, when it was found.
    std::optional<Wcs> wcs() const;

private:
    Pace pace() const;
    void tell_flip(const NightFrame& frame, const FrameStars* stars);

    const NightShowOptions options_;
    NightBoard& board_;
    Runner& runner_;
    mutable std::mutex mutex_;
    std::optional<NightFigures> figures_;
    std::optional<Wcs> wcs_;
    std::optional<double> exposure_s_;
    std::optional<bool> flipped_;
    bool flip_unsolved_ = false;  // no frame since the last flip has been asked where it looks
    std::uint64_t judged_ = 0, stacked_ = 0;
};

}  // namespace nightstack::tools
