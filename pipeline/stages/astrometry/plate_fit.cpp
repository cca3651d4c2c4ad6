// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/plate_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "pipeline/stages/astrometry/polynomial_fit.h"
#include "pipeline/stages/astrometry/sip_terms.h"
#include "pipeline/stages/registration/solve.h"

namespace nightstack {
namespace {

constexpr double kClipSigma = 4;       // as registration/fit.h, but a handful of stars
constexpr double kClipFloor_px = 0.5;  // is too few to call half a pixel an outlier
constexpr double kTolerance = 0.10;    // how much worse than the best a simpler model may predict,
constexpr double kFewStars = 5;        // and where stars are few, this over their number,
constexpr double kSlack_px = 0.005;    // or by how many pixels
constexpr std::size_t kFolds = 5;
struct Order {
    int order;
    std::size_t least_pairs;
};
constexpr std::array<Order, 4> kOrders{{{0, 3}, {1, 10}, {2, 30}, {3, 60}}};

using Weights = std::vector<double>;

// What is fitted: places in the plane, from points about 1 large.
struct Sample {
    std::vector<Point> from;
    std::vector<double> x, y;  // px
    bool mirrored = false;
    std::size_t size() const { return from.size(); }
};

struct PlaneModel {
    int order = 0;
    SipPolynomial x, y;
    Point operator()(Point p) const { return {x(p.x, p.y), y(p.x, p.y)}; }
};

std::optional<PlaneModel> similarity(const Sample& s, const Weights& w) {
    const double sign = s.mirrored ? -1 : 1;
    std::vector<PointPair> pairs;
    for (std::size_t i = 0; i < s.size(); ++i) {
        pairs.push_back({{s.x[i], s.y[i]}, {sign * s.from[i].x, s.from[i].y}, 1});
    }
    const auto t = solve(TransformModel::similarity, pairs, w);
    if (!t) return std::nullopt;
    const auto& m = t->row_major();
    PlaneModel model;
    model.x.order = model.y.order = 1;
    model.x.coefficient[0][0] = m[2];
    model.x.coefficient[1][0] = sign * m[0];
    model.x.coefficient[0][1] = m[1];
    model.y.coefficient[0][0] = m[5];
    model.y.coefficient[1][0] = sign * m[3];
    model.y.coefficient[0][1] = m[4];
    return model;
}

std::optional<PlaneModel> least_squares(int order, const Sample& s, const Weights& w) {
    if (order == 0) return similarity(s, w);
    const auto x = fit_polynomial(order, s.from, s.x, w);
    const auto y = fit_polynomial(order, s.from, s.y, w);
    if (!x || !y) return std::nullopt;
    return PlaneModel{order, *x, *y};
}

std::vector<double> residuals(const PlaneModel& model, const Sample& s) {
    std::vector<double> r;
    for (std::size_t i = 0; i < s.size(); ++i) {
        const Point p = model(s.from[i]);
        r.push_back(std::hypot(p.x - s.x[i], p.y - s.y[i]));
    }
    return r;
}

double robust_sigma(std::vector<double> r) {
    constexpr double rayleigh_median = 1.17741;  // of a two-axis distance, in sigmas per axis
    const auto middle = r.begin() + static_cast<std::ptrdiff_t>(r.size() / 2);
    std::nth_element(r.begin(), middle, r.end());
    return std::max(1e-9, *middle / rayleigh_median);
}

struct RobustFit {
    PlaneModel model;
    Weights inside;  // 1 or 0
};

// Cauchy weights find the bulk, then plain least squares of what lies within the clip.
std::optional<RobustFit> robust_fit(int order, const Sample& s) {
    Weights w(s.size(), 1.0);
    auto model = least_squares(order, s, w);
    for (int round = 0; model && round < 5; ++round) {
        const std::vector<double> r = residuals(*model, s);
        const double width = 2 * robust_sigma(r);
        for (std::size_t i = 0; i < r.size(); ++i) w[i] = 1 / (1 + r[i] * r[i] / (width * width));
        model = least_squares(order, s, w);
    }
    for (int round = 0; model && round < 8; ++round) {
        const std::vector<double> r = residuals(*model, s);
        const double limit = std::max(kClipFloor_px, kClipSigma * robust_sigma(r));
        Weights now;
        for (const double distance : r) now.push_back(distance <= limit ? 1 : 0);
        if (now == w) break;
        w = std::move(now);
        model = least_squares(order, s, w);
    }
    if (!model) return std::nullopt;
    return RobustFit{*model, std::move(w)};
}

// Every star of `judged` predicted by a fit that did not see it.
std::optional<double> cross_validated(int order, const Sample& s, const Weights& judged) {
    const auto count = static_cast<std::size_t>(std::count(judged.begin(), judged.end(), 1.0));
    const std::size_t folds = count < 4 * kFolds ? count : kFolds;
    double sum = 0;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        Weights training = judged;
        std::size_t number = 0;
        for (double& w : training) {
            if (w == 1 && number++ % folds == fold) w = 0;
        }
        const auto model = least_squares(order, s, training);
        if (!model) return std::nullopt;
        const std::vector<double> r = residuals(*model, s);
        for (std::size_t i = 0; i < s.size(); ++i) {
            if (judged[i] == 1 && training[i] == 0) sum += r[i] * r[i];
        }
    }
    return count > 0 ? std::optional(std::sqrt(sum / static_cast<double>(count))) : std::nullopt;
}

// The simplest order that predicts about as well as the best; all are judged on the inliers of the highest.
int chosen_order(const Sample& s, int highest) {
    std::optional<RobustFit> judge;
    for (const Order& o : kOrders) {
        if (o.order > highest || s.size() < o.least_pairs) continue;
        if (auto fit = robust_fit(o.order, s)) judge = std::move(fit);
    }
    if (!judge) return 0;
    std::vector<std::pair<int, double>> predicted;
    double best = 1e300;
    for (const Order& o : kOrders) {
        if (o.order > highest || s.size() < o.least_pairs) continue;
        const auto cv = cross_validated(o.order, s, judge->inside);
        if (!cv) continue;
        predicted.emplace_back(o.order, *cv);
        best = std::min(best, *cv);
    }
    const double tolerance = std::max(kTolerance, kFewStars / static_cast<double>(s.size()));
    for (const auto& [order, cv] : predicted) {
        if (cv <= (1 + tolerance) * best + kSlack_px) return order;
    }
    return 0;
}

// The pairs in pixels from the reference pixel, over half the frame's diagonal, and in a plane.
class Plate {
public:
    Plate(std::span<const PlatePair> pairs, const PlateOptions& o) : pairs_(pairs), options_(o) {
        middle_ = o.lens ? o.lens->centre : Point{0.5 * (o.width - 1), 0.5 * (o.height - 1)};
        unit_px_ = 0.5 * std::hypot(o.width, o.height);
    }
    Point middle() const { return middle_; }
    double unit_px() const { return unit_px_; }
    Sample sample(const Direction& touch) const {
        const TangentPlane plane(touch, options_.arcsec_per_px);
        Sample s;
        s.mirrored = options_.mirrored;
        for (const PlatePair& pair : pairs_) {
            const Point p = options_.lens ? options_.lens->ideal_from_frame(pair.pixel) : pair.pixel;
            const Point place = plane.place(pair.sky);
            s.from.push_back({(p.x - middle_.x) / unit_px_, (p.y - middle_.y) / unit_px_});
            s.x.push_back(place.x);
            s.y.push_back(place.y);
        }
        return s;
    }

private:
    std::span<const PlatePair> pairs_;
    const PlateOptions& options_;
    Point middle_;
    double unit_px_;
};

Wcs wcs_of(PlaneModel m, const Direction& touch, const Plate& plate, const PlateOptions& o) {
    set_scaled(m.x, plate.unit_px());
    set_scaled(m.y, plate.unit_px());
    const std::array<double, 4> linear{m.x.coefficient[1][0], m.x.coefficient[0][1], m.y.coefficient[1][0],
                                       m.y.coefficient[0][1]};
    Wcs wcs;
    wcs.reference = sky_of(touch);
    wcs.reference_pixel = plate.middle();
    for (std::size_t i = 0; i < 4; ++i) wcs.cd[i] = -linear[i] * o.arcsec_per_px / 3600;
    if (m.order >= 2) take_bend(wcs, m.x, m.y);
    if (o.lens) take_lens(wcs, *o.lens);
    take_inverse(wcs, o.width, o.height);
    return wcs;
}

double largest_bend(const Wcs& wcs, const PlateOptions& o) {
    double largest = 0;
    for (const double x : {0.0, o.width - 1.0}) {
        for (const double y : {0.0, o.height - 1.0}) {
            const double u = x - wcs.reference_pixel.x;
            const double v = y - wcs.reference_pixel.y;
            largest = std::max(largest, std::hypot(wcs.a(u, v), wcs.b(u, v)));
        }
    }
    return largest;
}

// Moves the touching point to where the model puts the reference pixel.
Direction moved_touch(const Direction& touch, const PlaneModel& model, const PlateOptions& o) {
    return TangentPlane(touch, o.arcsec_per_px).direction(model({0, 0}));
}

}  // namespace

