// SPDX-License-Identifier: MIT
// Which samples of a pixel take part. Every rule looks at the normalised samples without weights and
// says: keep what lies in [median - kappa_low sigma, median + kappa_high sigma] of the samples kept
// so far, and again until nothing moves. The rules differ in sigma:
//   sigma       sample deviation (n - 1) of the kept samples.
//   winsorized  the same of samples pulled in to median +- 1.5 sigma, times 1.134, repeated until
//               sigma changes by at most 0.05 % or 60 times (performance.md 6.7; Huber 1981).
// Sigma is never taken to be less than `least_sigma`, the noise one sample is known to have: of twenty samples sigma
// is found to 20 % only, and where it comes out small by chance good samples would be thrown away (3 sigma of 18
// Gaussian samples: 0.8 % rejected instead of 0.27, a mean of 94 instead of 98 % of the information).
// On a star that limit grows with its brightness: seeing and registration differ from frame to frame and move a core by
// a share of what it stands above the sky, which is no outlier (the amplitude term of D. Gruen, S. Seitz, G. Bernstein
// 2014, PASP 126, 158). least = sqrt(least_sigma^2 + (object_share * max(0, median - sky_level))^2). The median of an
// even number is the mean of the two in the middle. A bound that is hit exactly keeps the sample. With 3 or fewer kept
// samples nothing more is rejected (so 1, 2 or 3 frames are never clipped, 4 may lose some), and a step that would
// leave no sample at all is not taken.
#pragma once

#include <optional>
#include <string_view>

namespace nightstack {

enum class RejectKind { none, sigma, winsorized };

std::string_view name(RejectKind kind);
std::optional<RejectKind> parse_reject_kind(std::string_view text);

struct RejectOptions {
    RejectKind kind = RejectKind::winsorized;
    double kappa_low = 3;
    double kappa_high = 3;
    double least_sigma = 0;   // in units of the normalised samples; 0 = nothing is known
    double object_share = 0;  // relative scatter of a star's core between frames, in [0, 1]
    double sky_level = 0;     // of the normalised samples
    // Throws OptionError unless both kappas are in (0, 100], least_sigma is at least 0 and finite, object_share in [0,
    // 1], sky_level finite.
    void check() const;
};

}  // namespace nightstack
