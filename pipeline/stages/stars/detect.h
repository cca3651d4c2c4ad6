// SPDX-License-Identifier: MIT
// Finds and measures the stars of one calibrated plane (mono, or a colour mosaic as it is: no
// pattern needed). Steps: luminance plane, background mesh, local maxima, hot-pixel guard, typical
// star of the frame from the brightest, then every star measured with a window of that size.
// Nothing is deblended: of stars closer than about one FWHM the brightest is reported.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/core/star.h"
#include "pipeline/stages/stars/background.h"
#include "pipeline/stages/stars/candidates.h"
#include "pipeline/stages/stars/measure.h"

namespace nightstack {

struct DetectOptions {
    double threshold_sigma = 5;           // significance of a star in a window of its own size, over the sky noise
    double floor_sigma = 4.7;             // threshold_sigma is lowered to this, in steps, ...
    int enough_stars = 20;                // ... while fewer stars than this were found
    int max_stars = 500;                  // brightest peaks; more cost time and give nothing to registration
    int cell_px = 64;                     // of the background mesh
    std::optional<float> saturation_adu;  // pixels at or above are saturated; unset: judged by flat tops
    std::optional<bool> mosaic;           // colour filter on the plane; unset: told from the stars
    double electrons_per_adu = 0;         // 0 = unknown; with it snr includes the star's own photons

    // Throws OptionError naming the field.
    void check() const;
};

struct StarReport {
    double background = 0;       // median sky of the luminance plane, ADU
    double luminance_sigma = 0;  // its noise after the 3x3 smoothing
    double noise = 0;            // per pixel of the original plane, rms over colours
    double fwhm_px = 0;          // median of the stars with good signal; 0 without stars
    double roundness = 0;        // likewise
    int above_threshold = 0;     // stars before the cap of max_stars; beyond what was measured an estimate
    double threshold_sigma = 0;  // the one the list was made with
    int trails = 0;              // maxima thrown out because they lie on a line
    int saturated = 0;           // stars of the list
};

// Buffers that live through many frames (two planes of frame size); lend them from a Pool. The
// contents mean nothing between calls.
struct DetectScratch {
    Image<float> luminance;
    Image<float> highest;
    Image<float> mixed;
    BackgroundMesh mesh;
    int rows_smoothed = 0;  // of a plane that comes row by row
    int cells_measured = 0;
    std::vector<std::vector<Candidate>> bands;
    std::vector<Candidate> found;
    std::vector<Candidate> kept;
    std::vector<Measurement> measured;
};

// Replaces `out`. Black, constant, saturated, NaN-ridden and tiny planes give an empty list or what
// can be seen, never an error. The list does not depend on the runner. Throws OptionError.
StarReport find_stars(StarList& out, ImageView<const float> plane, const DetectOptions& options, Runner& runner,
                      DetectScratch& scratch);

// The same for a plane that comes some rows at a time, so that its smoothing finds them in cache: begin_rows, add_rows
// until `end` is the height (rows before `end` must be final), find_stars_in_rows with that same plane. The same list
// as find_stars. The first two are serial.
void begin_rows(DetectScratch& scratch, int width, int height, const DetectOptions& options);
void add_rows(DetectScratch& scratch, ImageView<const float> plane, int end);
StarReport find_stars_in_rows(StarList& out, ImageView<const float> plane, const DetectOptions& options, Runner& runner,
                              DetectScratch& scratch);

// With buffers of its own: for single frames and tests.
StarReport find_stars(StarList& out, ImageView<const float> plane, const DetectOptions& options, Runner& runner);

// A colour picture, three planes of equal size, mixed (R + 2G + B)/4 first.
StarReport find_stars(StarList& out, ImageView<const float> red, ImageView<const float> green,
                      ImageView<const float> blue, const DetectOptions& options, Runner& runner,
                      DetectScratch& scratch);

}  // namespace nightstack
