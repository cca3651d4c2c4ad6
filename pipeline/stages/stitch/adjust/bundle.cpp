// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/bundle.h"

#include <Eigen/Dense>
#include <Eigen/SparseCholesky>
#include <algorithm>
#include <cassert>
#include <cmath>

#include "pipeline/stages/stitch/adjust/bundle_residual.h"
#include "pipeline/stages/stitch/adjust/link_distances.h"

namespace nightstack {
namespace {

constexpr int kMostScales = 10;

class Bundle {
public:
    Bundle(std::span<BundleCamera> cameras, std::span<const TileLink> links, const BundleOptions& options)
        : cameras_(cameras), links_(links), options_(options) {
        tile_.assign(cameras.size(), -1);
        int lenses = 0;
        for (const TileLink& link : links) {
            if (link.places.empty()) continue;
            for (const int t : {link.a, link.b}) {
                assert(t >= 0 && static_cast<std::size_t>(t) < cameras.size());
                if (tile_[static_cast<std::size_t>(t)] < 0) tile_[static_cast<std::size_t>(t)] = tiles_++;
            }
        }
        for (const BundleCamera& c : cameras) lenses = std::max(lenses, c.lens + 1);
        for (const bool free : {options.focal, options.k1, options.k2}) free_ += free ? 1 : 0;
        size_ = 3 * tiles_ + free_ * lenses;
    }

    void run() {
        if (tiles_ == 0) return;
        double damping = 1e-4;
        double least_scale = options_.start_scale;
        for (int outer = 0; outer < kMostScales; ++outer) {
            // The scale is held while steps are compared, and made anew when they have come to rest.
            const double own_scale =
                std::max(deviation_of(cameras_, links_, options_.scale_floor_px), options_.least_scale);
            scale_ = std::max(own_scale, least_scale);
            double cost = cost_of();
            bool moved = false;
            for (int round = 0; round < options_.most_rounds / 3; ++round) {
                build();
                bool better = false;
                double gained = 0;
                for (int tries = 0; tries < 8 && !better; ++tries) {
                    const std::vector<BundleCamera> before(cameras_.begin(), cameras_.end());
                    if (step(damping)) {
                        const double now = cost_of();
                        if (now < cost) {
                            gained = cost - now;
                            cost = now;
                            better = true;
                            damping = std::max(damping / 5, 1e-12);
                            break;
                        }
                    }
                    std::copy(before.begin(), before.end(), cameras_.begin());
                    damping *= 8;
                }
                moved = moved || (better && gained > 1e-6 * cost);
                if (!better || gained <= 1e-9 * cost) break;
            }
            damping = 1e-4;
            if (!moved && least_scale <= own_scale) break;
            least_scale /= 4;
        }
    }

private:
    double prior_cost() const {
        double sum = 0;
        for_lenses([&](int lens, const TileLens& l) {
            const LensPrior p = prior(lens);
            if (options_.focal && p.f_px > 0) sum += std::pow(std::log(l.f_px / p.f_px) / p.sigma_log_f, 2);
            if (options_.k1) sum += std::pow(l.k1 / p.sigma_k, 2);
            if (options_.k2) sum += std::pow(l.k2 / p.sigma_k, 2);
        });
        return sum;
    }

    double cost_of() const {
        double sum = prior_cost();
        for (const TileLink& link : links_) {
            for (const double d : relative_distances(cameras_, link, options_.scale_floor_px))
                sum += cauchy_cost(d / scale_);
        }
        return sum;
    }

    // Normal equations, lower triangle as a sparse matrix: blocks of tiles and lenses that share a link.
    void build() {
        std::vector<Eigen::Triplet<double>> entries;
        gradient_ = Eigen::VectorXd::Zero(size_);
        diagonal_ = Eigen::VectorXd::Zero(size_);
        for (const TileLink& link : links_) add_link(link, entries);
        for_lenses([&](int lens, const TileLens& l) { add_prior(lens, l, entries); });
        // All may be turned together without any change: that is held by a touch of weight on each rotation.
        for (int i = 0; i < 3 * tiles_; ++i) entries.emplace_back(i, i, 1e-6);
        normal_.resize(size_, size_);
        normal_.setFromTriplets(entries.begin(), entries.end());
        for (int i = 0; i < size_; ++i) diagonal_[i] = normal_.coeff(i, i);
    }

