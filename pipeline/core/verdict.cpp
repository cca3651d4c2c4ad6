// SPDX-License-Identifier: MIT
#include "pipeline/core/verdict.h"

namespace nightstack {

std::string_view name(Verdict v) {
    switch (v) {
        case Verdict::stacked: return "stacked";
        case Verdict::rejected: return "rejected";
        case Verdict::failed: return "failed";
    }
    return "?";
}

std::string_view name(Reason r) {
    switch (r) {
        case Reason::none: return "";
        case Reason::fwhm: return "fwhm";
        case Reason::roundness: return "roundness";
        case Reason::stars: return "stars";
        case Reason::background: return "background";
        case Reason::transparency: return "transparency";
        case Reason::residual: return "residual";
        case Reason::sharpness: return "sharpness";
        case Reason::no_match: return "no_match";
        case Reason::no_stars: return "no_stars";
        case Reason::saturated: return "saturated";
        case Reason::black: return "black";
        case Reason::size: return "size";
        case Reason::pattern: return "pattern";
        case Reason::header: return "header";
        case Reason::truncated: return "truncated";
        case Reason::io: return "io";
        case Reason::user: return "user";
        case Reason::device_failed: return "device_failed";
    }
    return "?";
}

}  // namespace nightstack
