// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/reject.h"

#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

// What a kind's number is called, what it is when nobody says, and the most it may be.
struct Limit {
    const char* name;
    double customary;
    double most;
};

struct Rule {
    RejectKind kind;
    std::string_view name;
    Limit low, high;
};

constexpr Limit kKappaLow{"low kappa", 3, 100};
constexpr Limit kKappaHigh{"high kappa", 3, 100};
constexpr std::array kRules{
    Rule{RejectKind::none, "none", kKappaLow, kKappaHigh},
    Rule{RejectKind::sigma, "sigma", kKappaLow, kKappaHigh},
    Rule{RejectKind::winsorized, "winsorized", kKappaLow, kKappaHigh},
    Rule{RejectKind::mad, "mad", kKappaLow, kKappaHigh},
    Rule{RejectKind::median, "median", kKappaLow, kKappaHigh},
    Rule{RejectKind::linear, "linear", {"low kappa", 5, 100}, {"high kappa", 5, 100}},
    Rule{RejectKind::gesdt, "gesdt", {"share of outliers", 0.3, 1}, {"significance", 0.05, 0.5}},
    Rule{RejectKind::percentile, "percentile", {"low share", 0.2, 1}, {"high share", 0.1, 1}},
};

const Rule& rule(RejectKind kind) { return kRules.at(static_cast<std::size_t>(kind)); }

std::string plain(double value) {
    std::string text = std::to_string(value);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

void check_limit(RejectKind kind, const Limit& limit, double value) {
    if (value > 0 && value <= limit.most) return;
    throw OptionError("rejection " + std::string(name(kind)) + ": " + limit.name + " is " + plain(value) +
                      ", must be above 0 and at most " + plain(limit.most));
}

}  // namespace

std::string_view name(RejectKind kind) { return rule(kind).name; }

std::optional<RejectKind> parse_reject_kind(std::string_view text) {
    for (const Rule& r : kRules) {
        if (text == r.name) return r.kind;
    }
    return std::nullopt;
}

std::span<const RejectKind> all_reject_kinds() {
    static constexpr auto kKinds = [] {
        std::array<RejectKind, kRules.size()> kinds{};
        for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = kRules[i].kind;
        return kinds;
    }();
    return kKinds;
}

RejectOptions default_rejection(RejectKind kind) { return {kind, rule(kind).low.customary, rule(kind).high.customary}; }

void RejectOptions::check() const {
    if (!(least_sigma >= 0) || !std::isfinite(least_sigma)) {
        throw OptionError("rejection: least sigma " + std::to_string(least_sigma) + " is not a number of at least 0");
    }
    if (!(object_share >= 0 && object_share <= 1) || !std::isfinite(sky_level)) {
        throw OptionError("rejection: object share " + std::to_string(object_share) + " above a sky of " +
                          std::to_string(sky_level) + ", must be in [0, 1] and finite");
    }
    if (kind == RejectKind::none) return;
    check_limit(kind, rule(kind).low, low);
    check_limit(kind, rule(kind).high, high);
}

}  // namespace nightstack
