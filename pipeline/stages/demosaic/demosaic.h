// SPDX-License-Identifier: MIT
// From a colour filter mosaic to three planes.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"

namespace nightstack {

enum class DemosaicKind {
    superpixel,  // each 2x2 block becomes one pixel: half size, greens averaged, no interpolation
    bilinear,    // missing colours are the mean of the nearest two or four
    // Gradient-corrected linear interpolation, H. Malvar, L. He, R. Cutler 2004: sharper than bilinear by what the
    // pixel's own colour tells about bends, a quarter of the paper's between red and blue. Linear, and what a colour
    // gives to another plane sums to zero: a star keeps its flux in every colour wherever it falls between the pixels,
    // and no level of the sky leaks.
    linear,
    rcd,  // ratio corrected demosaicing, L. Sanz Rodriguez 2017: edge directed, for stars and detail
};

std::string_view name(DemosaicKind kind);
std::optional<DemosaicKind> parse_demosaic_kind(std::string_view text);

// Pixels of the mosaic that an output pixel may depend on, to each side. A tile read with this much
// context gives the pixels of the whole frame, bit for bit, once the context is cut off again. At
// its own four edges `demosaic` mirrors (the edge pixel is not repeated, so the colours keep their
// places); that is what the whole frame does at its real edges.
constexpr int demosaic_border(DemosaicKind kind) {
    switch (kind) {
        case DemosaicKind::superpixel: return 0;
        case DemosaicKind::bilinear: return 1;
        case DemosaicKind::linear: return 2;
        case DemosaicKind::rcd: return 10;
    }
    return 0;
}

// Output pixels per mosaic pixel along one side is 1/demosaic_scale.
constexpr int demosaic_scale(DemosaicKind kind) { return kind == DemosaicKind::superpixel ? 2 : 1; }

// Only RCD has options, one value for all tiles of a frame.
struct DemosaicOptions {
    // RCD steers by ratios of brightness, which mean nothing near zero and below. It therefore
    // forms them from pixel + pedestal (the pixels themselves are not moved). Negative pixels, normal
    // after a dark is subtracted, are safe with any value; the larger it is, the more ratios turn
    // into differences. In ADU, at least 0.
    float pedestal = 0;
    // RCD takes it that grey is equal in all colours, raw pixels of a sensor are not: the factors
    // that bring red and blue of something grey to the level of its green. Undone in the output.
    // Without them the flux of stars comes out some percent wrong per colour. In (0, 1000).
    float red_scale = 1;
    float blue_scale = 1;

    void check() const;  // throws OptionError
};

// Options for frames whose sky has these levels (red, green, blue; ADU above black) and this noise:
// the sky is taken as grey where it stands clear of the noise, the pedestal is 16 times the noise.
DemosaicOptions demosaic_options_for_sky(const std::array<double, 3>& level, double noise);

// Working memory, to be kept from tile to tile: after the largest tile nothing is allocated.
// One per thread.
class DemosaicScratch {
public:
    Image<float> rows;
};

// `first` is the pattern as seen from the mosaic's own pixel (0, 0), see shifted(). The planes have
// the size of the mosaic; with superpixel half of it, rounded down: plane pixel (i, j) is centred at
// (2i + 0.5, 2j + 0.5) of the mosaic, so tiles must begin at even places of the frame to agree.
// Values are neither clipped nor scaled; all but superpixel keep seen pixels to the bit. A pixel that is not finite
// makes everything within demosaic_border of it undefined (not finite, mostly): repair such pixels before. Serial:
// tiles are the unit of parallel work. Throws OptionError when the mosaic is smaller than 2x2 or the planes do not fit.
void demosaic(ImageView<float> red, ImageView<float> green, ImageView<float> blue, ImageView<const float> mosaic,
              CfaPattern first, DemosaicKind kind, DemosaicScratch& scratch, const DemosaicOptions& options = {});

}  // namespace nightstack