std::optional<PlateFit> fit_plate(std::span<const PlatePair> pairs, const Direction& guess,
                                  const PlateOptions& options) {
    if (pairs.size() < kOrders[0].least_pairs) return std::nullopt;
    const Plate plate(pairs, options);
    Direction touch = guess;
    for (int round = 0; round < 2; ++round) {
        const auto fit = robust_fit(0, plate.sample(touch));
        if (!fit) return std::nullopt;
        touch = moved_touch(touch, fit->model, options);
    }
    const int order = chosen_order(plate.sample(touch), options.lens ? 1 : 3);
    std::optional<RobustFit> fit;
    for (int round = 0; round < 3; ++round) {
        if (fit) touch = moved_touch(touch, fit->model, options);
        fit = robust_fit(order, plate.sample(touch));
        if (!fit) return std::nullopt;
    }
    PlateFit result;
    result.order = order;
    result.wcs = wcs_of(fit->model, touch, plate, options);
    result.bend_px = largest_bend(result.wcs, options);
    const std::vector<double> r = residuals(fit->model, plate.sample(touch));
    double sum = 0;
    for (std::size_t i = 0; i < r.size(); ++i) {
        sum += fit->inside[i] * r[i] * r[i];
        result.matched += fit->inside[i] == 1 ? 1 : 0;
    }
    if (result.matched == 0) return std::nullopt;
    result.rms_px = std::sqrt(sum / result.matched) * options.arcsec_per_px / result.wcs.arcsec_per_px();
    return result;
}

}  // namespace nightstack