    void add_link(const TileLink& link, std::vector<Eigen::Triplet<double>>& entries) {
        const auto ia = static_cast<std::size_t>(link.a), ib = static_cast<std::size_t>(link.b);
        const TileCamera& a = cameras_[ia].camera;
        const TileCamera& b = cameras_[ib].camera;
        // Columns: three of a, three of b, then of a's lens, then of b's where it is another.
        const bool one_lens = cameras_[ia].lens == cameras_[ib].lens;
        const int columns = 6 + free_ * (one_lens ? 1 : 2);
        // At most twelve: no memory is asked for.
        using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, 12, 12>;
        using Column = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, 12, 1>;
        Square normal = Square::Zero(columns, columns);
        Column right = Column::Zero(columns);
        Eigen::Matrix<double, 2, Eigen::Dynamic, Eigen::ColMajor, 2, 12> rows(2, columns);
        for (const Correspondence& place : link.places) {
            ResidualSlopes s;
            if (!slopes_of(s, a, b, place)) continue;
            rows.setZero();
            for (int i = 0; i < 3; ++i) {
                const auto k = static_cast<std::size_t>(i);
                rows(0, i) = s.turn_a_x[k];
                rows(1, i) = s.turn_a_y[k];
                rows(0, 3 + i) = s.turn_b_x[k];
                rows(1, 3 + i) = s.turn_b_y[k];
            }
            int at = 0;
            const std::array<bool, 3> wanted = {options_.focal, options_.k1, options_.k2};
            for (std::size_t k = 0; k < 3; ++k) {
                if (!wanted[k]) continue;
                const int of_b = 6 + at + (one_lens ? 0 : free_);
                rows(0, 6 + at) += s.lens_a_x[k];
                rows(1, 6 + at) += s.lens_a_y[k];
                rows(0, of_b) += s.lens_b_x[k];
                rows(1, of_b) += s.lens_b_y[k];
                ++at;
            }
            const double sigma = std::max(place.sigma_px, options_.scale_floor_px) * scale_;
            const double e2 = (s.miss.x * s.miss.x + s.miss.y * s.miss.y) / (sigma * sigma * kCauchy * kCauchy);
            const double weight = 1 / (sigma * sigma * (1 + e2));
            for (int j = 0; j < columns; ++j) {
                const double x = weight * rows(0, j), y = weight * rows(1, j);
                right[j] += x * s.miss.x + y * s.miss.y;
                for (int i = j; i < columns; ++i) normal(i, j) += x * rows(0, i) + y * rows(1, i);
            }
        }
        std::vector<int> where;
        for (int i = 0; i < 3; ++i) where.push_back(3 * tile_[ia] + i);
        for (int i = 0; i < 3; ++i) where.push_back(3 * tile_[ib] + i);
        for (int i = 0; i < free_; ++i) where.push_back(3 * tiles_ + free_ * cameras_[ia].lens + i);
        for (int i = 0; i < free_ && !one_lens; ++i) where.push_back(3 * tiles_ + free_ * cameras_[ib].lens + i);
        for (int i = 0; i < columns; ++i) {
            const int row = where[static_cast<std::size_t>(i)];
            gradient_[row] += right[i];
            for (int j = 0; j < columns; ++j) {
                const int column = where[static_cast<std::size_t>(j)];
                if (row >= column) entries.emplace_back(row, column, normal(std::max(i, j), std::min(i, j)));
            }
        }
    }

    void add_prior(int lens, const TileLens& l, std::vector<Eigen::Triplet<double>>& entries) {
        const LensPrior p = prior(lens);
        int at = 3 * tiles_ + free_ * lens;
        const auto add = [&](double miss, double sigma) {
            gradient_[at] += miss / (sigma * sigma);
            entries.emplace_back(at, at, 1 / (sigma * sigma));
            ++at;
        };
        // Without a word on it, the focal length is held by a hair, so that it cannot run away.
        if (options_.focal) add(p.f_px > 0 ? std::log(l.f_px / p.f_px) : 0, p.f_px > 0 ? p.sigma_log_f : 10);
        if (options_.k1) add(l.k1, p.sigma_k);
        if (options_.k2) add(l.k2, p.sigma_k);
    }

    bool step(double damping) {
        Eigen::SparseMatrix<double> damped = normal_;
        for (int i = 0; i < size_; ++i) damped.coeffRef(i, i) += damping * diagonal_[i] + 1e-12;
        const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>, Eigen::Lower> solver(damped);
        if (solver.info() != Eigen::Success) return false;
        const Eigen::VectorXd x = solver.solve(gradient_);
        if (!x.allFinite()) return false;
        for (std::size_t i = 0; i < cameras_.size(); ++i) {
            if (tile_[i] < 0) continue;
            const Eigen::Index at = 3 * static_cast<Eigen::Index>(tile_[i]);
            TileCamera& c = cameras_[i].camera;
            c.world_from_camera = c.world_from_camera * Rotation::about({-x[at], -x[at + 1], -x[at + 2]});
        }
        bool sound = true;
        for (BundleCamera& c : cameras_) {
            Eigen::Index at = 3 * static_cast<Eigen::Index>(tiles_) + free_ * c.lens;
            TileLens& l = c.camera.lens;
            if (options_.focal) l.f_px *= std::exp(std::clamp(-x[at++], -0.5, 0.5));
            if (options_.k1) l.k1 -= x[at++];
            if (options_.k2) l.k2 -= x[at++];
            // What lies in the corners must still be seen.
            sound = sound && std::isfinite(l.f_px) && l.f_px > 0 &&
                    l.reach() * l.f_px > 0.4 * std::hypot(l.width, l.height);
        }
        return sound;
    }

    LensPrior prior(int lens) const {
        const auto i = static_cast<std::size_t>(lens);
        return i < options_.priors.size() ? options_.priors[i] : LensPrior{};
    }
    // Once for each lens that has a camera.
    template <class Body>
    void for_lenses(Body body) const {
        std::vector<bool> told;
        for (const BundleCamera& c : cameras_) {
            const auto i = static_cast<std::size_t>(c.lens);
            if (told.size() <= i) told.resize(i + 1, false);
            if (!told[i]) body(c.lens, c.camera.lens);
            told[i] = true;
        }
    }

    std::span<BundleCamera> cameras_;
    std::span<const TileLink> links_;
    const BundleOptions& options_;
    std::vector<int> tile_;  // place among those that are turned
    int tiles_ = 0, free_ = 0, size_ = 0;
    double scale_ = 1;
    Eigen::SparseMatrix<double> normal_;
    Eigen::VectorXd gradient_, diagonal_;
};

}  // namespace

BundleReport adjust(std::span<BundleCamera> cameras, std::span<const TileLink> links, const BundleOptions& options) {
    Bundle(cameras, links, options).run();
    return judge(cameras, links, options.scale_floor_px);
}

}  // namespace nightstack
