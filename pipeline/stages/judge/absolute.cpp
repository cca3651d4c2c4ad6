// SPDX-License-Identifier: MIT
#include "pipeline/stages/judge/absolute.h"

#include <string>

#include "pipeline/stages/judge/sentence.h"

namespace nightstack {
namespace {

Judgement refusal(Reason reason, std::string text) { return {Verdict::rejected, reason, std::move(text), {}}; }

}  // namespace

std::optional<Judgement> refuse_black(double min_adu, double max_adu) {
    if (max_adu > min_adu && max_adu > 0) return std::nullopt;
    if (max_adu == min_adu) return refusal(Reason::black, "every pixel is " + written(max_adu, 0) + " ADU");
    if (max_adu <= 0)
        return refusal(Reason::black, "no pixel is above 0, the highest is " + written(max_adu, 0) + " ADU");
    return refusal(Reason::black, "no pixel holds a number");  // NaN
}

std::optional<Judgement> refuse_saturated(std::int64_t saturated_pixels, std::int64_t pixels, double most_share) {
    if (pixels <= 0) return std::nullopt;
    const double share = static_cast<double>(saturated_pixels) / static_cast<double>(pixels);
    if (!(share > most_share)) return std::nullopt;
    const int digits = decimals_to_tell_apart(100 * share, 100 * most_share, 0);
    Judgement j = refusal(Reason::saturated, written(100 * share, digits) + " % of the pixels are saturated, limit " +
                                                 written(100 * most_share, digits) + " %");
    j.limits["saturated"] = {share, most_share};
    return j;
}

std::optional<Judgement> refuse_starless(int stars, int least) {
    if (stars >= least) return std::nullopt;
    Judgement j = refusal(Reason::no_stars, stars <= 0 ? std::string("no star found")
                                                       : "only " + std::to_string(stars) + " stars found, limit " +
                                                             std::to_string(least));
    j.limits["stars"] = {static_cast<double>(stars), static_cast<double>(least)};
    return j;
}

}  // namespace nightstack
