// SPDX-License-Identifier: MIT
// Which samples of a pixel take part. Every rule looks at the normalised samples without weights. The
// names, the order and the customary values of the two numbers are those of Siril and PixInsight.
//
// kind        numbers (default)          keep what lies in
//   sigma       kappa low, high (3 3)    median -+ kappa * sample deviation (n - 1) of the kept samples
//   winsorized  kappa low, high (3 3)    the same, the deviation taken of samples pulled in to
//                                        median -+ 1.5 sigma, times 1.134, repeated until sigma changes by
//                                        at most 0.05 % or 60 times (performance.md 6.7; Huber 1981)
//   mad         kappa low, high (3 3)    median -+ kappa * 1.4826 * median of |sample - median|. Siril leaves
//                                        the 1.4826 out: its 3 is our 2.02
//   median      kappa low, high (3 3)    as sigma, but a rejected sample is not left out: it is replaced by
//                                        the median and counts on with its weight ("median sigma clipping"
//                                        of Siril and DeepSkyStacker). It stays in the deviation, too. Here the
//                                        median is always that of the kept samples, in Siril the one at the
//                                        time of the replacement
//   linear      kappa low, high (5 5)    the straight line through the kept samples over their rank (least
//                                        squares), -+ kappa * mean distance from that line (linear fit
//                                        clipping; PixInsight, Siril). Of the upper half of the ranks a sample
//                                        too far above the line goes, and all above it; of the lower half a
//                                        sample too far below, and all below it. Siril cuts in the middle, too
//   gesdt       outlier share (0.3),     generalised extreme Studentized deviate test: of n samples up to
//               significance (0.05)      share * n are taken away, each time the one farthest from the mean of
//                                        the rest; out is the longest run of these whose last still stood
//                                        farther than critical(rest) deviations, esd_table.h (Rosner 1983,
//                                        Technometrics 25, 165; NIST/SEMATECH e-Handbook 1.3.5.17.3)
//   percentile  share low, high          median - low * median ... median + high * median, once; for very few
//               (0.2 0.1)                frames. Nothing where the median is not above 0
//   none        -                        everything
//
// All but percentile and gesdt repeat with what is left until nothing moves. The median of an even
// number is the mean of the two in the middle. A bound that is hit exactly keeps the sample, so samples
// of equal value stay or go together. With 3 or fewer kept samples nothing more is rejected (so 1, 2 or 3
// frames are never clipped, 4 may lose some), and a step that would leave no sample at all is not taken.
//
// The sigma of sigma, winsorized, mad and median is never taken to be less than `least_sigma`, the noise one
// sample is known to have: of twenty samples sigma is found to 20 % only, and where it comes out small by
// chance good samples would be thrown away (3 sigma of 18 Gaussian samples: 0.8 % rejected instead of 0.27,
// a mean of 94 instead of 98 % of the information).
// On a star that limit grows with its brightness: seeing and registration differ from frame to frame and move
// a core by a share of what it stands above the sky, which is no outlier (the amplitude term of D. Gruen,
// S. Seitz, G. Bernstein 2014, PASP 126, 158):
//   least = sqrt(least_sigma^2 + (object_share * max(0, median of the kept samples - sky_level))^2)
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace nightstack {

enum class RejectKind { none, sigma, winsorized, mad, median, linear, gesdt, percentile };

std::string_view name(RejectKind kind);
std::optional<RejectKind> parse_reject_kind(std::string_view text);
std::span<const RejectKind> all_reject_kinds();

struct RejectOptions {
    RejectKind kind = RejectKind::winsorized;
    // The two numbers of the table above; without meaning for `none`.
    double low = 3;
    double high = 3;
    double least_sigma = 0;   // in units of the normalised samples; 0 = nothing is known
    double object_share = 0;  // relative scatter of a star's core between frames, in [0, 1]
    double sky_level = 0;     // of the normalised samples
    // Throws OptionError unless kappas are in (0, 100], shares in (0, 1], the significance in (0, 0.5],
    // least_sigma is at least 0 and finite, object_share in [0, 1] and sky_level finite.
    void check() const;
    bool operator==(const RejectOptions&) const = default;
};

// The kind with its customary numbers.
RejectOptions default_rejection(RejectKind kind);

}  // namespace nightstack
