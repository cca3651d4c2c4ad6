// SPDX-License-Identifier: MIT
// A polynomial through the cells that are sky. Internal to this folder.
#pragma once

#include <array>
#include <vector>

#include "pipeline/stages/background/background_model.h"

namespace nightstack {

struct SurfacePoint {
    double u = 0, v = 0;  // -1 to 1
    double level = 0;
    double error = 0;  // of the level
};

struct Surface {
    int degree = 0;
    std::array<std::array<double, kMaxBackgroundDegree + 1>, kMaxBackgroundDegree + 1> term{};
    std::vector<bool> sky;  // per point: it was taken into the last fit
    double operator()(double u, double v) const;
};

// Least squares, again and again without the points that stand out of it: above by more than 2.5 sigma of the scatter
// (a nebula only adds light), below by more than 4. The first rounds use the lower half of the points only, so that a
// nebula over a third of the picture cannot lift the surface. With fewer points than terms need the degree is lowered.
Surface fit_surface(const std::vector<SurfacePoint>& points, int degree);

}  // namespace nightstack
