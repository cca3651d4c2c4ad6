// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/lens.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "pipeline/stages/registration/lens_equations.h"

namespace nightstack {
namespace {

using lens::Evidence;
using lens::FrameEquations;
using lens::kPose;
using lens::PairRows;

constexpr std::size_t kFolds = 4;
constexpr int kLeastPairs = 8;  // of one frame and fold
constexpr int kRounds = 12;
constexpr double kLeastSigmas = 5;

using Folds = std::array<Evidence, kFolds>;

// A frame while the lens is being found.
struct Sighting {
    const StarList* stars;
    std::vector<StarPair> pairs;  // the inliers
    Transform ref_from_frame;     // between ideal planes
    bool mirrored = false;
};

// How much the residuals exceed the errors expected of the stars, at least 1: a shaken frame's places are worse than
// they look and must not outvote the others.
double excess(std::span<const PointPair> pairs, const Transform& t) {
    double sum = 0;
    for (const PointPair& p : pairs) {
        const Point q = t(p.frame);
        const double dx = q.x - p.ref.x;
        const double dy = q.y - p.ref.y;
        sum += (dx * dx + dy * dy) / (p.sigma_px * p.sigma_px);
    }
    const double freedom = 2 * static_cast<double>(pairs.size()) - static_cast<double>(kPose);
    return freedom > 0 ? std::max(1.0, std::sqrt(sum / freedom)) : 1;
}

std::vector<PairRows> rows_of(const StarList& ref, const Sighting& s, const RadialDistortion& lens,
                              const FitOptions& o) {
    std::vector<PointPair> straight = point_pairs(ref, *s.stars, s.pairs, o);
    for (PointPair& p : straight) {
        p.ref = lens.ideal_from_frame(p.ref);
        p.frame = lens.ideal_from_frame(p.frame);
    }
    const double factor = excess(straight, s.ref_from_frame);
    std::vector<PairRows> rows;
    for (std::size_t i = 0; i < s.pairs.size(); ++i) {
        const Star& a = ref[static_cast<std::size_t>(s.pairs[i].ref)];
        const Star& b = (*s.stars)[static_cast<std::size_t>(s.pairs[i].frame)];
        straight[i].sigma_px *= factor;
        rows.push_back(lens::rows_of(lens, s.ref_from_frame, straight[i], {a.x, a.y}, {b.x, b.y}));
    }
    return rows;
}

Folds evidence(const StarList& ref, std::span<const Sighting> sightings, const RadialDistortion& lens,
               const FitOptions& o) {
    Folds folds;
    for (const Sighting& s : sightings) {
        const std::vector<PairRows> rows = rows_of(ref, s, lens, o);
        std::array<FrameEquations, kFolds> equations;
        std::array<int, kFolds> pairs{};
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::size_t fold = static_cast<std::size_t>(s.pairs[i].ref) % kFolds;
            equations[fold].add(rows[i]);
            ++pairs[fold];
        }
        for (std::size_t f = 0; f < kFolds; ++f) {
            if (pairs[f] < kLeastPairs) continue;
            if (const auto e = equations[f].without_pose()) folds[f] += *e;
        }
    }
    return folds;
}

// How many sigmas k1 is from where it stands. Its sigma comes from how much the stars differ: all frames share the
// errors of the reference's star list, so their number alone does not make k1 sure.
double significance(const StarList& ref, std::span<const Sighting> sightings, const RadialDistortion& lens,
                    const FitOptions& o) {
    std::vector<double> pulls(ref.size());
    for (const Sighting& s : sightings) {
        const std::vector<PairRows> rows = rows_of(ref, s, lens, o);
        FrameEquations equations;
        for (const PairRows& r : rows) equations.add(r);
        const auto of_k1 = equations.pose_like_k1();
        if (!of_k1) continue;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            double x = rows[i].x[kPose];
            double y = rows[i].y[kPose];
            for (std::size_t k = 0; k < kPose; ++k) {
                x -= rows[i].x[k] * (*of_k1)[k];
                y -= rows[i].y[k] * (*of_k1)[k];
            }
            pulls[static_cast<std::size_t>(s.pairs[i].ref)] +=
                rows[i].weight * (x * rows[i].residual_x + y * rows[i].residual_y);
        }
    }
    double sum = 0;
    double squares = 0;
    for (const double pull : pulls) {
        sum += pull;
        squares += pull * pull;
    }
    return squares > 0 ? std::abs(sum) / std::sqrt(squares) : 0;
}

Evidence sum_but(const Folds& folds, std::size_t left_out) {
    Evidence sum;
    for (std::size_t f = 0; f < kFolds; ++f) {
        if (f != left_out) sum += folds[f];
    }
    return sum;
}

