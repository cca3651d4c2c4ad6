// SPDX-License-Identifier: MIT
// Critical values of the generalised extreme Studentized deviate test (reject.h, gesdt). With n samples and
// the i-th suspect (from 1), t the quantile of Student's distribution with n - i - 1 degrees of freedom at
// 1 - significance / (2 (n - i + 1)):
//     lambda_i = (n - i) t / sqrt((n - i - 1 + t^2) (n - i + 1))
// n and i come only as n - i + 1, the number of samples that are still there; so one list serves all n.
// Only arithmetic and square roots, no libm that differs between processors.
// Source: NIST/SEMATECH e-Handbook of Statistical Methods 1.3.5.17.3; Rosner 1983.
#pragma once

#include <vector>

namespace nightstack {

struct EsdTable {
    // By the number of samples still there, 0 to n; infinite (never an outlier) below 3.
    std::vector<float> critical;
    // By the number of samples at the start, 0 to n: how many may be outliers at most.
    std::vector<float> most_outliers;
};

// share in (0, 1], significance in (0, 1).
EsdTable esd_table(int n, double share, double significance);

// Where Student's distribution leaves `tail` (in (0, 0.5]) above. degrees >= 1.
double student_quantile(double tail, int degrees);

}  // namespace nightstack
