// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/reject.h"

#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

constexpr std::array kKinds{RejectKind::none, RejectKind::sigma, RejectKind::winsorized};

void check_kappa(const char* which, double kappa) {
    if (!(kappa > 0 && kappa <= 100)) {
        throw OptionError(std::string("rejection: ") + which + " is " + std::to_string(kappa) +
                          ", must be in (0, 100]");
    }
}

}  // namespace

std::string_view name(RejectKind kind) {
    switch (kind) {
        case RejectKind::none: return "none";
        case RejectKind::sigma: return "sigma";
        case RejectKind::winsorized: return "winsorized";
    }
    return "?";
}

std::optional<RejectKind> parse_reject_kind(std::string_view text) {
    for (const RejectKind kind : kKinds) {
        if (text == name(kind)) return kind;
    }
    return std::nullopt;
}

void RejectOptions::check() const {
    check_kappa("kappa_low", kappa_low);
    check_kappa("kappa_high", kappa_high);
    if (!(least_sigma >= 0) || !std::isfinite(least_sigma)) {
        throw OptionError("rejection: least sigma " + std::to_string(least_sigma) + " is not a number of at least 0");
    }
    if (!(object_share >= 0 && object_share <= 1) || !std::isfinite(sky_level)) {
        throw OptionError("rejection: object share " + std::to_string(object_share) + " above a sky of " +
                          std::to_string(sky_level) + ", must be in [0, 1] and finite");
    }
}

}  // namespace nightstack
