// SPDX-License-Identifier: MIT
// Drizzle (A. S. Fruchter and R. N. Hook 2002, PASP 114, 144): every raw pixel, shrunk to a drop, falls onto the
// canvas where it belongs; nothing is interpolated. Of a colour mosaic each colour's pixels fall into their own plane
// ("Bayer drizzle"), so no colour is made up of others. Written as a gather: each canvas pixel asks which drops touch
// it, so tiles are independent and the result does not depend on them.
//   value   sum a x / sum a over the drops of the colour that touch the pixel, in ADU as the raw pixels are
//   weight  sum a, the part of the canvas pixel that the frame's drops cover; a pixel no drop touches is NaN, weight 0
//   a       square    the area that drop and canvas pixel share, over the canvas pixel's area; exact under any rotation
//           point     all of a drop goes to the pixel its centre falls into (pixfrac does not matter)
//           gaussian  a round drop of FWHM pixfrac, taken at the pixel's centre, cut off at 3 sigma
// Positions in double precision; scalar code, the same bits on every CPU level. Free functions, no state, any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "pipeline/core/cfa.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"

namespace nightstack {

enum class DrizzleKernel { square, point, gaussian };

std::string_view name(DrizzleKernel kernel);
std::optional<DrizzleKernel> parse_drizzle_kernel(std::string_view text);

struct DrizzleOptions {
    DrizzleKernel kernel = DrizzleKernel::square;
    double pixfrac = 1;  // side (gaussian: FWHM) of a drop in raw pixels
    void check() const;  // throws OptionError unless pixfrac is in [0.05, 2]
};

// How far from a canvas pixel's centre a drop may lie that touches it, in raw pixels, for canvas pixels no larger than
// raw ones.
inline constexpr int kDrizzleBorder = 3;

// Part of a frame: `pixels` cover `rect` of it.
struct DrizzleSource {
    ImageView<const float> pixels;
    Rect rect;
    std::optional<CfaPattern> cfa;  // as seen from pixel (0, 0) of the frame; none = every pixel is of the one colour
};

struct DrizzleOut {
    ImageView<float> value;
    ImageView<float> weight;
};

// Fills the tile `out_tile` of the canvas: one entry of `out` per colour of the mosaic (red, green, blue), or one
// without a mosaic. Canvas pixel (x, y) lies at source_from_out(x, y) of the frame. `source.rect` must hold all pixels
// of the frame within kDrizzleBorder of the tile. A raw pixel that is not finite is left out. Throws OptionError when
// sizes or numbers do not fit.
void drizzle(std::span<const DrizzleOut> out, const Rect& out_tile, const DrizzleSource& source,
             const Transform& source_from_out, const DrizzleOptions& options);

}  // namespace nightstack
