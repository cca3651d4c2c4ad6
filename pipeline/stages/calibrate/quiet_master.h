// SPDX-License-Identifier: MIT
// The noise of few frames taken out of a master dark or bias.
//
// A master of ten darks is the same in every light: where the sky barely turns, its noise adds up instead of averaging
// out, and of sixty lights it is a seventh of the whole noise. Most pixels of a sensor differ from their neighbours by
// less than that noise. So each pixel is drawn towards the level around it by as much as noise explains the scatter
// there (the estimator of James and Stein 1961, applied to residuals as Wiener's filter is):
//     out = level + g (in - level),  g = max(0, 1 - noise^2 / scatter^2)
// Level and scatter are those of cells of 64 x 64 pixels, without what stands out by more than six sigma, interpolated
// between the cells' centres. Whatever a sensor really has - glow, columns, warm pixels - raises the scatter and is kept
// all the more. A pixel beyond three scatters moves less, one beyond six not at all: hot pixels stay as measured.
#pragma once

#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"

namespace nightstack {

// `noise`: standard error of a master's pixel in its units, as MasterReport tells; 0 or less leaves all as it is. In place;
// needs a buffer of two numbers a cell. Returns the mean of g. The same pixels for every runner.
double quiet_master(ImageView<float> master, double noise, Runner& runner);

inline constexpr int kQuietCell_px = 64;

}  // namespace nightstack
