// SPDX-License-Identifier: MIT
// The distortion of a Wcs as SIP writes it (Shupe et al. 2005, ASP 347, 491): A and B are added to a pixel before CD,
// AP and BP lead back. Inner part of the astrometry room; pure, any thread.
#pragma once

#include "pipeline/core/distortion.h"
#include "pipeline/stages/astrometry/wcs.h"

namespace nightstack {

// Coefficients of coordinates in units of `unit_px` become those of pixels.
void set_scaled(SipPolynomial& p, double unit_px);

// A and B of a plane (x, y) given as polynomials of the pixel: their terms of order 2 and more, before the linear ones.
void take_bend(Wcs& wcs, const SipPolynomial& x, const SipPolynomial& y);

// A and B of a lens whose centre is the reference pixel: u (k1 r^2 + k2 r^4) and v likewise.
void take_lens(Wcs& wcs, const RadialDistortion& lens);

// AP and BP, fitted to A and B over a frame of width x height.
void take_inverse(Wcs& wcs, int width, int height);

}  // namespace nightstack
