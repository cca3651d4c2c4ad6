// SPDX-License-Identifier: MIT
// The noise of growing stacks with known truth, and with the errors that measuring it can have.
#pragma once

#include <random>
#include <vector>

#include "pipeline/stages/progress/stack_noise.h"

namespace nightstack::test {

enum class NoiseError {
    independent,  // of each measurement: relative, the same at every depth
    growing,      // of a stack that holds the frames of the one before: variances correlated by n / m
    frames,       // the frames' own noise differs, which is all that is wrong
    wild,         // half of each of the first two kinds, and one of twenty measurements twice too large
};

class MadeNights {
public:
    explicit MadeNights(unsigned seed) : random_(seed) {}

    // var(n) = a / n + b at 1 .. frames, each with a relative error of `error`.
    std::vector<StackNoise> night(int frames, double a, double b, NoiseError kind, double error);

private:
    double normal() { return normal_(random_); }
    double relative_error(NoiseError kind, double error, double walk, double frames);
    std::mt19937_64 random_;
    std::normal_distribution<double> normal_;
};

}  // namespace nightstack::test
