// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/stack_noise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <vector>

#include "pipeline/stages/judge/robust.h"

namespace nightstack {
namespace {

constexpr double kBinsPerOctave = 4;
constexpr int kLeastBins = 4;
constexpr double kLeastSpan = 4;
constexpr double kHuber = 1.5;
constexpr double kPriorError = 0.02;
constexpr double kPriorCount = 4;
constexpr int kRounds = 30;

struct Bin {
    double n = 0;  // mean of the bin
    double y = 0;  // n var(n)
};

std::vector<Bin> binned(std::span<const StackNoise> measured) {
    std::map<long, std::vector<StackNoise>> bins;
    for (const StackNoise& m : measured) {
        if (!std::isfinite(m.frames) || !std::isfinite(m.noise) || m.frames <= 0 || m.noise <= 0) continue;
        bins[std::lround(kBinsPerOctave * std::log2(m.frames))].push_back(m);
    }
    std::vector<Bin> out;
    for (const auto& [key, members] : bins) {
        Bin bin;
        std::vector<double> products;
        for (const StackNoise& m : members) {
            bin.n += m.frames / static_cast<double>(members.size());
            products.push_back(m.frames * m.noise * m.noise);
        }
        bin.y = median(std::move(products));
        out.push_back(bin);
    }
    return out;
}

// Symmetric 2x2.
struct Matrix {
    double aa = 0, ab = 0, bb = 0;

    void add(double u, double v, double factor) {
        aa += factor * u * u;
        ab += factor * u * v;
        bb += factor * v * v;
    }
    double determinant() const { return aa * bb - ab * ab; }
    Matrix inverse() const {
        const double d = determinant();
        return {bb / d, -ab / d, aa / d};
    }
    // (u1, v1) this (u2, v2)
    double between(double u1, double v1, double u2, double v2) const {
        return u1 * (aa * u2 + ab * v2) + v1 * (ab * u2 + bb * v2);
    }
};

// A bin divided by its expected value and multiplied by the root of its Huber weight: residuals of one scale.
struct Row {
    double u = 0, v = 0, y = 0;  // y = a u + b v
};

struct Line {
    double a = 0, b = 0;
};

class Fit {
public:
    explicit Fit(const std::vector<Bin>& bins) : bins_(bins), huber_(bins.size(), 1) {
        for (const Bin& bin : bins) expected_.push_back(bin.y);
    }

    bool solve() {
        for (int round = 0; round < kRounds; ++round) {
            const Line before = line_;
            if (!solve_once()) return false;
            if (std::abs(line_.a - before.a) < 1e-10 * line_.a) break;
        }
        return line_.a > 0;
    }

    NoiseFit result() const {
        const NoiseFit independent = with_errors([](double, double) { return 0.0; });
        const NoiseFit growing = with_errors([](double n, double m) { return std::min(n, m) / std::max(n, m); });
        return growing.b_error > independent.b_error ? growing : independent;
    }

private:
    Row row(std::size_t i) const {
        const double scale = std::sqrt(huber_[i]) / expected_[i];
        return {scale, scale * bins_[i].n, scale * bins_[i].y};
    }

    bool solve_once() {
        Matrix normal;
        double ya = 0, yb = 0;
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            const Row r = row(i);
            normal.add(r.u, r.v, 1);
            ya += r.u * r.y;
            yb += r.v * r.y;
        }
        if (!(normal.determinant() > 1e-12 * normal.aa * normal.bb)) return false;
        const Matrix inverse = normal.inverse();
        line_ = {inverse.aa * ya + inverse.ab * yb, inverse.ab * ya + inverse.bb * yb};
        reweigh();
        return std::isfinite(line_.a) && std::isfinite(line_.b);
    }

    void reweigh() {
        std::vector<double> residuals;
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            // A line may cross 0 where b < 0; no point may weigh without bound.
            expected_[i] = std::max(line_.a + line_.b * bins_[i].n, 0.2 * bins_[i].y);
            residuals.push_back((bins_[i].y - line_.a - line_.b * bins_[i].n) / expected_[i]);
        }
        const double sigma = std::max(mad_sigma(residuals, 0), 1e-3 * kPriorError);
        for (std::size_t i = 0; i < bins_.size(); ++i)
            huber_[i] = std::min(1.0, kHuber * sigma / std::max(std::abs(residuals[i]), 1e-300));
    }

    // `correlation` of the errors of two different bins. Covariance of weighted least squares under it: s^2 N^-1 (X' R
    // X) N^-1, with s^2 from the residuals, whose expected sum of squares is s^2 (tr R - tr N^-1 X' R X).
    template <class Correlation>
    NoiseFit with_errors(const Correlation& correlation) const {
        Matrix normal, inner;
        double squares = 0;
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            const Row r = row(i);
            normal.add(r.u, r.v, 1);
            squares += std::pow(r.y - line_.a * r.u - line_.b * r.v, 2);
            for (std::size_t j = 0; j < bins_.size(); ++j) {
                const Row s = row(j);
                const double c = i == j ? 1 : correlation(bins_[i].n, bins_[j].n);
                inner.aa += c * r.u * s.u;
                inner.ab += c * (r.u * s.v + r.v * s.u) / 2;
                inner.bb += c * r.v * s.v;
            }
        }
        const Matrix inverse = normal.inverse();
        const double used = inverse.aa * inner.aa + 2 * inverse.ab * inner.ab + inverse.bb * inner.bb;
        const double count = std::max(0.0, static_cast<double>(bins_.size()) - used);
        const double s2 = (kPriorCount * kPriorError * kPriorError + squares) / (kPriorCount + count);
        return filled(inverse, inner, s2);
    }

    NoiseFit filled(const Matrix& inverse, const Matrix& inner, double s2) const {
        const auto sandwich = [&](double u1, double v1, double u2, double v2) {
            const double p = inverse.aa * u1 + inverse.ab * v1, q = inverse.ab * u1 + inverse.bb * v1;
            const double r = inverse.aa * u2 + inverse.ab * v2, t = inverse.ab * u2 + inverse.bb * v2;
            return s2 * inner.between(p, q, r, t);
        };
        return {.a = line_.a,
                .b = line_.b,
                .a_error = std::sqrt(sandwich(1, 0, 1, 0)),
                .b_error = std::sqrt(sandwich(0, 1, 0, 1)),
                .covariance = sandwich(1, 0, 0, 1),
                .relative_error = std::sqrt(s2),
                .frames = bins_.back().n,
                .bins = static_cast<int>(bins_.size())};
    }

    const std::vector<Bin>& bins_;
    std::vector<double> huber_, expected_;
    Line line_;
};

}  // namespace

double NoiseFit::variance_error(double n) const {
    const double squared = a_error * a_error / (n * n) + 2 * covariance / n + b_error * b_error;
    return std::sqrt(std::max(0.0, squared));
}

std::optional<NoiseFit> fit_stack_noise(std::span<const StackNoise> measured) {
    const std::vector<Bin> bins = binned(measured);
    if (static_cast<int>(bins.size()) < kLeastBins || bins.back().n < kLeastSpan * bins.front().n) return std::nullopt;
    Fit fit(bins);
    if (!fit.solve()) return std::nullopt;
    NoiseFit result = fit.result();
    for (const StackNoise& m : measured) {
        if (std::isfinite(m.frames)) result.frames = std::max(result.frames, m.frames);
    }
    return result;
}

}  // namespace nightstack
