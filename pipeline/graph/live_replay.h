// SPDX-License-Identifier: MIT
// A light that was stacked live, once more: from its report and its file the same samples, to the last bit. It is read
// piece by piece, as the tiles ask for it, so that a whole block may be looked at in little memory.
#pragma once

#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "pipeline/core/pool.h"
#include "pipeline/graph/canvas.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/light_report.h"
#include "pipeline/graph/live_placement.h"
#include "pipeline/graph/sample_light.h"
#include "pipeline/stages/live/live_stack.h"

namespace nightstack {

struct LiveReplayOptions {
    SamplingOptions sampling;  // no drizzle
    Framing framing = Framing::max;
    double canvas_scale = 1;  // canvas pixels per pixel of the reference
    StreamFormat reference;
};

// Lives as long as the frames it gives. `frame` one thread at a time; the frames' samples from any thread.
class LiveReplay {
public:
    explicit LiveReplay(LiveReplayOptions options) : options_(std::move(options)) {}

    // Where a light with this report lies.
    Rect footprint(const LightReport& report, const StreamFormat& light) const;
    // The same with the tiles it touches, without samples.
    LiveFrame outline(const LightReport& report, const StreamFormat& light) const;
    // Both are borrowed; the report has a transform and weights.
    LiveFrame frame(const Light& light, const LightReport& report);
    // A live stack wants samples without fail: where reading failed they are NaN, and this throws what was wrong.
    void rethrow() const;
    // The same for who can go on without a light that cannot be read: throws only what is none of its files' fault.
    void rethrow_grave() const;
    // Did a light fail on this tile? Asked by the thread that had it sampled.
    bool failed_on(const Rect& tile) const;
    // Looks whether a light can be read to its end; what is wrong is noted as if a sample had failed.
    void probe(const Light& light);
    // What each light that failed said first, in the words of its reader, by its name.
    std::map<std::string, std::string> unread() const;

private:
    LivePlacement placement(const LightReport& report, const StreamFormat& light) const;
    void sample(const Light& light, const LightReport& report, const Transform& planes_from_canvas,
                const std::array<SkyTilt, 3>& tilt, const Rect& tile, std::span<const ImageView<float>> out);
    void note_failure(const Light& light);  // while its exception is being handled
    LiveReplayOptions options_;
    Pool<PrepareScratch> scratch_;
    mutable std::mutex mutex_;
    std::exception_ptr failed_;            // the first
    std::exception_ptr grave_;             // the first that is no trouble of a file
    std::set<std::pair<int, int>> tiles_;  // x and y of those on which a light failed
    std::map<std::string, std::string> unread_;
};

}  // namespace nightstack
