// SPDX-License-Identifier: MIT
// The least squares behind fit_light: gains of all tiles and one falloff, from samples in logarithms, again and again
// with weights by how well each sample fits (Gauss and Newton; weights of Huber's kind first, then Tukey's). One object
// for one thread.
#pragma once

#include <array>
#include <utility>
#include <vector>

namespace nightstack {

// A sample, and what the fit that was found last makes of it.
struct LightPair {
    int a = 0, b = 0, link = 0;
    std::array<double, 3> difference{};  // ln measured_a - ln measured_b
    double q_a = 0, q_b = 0;
    double weight = 1;
    std::array<double, 3> residual{}, slope{};  // slope: of all three residuals, by v1, v2, v3
};

struct LightTie {
    int a = 0, b = 0, samples = 0;
};

struct LightSolution {
    std::vector<std::array<double, 3>> gain;  // logarithms, by tile
    std::array<double, 3> v{};
    double sigma = 0;                    // of a sample that is no outlier
    std::array<double, 9> covariance{};  // of v, for sigma 1
    int rounds = 0;
};

double light_falloff(const std::array<double, 3>& v, double q);  // never less than a tenth

class LightSolver {
public:
    struct Freedom {
        bool gains = true, one_gain = false;
    };
    LightSolver(std::vector<LightPair> pairs, std::vector<LightTie> links, int tiles, Freedom freedom)
        : pairs_(std::move(pairs)), links_(std::move(links)), tiles_(tiles), freedom_(freedom) {}

    // `terms`: how many of v1, v2, v3 are free.
    LightSolution solve(int terms);
    // What the fit that was found last costs, robustly, in units of sigma2.
    double cost(double sigma) const;
    const std::vector<LightPair>& pairs() const { return pairs_; }

private:
    void look(LightSolution& s);
    double step(LightSolution& s, int terms);

    std::vector<LightPair> pairs_;
    std::vector<double> sizes_, scratch_;
    std::vector<LightTie> links_;
    int tiles_;
    Freedom freedom_;
};

}  // namespace nightstack
