// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/select.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

// Pairs that a model must have before it is chosen by itself: what it predicts between the stars
// says nothing about the corners when it hangs on few of them.
int pairs_to_choose(TransformModel m) {
    switch (m) {
        case TransformModel::shift:
            return 2;
        case TransformModel::similarity:
            return 2;
        case TransformModel::affine:
            return 6;
        case TransformModel::homography:
            return 12;
    }
    return 12;
}

// Two pairs cannot be cross-validated against a similarity; it is the model that explains them.
std::size_t chosen_fit(const std::vector<FitReport>& fits, std::size_t pair_count, const RegistrationOptions& o) {
    double best = std::numeric_limits<double>::infinity();
    const auto usable = [&](const FitReport& f) {
        return f.cross_validated_px && static_cast<int>(pair_count) >= pairs_to_choose(f.model);
    };
    for (const FitReport& f : fits) {
        if (usable(f)) best = std::min(best, *f.cross_validated_px);
    }
    const double limit = std::max(best * o.model_tolerance, best + o.model_slack_px);
    const bool too_few = pair_count <= 2;
    for (std::size_t i = 0; i < fits.size(); ++i) {
        if (too_few && fits[i].model == TransformModel::similarity) return i;
        if (!too_few && usable(fits[i]) && *fits[i].cross_validated_px <= limit) return i;
    }
    return 0;
}

std::size_t forced_fit(const std::vector<FitReport>& fits, TransformModel model) {
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < fits.size(); ++i) {
        if (fits[i].model <= model) chosen = i;
    }
    return chosen;
}

void adopt(Registration& r, std::size_t chosen) {
    const FitReport& f = r.fits[chosen];
    r.ref_from_frame = f.ref_from_frame;
    r.model = f.model;
    r.residual_px = f.rms_px;
    r.pairs.clear();
    for (std::size_t i = 0; i < r.fitted_pairs.size(); ++i) {
        if (f.is_inlier[i]) r.pairs.push_back(r.fitted_pairs[i]);
    }
}

std::optional<double> flux_ratio_of(const StarList& ref, const StarList& frame, std::span<const StarPair> pairs) {
    struct Seen {
        double ref_flux;
        double ratio;
    };
    std::vector<Seen> seen;
    for (const StarPair& p : pairs) {
        const Star& r = ref[static_cast<std::size_t>(p.ref)];
        const Star& f = frame[static_cast<std::size_t>(p.frame)];
        if (r.saturated || f.saturated || !(r.flux > 0 && f.flux > 0)) continue;
        if (!std::isfinite(r.flux) || !std::isfinite(f.flux)) continue;
        seen.push_back({r.flux, f.flux / r.flux});
    }
    if (seen.empty()) return std::nullopt;
    // Faint stars are found only when noise made them brighter: the bright ones tell the truth.
    constexpr std::size_t enough = 60;
    std::stable_sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) { return a.ref_flux > b.ref_flux; });
    seen.resize(std::min(seen.size(), enough));
    std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) { return a.ratio < b.ratio; });
    const std::size_t n = seen.size();
    return n % 2 == 1 ? seen[n / 2].ratio : 0.5 * (seen[n / 2 - 1].ratio + seen[n / 2].ratio);
}

// Under distortion the first similarity pairs only the middle of the field: pair again under the
// best model so far, as long as that wins stars.
void fit_and_widen(Registration& r, const StarList& ref, const StarList& frame, const RegistrationOptions& o) {
    FitOptions fit = o.fit;
    fit.mirrored = r.mirrored;
    r.fits = fit_models(point_pairs(ref, frame, r.fitted_pairs, fit), fit);
    for (int round = 0; round < 4 && !r.fits.empty(); ++round) {
        const FitReport& best = r.fits[chosen_fit(r.fits, r.fitted_pairs.size(), o)];
        std::vector<StarPair> again =
            pair_stars(ref, frame, best.ref_from_frame, o.match.radius_px, o.match.separation_px);
        if (again.size() <= r.fitted_pairs.size()) return;
        std::vector<FitReport> fits = fit_models(point_pairs(ref, frame, again, fit), fit);
        if (fits.empty()) return;
        r.fits = std::move(fits);
        r.fitted_pairs = std::move(again);
    }
}

