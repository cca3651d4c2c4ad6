// SPDX-License-Identifier: MIT
#include "tools/session/film_options.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/graph/video_scene.h"
#include "tools/session/job_options.h"

namespace nightstack::tools {
namespace {

constexpr int kUnknownRate = 25;  // pictures per second of a film that does not say

void refuse(bool given, const char* what) {
    if (given) throw OptionError(std::string("a film takes no ") + what);
}

}  // namespace

void check_film_words(const StackOptions& o) {
    if (o.method != "stream") throw OptionError("films are stacked with --method stream");
    refuse(!o.darks.empty() || !o.flats.empty() || !o.biases.empty(), "--darks, --flats or --biases");
    refuse(!o.state.empty(), "--state");
    refuse(o.solve, "--solve");
    refuse(o.scale != 1, "--scale");
    refuse(!o.reference.empty(), "--reference: its first usable picture is it");
    refuse(o.finish, "--finish");
    refuse(!o.grid.empty(), "--grid");
    refuse(!o.include.empty() || !o.exclude.empty(), "--include or --exclude");
    if (!(o.lucky > 0)) throw OptionError("--lucky 0: no picture would be stacked");
}

VideoOptions film_video_options(const StackOptions& o, std::optional<double> pictures_per_s) {
    const LiveRunOptions live = run_options(o).stream->live;
    VideoOptions v;
    v.group = o.group;
    if (v.group == 0)
        v.group = std::clamp(static_cast<int>(std::lround(pictures_per_s.value_or(kUnknownRate))), 1, kMostVideoGroup);
    v.lucky_percent = o.lucky;
    v.level = live.normalisation != NormalisationKind::none;
    v.framing = live.framing;
    v.align.registration = live.registration;
    v.align.model = live.registration.model.value_or(TransformModel::similarity);
    v.align.stars = live.align != AlignBy::scene;
    if (live.align != AlignBy::stars) v.align.scene = scene_matchers();
    v.clip_depth = live.clip_depth;
    v.kappa_low = live.kappa_low;
    v.kappa_high = live.kappa_high;
    v.check();
    return v;
}

}  // namespace nightstack::tools
