// SPDX-License-Identifier: MIT
// What the demosaic kernels share: the three planes they fill and how edges are mirrored.
#pragma once

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/demosaic/demosaic.h"

namespace nightstack {

struct ColourPlanes {
    ImageView<float> red;
    ImageView<float> green;
    ImageView<float> blue;
};

// Reflection without repeating the edge: -1 -> 1, size -> size - 2. Keeps odd odd and even even.
inline int mirrored(int i, int size) {
    while (i < 0 || i >= size) i = i < 0 ? -i : 2 * (size - 1) - i;
    return i;
}

// Of row y: does it hold red (else blue), and are its red or blue pixels in the odd columns?
inline bool is_red_row(CfaPattern p, int y) { return ((y + red_phase(p).y) & 1) == 0; }
inline bool red_or_blue_is_odd(CfaPattern p, int y) { return ((y + red_phase(p).y + red_phase(p).x) & 1) != 0; }

void demosaic_superpixel(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first);
void demosaic_bilinear(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first);
void demosaic_linear(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first);
void demosaic_rcd(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first,
                  const DemosaicOptions& options, DemosaicScratch& scratch);

}  // namespace nightstack
