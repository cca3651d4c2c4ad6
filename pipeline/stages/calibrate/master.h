// SPDX-License-Identifier: MIT
// One calibration frame from many, with the outliers left out, without holding all of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"

namespace nightstack {

enum class MasterKind {
    bias,
    dark,  // the bias stays inside: a dark is subtracted as it is
    flat,  // each frame loses its offset and is divided by its own median per colour, then combined
};

struct MasterOptions {
    MasterKind kind = MasterKind::dark;
    // Samples outside median -+ kappa * sigma are dropped, sigma being winsorized: a sample beyond
    // 1.5 sigma counts as if it stood there, and 1.134 makes up for it ("winsorized" of integrate/reject.h). The mean
    // of what is left is the result. Fewer than 5 samples give no usable sigma: there the median is
    // taken (of two samples their mean, so 3 frames are the least that forgive anything).
    double kappa_low = 3;
    double kappa_high = 3;
    // Flats only: colours are scaled and normalised apart. Unset for mono sensors.
    std::optional<CfaPattern> cfa;
    // The most for the rows of all frames that are held at a time; each thread always holds at least one row.
    std::size_t band_bytes = std::size_t{128} << 20;

    // What to call a frame in an error; unset: by its number.
    std::function<std::string(int frame)> frame_name;

    void check() const;  // throws OptionError
};

struct MasterReport {
    int frames = 0;
    double rejected_share = 0;  // of all finite samples
    // Mean over the pixels of the standard error of a master pixel, in its units; 0 for one frame.
    double noise = 0;
    // Flats only: median per colour (mono: the first) before it was made 1, as the mean of the frames' own medians.
    std::array<double, 3> level{0, 0, 0};
    std::int64_t empty_pixels = 0;    // no finite sample: 0 in a dark or bias, 1 in a flat
    std::int64_t guarded_pixels = 0;  // flats: below kFlatFloor (dead pixels, dust that hides all): set to 1
};

// Relative sensitivity below which a flat says nothing and dividing would only make noise.
inline constexpr float kFlatFloor = 0.05F;

// Fills `out` with rows `rows` (full width) of a frame, in ADU. Not-finite samples are left out of
// the result. Called from several threads at once, also for different rows of one frame. Darks and biases are
// read once, in bands of rows; flats three times (two for their exact medians).
using ReadRows = std::function<void(int frame, const Rect& rows, ImageView<float> out)>;

// `flat_offset` is subtracted from each flat: a master bias or a master of flat-darks; may be empty,
// else of the size of `master`. The same pixels and report for every runner, band size and CPU level.
// Throws OptionError (no frames, sizes, a flat whose median is not above its offset), and whatever
// `read` throws.
MasterReport build_master(ImageView<float> master, int frames, const ReadRows& read, ImageView<const float> flat_offset,
                          const MasterOptions& options, Runner& runner);

}  // namespace nightstack
