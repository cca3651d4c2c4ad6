// SPDX-License-Identifier: MIT
// What became of a frame, and why. Every frame that enters a run leaves it with one verdict.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace nightstack {

enum class Verdict { stacked, rejected, failed };

// One word per cause, as written into reports. The first eight are judgements against the
// session's own figures, the middle ones say what the pixels or header lack, the last say who decided.
enum class Reason {
    none,
    fwhm,
    roundness,
    stars,
    background,
    transparency,
    residual,
    sharpness,
    no_match,
    no_stars,
    saturated,
    black,
    size,
    pattern,
    header,
    truncated,
    io,
    user,
    device_failed,
};

std::string_view name(Verdict v);
std::string_view name(Reason r);  // "" for none

// A measured figure beside the bound it was held against.
struct Limit {
    double value = 0;
    double limit = 0;
};

struct Judgement {
    Verdict verdict = Verdict::stacked;
    Reason reason = Reason::none;
    std::string text;                     // one sentence for people; "" when stacked
    std::map<std::string, Limit> limits;  // by the name of the figure, also for stacked frames
};

}  // namespace nightstack
