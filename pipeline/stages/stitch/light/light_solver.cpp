// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/light/light_solver.h"

#include <Eigen/Dense>
#include <Eigen/Sparse>
#include <algorithm>
#include <cmath>

namespace nightstack {
namespace {

using Three = std::array<double, 3>;

constexpr double kLeastFalloff = 0.1;
constexpr double kGainPrior = 1e-3;  // in samples: only tells what no sample tells
constexpr double kBendPrior = 0.05;
constexpr double kTukey = 4.685;
constexpr double kLeastSigma = 0.002;

double size_of(const Three& r) { return std::sqrt((r[0] * r[0] + r[1] * r[1] + r[2] * r[2]) / 3); }

}  // namespace

double light_falloff(const Three& v, double q) {
    return std::max(kLeastFalloff, 1 + q * (v[0] + q * (v[1] + q * v[2])));
}

LightSolution LightSolver::solve(int terms) {
    constexpr int kRounds = 25, kAbsolute = 5;
    constexpr double kStill = 1e-5;
    LightSolution s;
    s.gain.resize(static_cast<std::size_t>(tiles_));
    sizes_.resize(pairs_.size());
    for (; s.rounds < kRounds; ++s.rounds) {
        look(s);
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            if (s.rounds < kAbsolute) {  // sums of absolute differences first: they need no good start
                pairs_[i].weight = s.sigma / std::max(sizes_[i], s.sigma);
            } else {
                const double u = sizes_[i] / (kTukey * s.sigma), k = std::max(0.0, 1 - u * u);
                pairs_[i].weight = k * k;
            }
        }
        if (step(s, terms) < kStill && s.rounds > kAbsolute + 1) break;
    }
    look(s);
    return s;
}

double LightSolver::cost(double sigma) const {
    double sum = 0;
    for (const double r : sizes_) {
        const double u = r / (kTukey * sigma), k = 1 - std::min(1.0, u * u);
        sum += (1 - k * k * k) * kTukey * kTukey / 6;
    }
    return sum;
}

void LightSolver::look(LightSolution& s) {
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
        LightPair& p = pairs_[i];
        const Three& ga = s.gain[static_cast<std::size_t>(p.a)];
        const Three& gb = s.gain[static_cast<std::size_t>(p.b)];
        const double fa = light_falloff(s.v, p.q_a), fb = light_falloff(s.v, p.q_b);
        const double bend = fa == fb ? 0 : std::log(fa / fb);
        double a = 1 / fa, b = 1 / fb;
        for (std::size_t c = 0; c < 3; ++c) {
            p.residual[c] = p.difference[c] + ga[c] - gb[c] - bend;
            a *= p.q_a;
            b *= p.q_b;
            p.slope[c] = b - a;
        }
        sizes_[i] = size_of(p.residual);
    }
    scratch_ = sizes_;
    const auto middle = scratch_.begin() + static_cast<std::ptrdiff_t>(scratch_.size() / 2);
    std::nth_element(scratch_.begin(), middle, scratch_.end());
    // The median of the size of three normal numbers, over the root of 3.
    s.sigma = scratch_.empty() ? kLeastSigma : std::max(kLeastSigma, *middle / 0.89);
}

// The largest change. The gains' matrix is that of the graph of links, the same for the three channels; v is eliminated
// from it.
double LightSolver::step(LightSolution& s, int terms) {
    Eigen::VectorXd diagonal = Eigen::VectorXd::Constant(tiles_, kGainPrior);
    std::vector<double> by_link(links_.size(), 0);
    Eigen::MatrixX3d right(tiles_, 3), mixed = Eigen::MatrixX3d::Zero(tiles_, 3);
    for (int i = 0; i < tiles_; ++i) {
        for (int c = 0; c < 3; ++c)
            right(i, c) = -kGainPrior * s.gain[static_cast<std::size_t>(i)][static_cast<std::size_t>(c)];
    }
    Eigen::Matrix3d bend = kBendPrior * Eigen::Matrix3d::Identity();
    Eigen::Vector3d bend_right = -kBendPrior * Eigen::Vector3d(s.v[0], s.v[1], s.v[2]);
    for (const LightPair& p : pairs_) {
        const double w = p.weight;
        if (w == 0) continue;
        diagonal[p.a] += w;
        diagonal[p.b] += w;
        by_link[static_cast<std::size_t>(p.link)] += w;
        const double sum = w * (p.residual[0] + p.residual[1] + p.residual[2]);
        for (int c = 0; c < 3; ++c) {
            const double r = w * p.residual[static_cast<std::size_t>(c)], d = p.slope[static_cast<std::size_t>(c)];
            right(p.a, c) -= r;
            right(p.b, c) += r;
            mixed(p.a, c) += w * d;
            mixed(p.b, c) -= w * d;
            bend_right[c] -= sum * d;
            for (int k = 0; k < 3; ++k) bend(c, k) += 3 * w * d * p.slope[static_cast<std::size_t>(k)];
        }
    }
    std::vector<Eigen::Triplet<double>> entries;
    for (int i = 0; i < tiles_; ++i) entries.emplace_back(i, i, diagonal[i]);
    for (std::size_t l = 0; l < links_.size(); ++l) {
        entries.emplace_back(links_[l].a, links_[l].b, -by_link[l]);
        entries.emplace_back(links_[l].b, links_[l].a, -by_link[l]);
    }
    Eigen::SparseMatrix<double> graph(tiles_, tiles_);
    graph.setFromTriplets(entries.begin(), entries.end());
    const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> solver(graph);
    if (!freedom_.gains) right.setZero();
    if (freedom_.one_gain) {
        const Eigen::VectorXd mean = right.rowwise().mean();
        right = mean.replicate(1, 3);
    }
    const Eigen::MatrixX3d alone = solver.solve(right);
    Eigen::Vector3d dv = Eigen::Vector3d::Zero();
    Eigen::MatrixX3d follow = Eigen::MatrixX3d::Zero(tiles_, 3);
    if (terms > 0) {
        if (freedom_.gains) follow = solver.solve(mixed);
        const Eigen::Matrix3d reduced = bend - 3 * mixed.transpose() * follow;
        const Eigen::Vector3d reduced_right = bend_right - mixed.transpose() * alone.rowwise().sum();
        const Eigen::MatrixXd part = reduced.topLeftCorner(terms, terms);
        const Eigen::LDLT<Eigen::MatrixXd> small(part);
        dv.head(terms) = small.solve(reduced_right.head(terms));
        Eigen::Map<Eigen::Matrix3d> covariance(s.covariance.data());
        covariance.setZero();
        covariance.topLeftCorner(terms, terms) = small.solve(Eigen::MatrixXd::Identity(terms, terms));
        const double longest = dv.cwiseAbs().maxCoeff();
        if (longest > 0.3) dv *= 0.3 / longest;  // the logarithm is straight for short steps only
    }
    double most = dv.cwiseAbs().maxCoeff();
    const Eigen::VectorXd followed = follow * dv;
    for (int i = 0; i < tiles_ && freedom_.gains; ++i) {
        for (int c = 0; c < 3; ++c) {
            const double dg = alone(i, c) - followed[i];
            s.gain[static_cast<std::size_t>(i)][static_cast<std::size_t>(c)] += dg;
            most = std::max(most, std::abs(dg));
        }
    }
    for (int k = 0; k < 3; ++k) s.v[static_cast<std::size_t>(k)] += dv[k];
    return most;
}

}  // namespace nightstack