void refuse(Registration& r) {
    const bool empty = r.ref_stars == 0 || r.frame_stars == 0;
    r.reason = empty ? Reason::no_stars : Reason::no_match;
    std::array<char, 160> text{};
    if (empty) {
        std::snprintf(text.data(), text.size(), "no usable star in the %s (%d in the reference, %d in the frame)",
                      r.ref_stars == 0 ? "reference" : "frame", r.ref_stars, r.frame_stars);
    } else {
        std::snprintf(text.data(), text.size(),
                      "no match: %d stars in the frame, %d in the reference, best proof %.1f is not enough",
                      r.frame_stars, r.ref_stars, r.proof);
    }
    r.text = text.data();
}

std::optional<double> cross_validated_of(const Registration& r, TransformModel m) {
    for (const FitReport& f : r.fits) {
        if (f.model == m && static_cast<int>(r.fitted_pairs.size()) >= pairs_to_choose(m)) return f.cross_validated_px;
    }
    return std::nullopt;
}

// How much worse than each frame's best the model predicts; 1 = as well, slack counts as equal.
std::vector<double> session_ratios(std::span<const Registration> frames, TransformModel m,
                                   const RegistrationOptions& o) {
    std::vector<double> ratios;
    for (const Registration& r : frames) {
        const std::optional<double> own = r.ok() ? cross_validated_of(r, m) : std::nullopt;
        if (!own) continue;
        double best = *own;
        for (const FitReport& f : r.fits) best = std::min(best, cross_validated_of(r, f.model).value_or(best));
        ratios.push_back(*own <= best + o.model_slack_px ? 1 : *own / best);
    }
    std::sort(ratios.begin(), ratios.end());
    return ratios;
}

}  // namespace

void RegistrationOptions::check() const {
    match.check();
    fit.check();
    if (!(model_tolerance >= 1 && model_slack_px >= 0)) {
        throw OptionError("registration: model_tolerance " + std::to_string(model_tolerance) +
                          " is below 1 or model_slack_px below 0");
    }
}

Registration register_frame(const StarList& ref, const StarList& frame, const RegistrationOptions& options) {
    options.check();
    const MatchAttempt attempt = attempt_match(ref, frame, options.match);
    Registration r;
    r.proof = attempt.best_proof;
    r.ref_stars = attempt.ref_stars;
    r.frame_stars = attempt.frame_stars;
    if (attempt.match) {
        r.fitted_pairs = attempt.match->pairs;
        r.mirrored = attempt.match->mirrored;
        fit_and_widen(r, ref, frame, options);
    }
    if (r.fits.empty()) {
        refuse(r);
        return r;
    }
    adopt(r, options.model ? forced_fit(r.fits, *options.model) : chosen_fit(r.fits, r.fitted_pairs.size(), options));
    r.flux_ratio = flux_ratio_of(ref, frame, r.pairs);
    return r;
}

TransformModel choose_session_model(std::span<const Registration> frames, const RegistrationOptions& options) {
    constexpr double bad_ratio = 1.5;
    constexpr double bad_share = 0.05;
    constexpr std::array models{TransformModel::shift, TransformModel::similarity, TransformModel::affine,
                                TransformModel::homography};
    std::array<std::vector<double>, models.size()> ratios;
    double best = std::numeric_limits<double>::infinity();
    TransformModel fallback = TransformModel::similarity;
    for (std::size_t m = 0; m < models.size(); ++m) {
        ratios[m] = session_ratios(frames, models[m], options);
        if (ratios[m].empty()) continue;
        const double median = ratios[m][ratios[m].size() / 2];
        if (median < best) fallback = models[m];
        best = std::min(best, median);
    }
    for (std::size_t m = 0; m < models.size(); ++m) {
        const std::vector<double>& v = ratios[m];
        if (v.empty() || v[v.size() / 2] > best * options.model_tolerance) continue;
        const auto bad = std::count_if(v.begin(), v.end(), [&](double x) { return x > bad_ratio; });
        if (static_cast<double>(bad) <= bad_share * static_cast<double>(v.size())) return models[m];
    }
    return fallback;
}

Registration with_model(Registration registration, TransformModel model) {
    if (registration.ok() && !registration.fits.empty()) adopt(registration, forced_fit(registration.fits, model));
    return registration;
}

}  // namespace nightstack
