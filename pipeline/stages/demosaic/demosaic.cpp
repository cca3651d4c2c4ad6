// SPDX-License-Identifier: MIT
#include "pipeline/stages/demosaic/demosaic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/demosaic/planes.h"

namespace nightstack {
namespace {

constexpr std::array kKinds{DemosaicKind::superpixel, DemosaicKind::bilinear, DemosaicKind::linear, DemosaicKind::rcd};

std::string size_text(int width, int height) { return std::to_string(width) + "x" + std::to_string(height); }

void check_sizes(const ColourPlanes& out, ImageView<const float> mosaic, DemosaicKind kind) {
    if (mosaic.width() < 2 || mosaic.height() < 2) {
        throw OptionError("demosaic: a mosaic of " + size_text(mosaic.width(), mosaic.height()) +
                          " pixels is smaller than 2x2");
    }
    const int width = mosaic.width() / demosaic_scale(kind);
    const int height = mosaic.height() / demosaic_scale(kind);
    for (const ImageView<float>& plane : {out.red, out.green, out.blue}) {
        if (!plane.same_size(width, height)) {
            throw OptionError("demosaic: a plane of " + size_text(plane.width(), plane.height()) + " pixels where " +
                              size_text(width, height) + " are needed");
        }
    }
}

}  // namespace

std::string_view name(DemosaicKind kind) {
    switch (kind) {
        case DemosaicKind::superpixel: return "superpixel";
        case DemosaicKind::bilinear: return "bilinear";
        case DemosaicKind::linear: return "linear";
        case DemosaicKind::rcd: return "rcd";
    }
    return "?";
}

std::optional<DemosaicKind> parse_demosaic_kind(std::string_view text) {
    for (const DemosaicKind kind : kKinds) {
        if (text == name(kind)) return kind;
    }
    return std::nullopt;
}

void DemosaicOptions::check() const {
    if (!(pedestal >= 0) || std::isinf(pedestal)) {
        throw OptionError("demosaic: pedestal " + std::to_string(pedestal) + " ADU is not a number of at least 0");
    }
    for (const float scale : {red_scale, blue_scale}) {
        if (!(scale > 0 && scale < 1000)) {
            throw OptionError("demosaic: colour scale " + std::to_string(scale) + " is not between 0 and 1000");
        }
    }
}

DemosaicOptions demosaic_options_for_sky(const std::array<double, 3>& level, double noise) {
    DemosaicOptions options;
    if (!(noise >= 0) || std::isinf(noise)) return options;
    options.pedestal = static_cast<float>(16 * noise);
    // A level within 3 noise of black may be the error of the dark; sensors differ by less than 4.
    const auto scale = [&](double colour) {
        const bool clear = colour > 3 * noise && level[1] > 3 * noise && !std::isinf(colour) && !std::isinf(level[1]);
        return clear ? static_cast<float>(std::clamp(level[1] / colour, 0.25, 4.0)) : 1.0F;
    };
    options.red_scale = scale(level[0]);
    options.blue_scale = scale(level[2]);
    return options;
}

void demosaic(ImageView<float> red, ImageView<float> green, ImageView<float> blue, ImageView<const float> mosaic,
              CfaPattern first, DemosaicKind kind, DemosaicScratch& scratch, const DemosaicOptions& options) {
    options.check();
    const ColourPlanes out{red, green, blue};
    check_sizes(out, mosaic, kind);
    switch (kind) {
        case DemosaicKind::superpixel: return demosaic_superpixel(out, mosaic, first);
        case DemosaicKind::bilinear: return demosaic_bilinear(out, mosaic, first);
        case DemosaicKind::linear: return demosaic_linear(out, mosaic, first);
        case DemosaicKind::rcd: return demosaic_rcd(out, mosaic, first, options, scratch);
    }
}

}  // namespace nightstack