// Whether k1 is more than star errors. Where frames differ too little, or turn about the very middle, what k1 does to a
// star is made of the star's own error, and the residual is that error again: they agree, by about 1.3 variances a
// pair.
bool shows_k1(const Evidence& all) { return std::abs(all.g[0]) > 4 * all.pairs; }

// What steps found on the other folds explain of each fold, as rms px over all pairs; 0 when there is a fold in which
// they explain nothing.
double predicted_gain(const Folds& folds, std::size_t terms) {
    double sum = 0;
    for (std::size_t f = 0; f < kFolds; ++f) {
        const auto step = sum_but(folds, f).step(terms);
        const double gain = step ? folds[f].gain(*step) : 0;
        if (!(gain > 0)) return 0;
        sum += gain;
    }
    const double weight = sum_but(folds, kFolds).weight;
    return weight > 0 ? std::sqrt(sum / weight) : 0;
}

std::vector<Sighting> sightings_of(std::span<const SightedFrame> frames) {
    std::vector<Sighting> all;
    for (const SightedFrame& f : frames) {
        const Registration& r = *f.registration;
        if (!r.ok() || r.fits.empty() || r.fits.back().model != TransformModel::homography) continue;
        Sighting s{f.stars, {}, r.fits.back().ref_from_frame, r.mirrored};
        for (std::size_t i = 0; i < r.fitted_pairs.size(); ++i) {
            if (r.fits.back().is_inlier[i]) s.pairs.push_back(r.fitted_pairs[i]);
        }
        all.push_back(std::move(s));
    }
    return all;
}

// Fits the homography to these pairs; keeps the inliers.
void fit_pose(Sighting& s, const StarList& ref, const StarList& stars, std::vector<StarPair> pairs,
              const RegistrationOptions& o) {
    FitOptions fit = o.fit;
    fit.mirrored = s.mirrored;
    const auto report = fit_transform(TransformModel::homography, point_pairs(ref, stars, pairs, fit), fit);
    if (!report) return;
    s.ref_from_frame = report->ref_from_frame;
    s.pairs.clear();
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (report->is_inlier[i]) s.pairs.push_back(pairs[i]);
    }
}

// Under a better lens stars fit that were outliers: pairs are looked for again.
void fit_poses(std::vector<Sighting>& sightings, const StarList& ref, const RadialDistortion& lens,
               const RegistrationOptions& o) {
    const StarList straight_ref = straightened(ref, lens);
    for (Sighting& s : sightings) {
        const StarList stars = straightened(*s.stars, lens);
        fit_pose(s, straight_ref, stars, s.pairs, o);
        fit_pose(s, straight_ref, stars,
                 pair_stars(straight_ref, stars, s.ref_from_frame, o.match.radius_px, o.match.separation_px), o);
    }
}

// Gauss-Newton from `lens` on until nothing moves by a thousandth of a pixel. False when it does not get there, or to a
// lens that folds.
bool refine(RadialDistortion& lens, std::vector<Sighting>& sightings, const StarList& ref, std::size_t terms,
            const RegistrationOptions& o) {
    for (int round = 0; round < kRounds; ++round) {
        const auto step = sum_but(evidence(ref, sightings, lens, o.fit), kFolds).step(terms);
        if (!step) return false;
        lens.k1 += (*step)[0];
        lens.k2 += (*step)[1];
        if (!lens.sound()) return false;
        fit_poses(sightings, ref, lens, o);
        if ((std::abs((*step)[0]) + std::abs((*step)[1])) * lens.radius_px < 1e-3) return true;
    }
    return false;
}

}  // namespace

StarList straightened(const StarList& stars, const RadialDistortion& lens) {
    StarList straight = stars;
    for (Star& s : straight) {
        const Point p = lens.ideal_from_frame({s.x, s.y});
        s.x = p.x;
        s.y = p.y;
    }
    return straight;
}

std::optional<RadialDistortion> find_distortion(const StarList& ref, std::span<const SightedFrame> frames, int width,
                                                int height, const RegistrationOptions& options) {
    std::vector<Sighting> sightings = sightings_of(frames);
    RadialDistortion lens = RadialDistortion::about_middle(width, height, 0);
    const Folds straight = evidence(ref, sightings, lens, options.fit);
    if (!shows_k1(sum_but(straight, kFolds)) || predicted_gain(straight, 1) < kLeastGain) return std::nullopt;
    if (significance(ref, sightings, lens, options.fit) < kLeastSigmas) return std::nullopt;
    if (!refine(lens, sightings, ref, 1, options)) return std::nullopt;
    if (predicted_gain(evidence(ref, sightings, lens, options.fit), 2) >= kLeastGain) {
        RadialDistortion finer = lens;
        std::vector<Sighting> poses = sightings;
        if (refine(finer, poses, ref, 2, options)) lens = finer;
    }
    return lens;
}

}  // namespace nightstack
