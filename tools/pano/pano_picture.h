// SPDX-License-Identifier: MIT
// One panorama of a set of tiles: its light, canvas, seams and file, and what the report tells of them.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/graph/panorama/placing.h"
#include "pipeline/stages/stitch/canvas/canvas_plan.h"
#include "pipeline/stages/stitch/light/fit_light.h"
#include "tools/pano/pano_options.h"
#include "tools/pano/tile_set.h"

namespace nightstack::tools {

struct MadePanorama {
    std::filesystem::path image;
    CanvasPlan canvas;       // uncropped
    Rect crop;               // of the canvas, what stands in the image
    std::string crop_why;    // "max-rectangle", "none", or why it was not cropped
    std::vector<int> tiles;  // indices into the usable inputs
    std::vector<TileCamera> cameras;
    std::vector<bool> unsure;  // weakly placed
    LightFit light;            // tiles numbered as in `tiles`
    int channels = 3;
    int bits = 8;
    float unit = 1;   // light of about white; 1 unless tiles are floats of another scale
    float white = 1;  // light that is the highest code where the image holds integers
};

struct PanoPictureCall {
    const PanoOptions& options;
    std::size_t memory = 0;
    Runner& runner;
    std::stop_token stop;
    std::function<void(int rows, int of)> progress;
};

// Its tiles, light and canvas, not cropped, for a picture of at most `most_side` pixels a side (0: any). No pixel is
// made.
MadePanorama planned_panorama(std::span<const TileInput* const> inputs, const PanoramaPlacement& placement,
                              int panorama, const PanoOptions& options, int most_side, Runner& runner);

// `inputs`: those that are usable, as `placement` numbers them. Throws IoError, OptionError, Interrupted.
MadePanorama make_panorama(std::span<const TileInput* const> inputs, const PanoramaPlacement& placement, int panorama,
                           const std::filesystem::path& image, const PanoPictureCall& call);

// The picture at most `side` pixels long, as 8-bit RGB rows; its size is told.
std::vector<std::uint8_t> small_panorama(std::span<const TileInput* const> inputs, const MadePanorama& made, int side,
                                         Runner& runner, int& width, int& height, Projection& projection);

}  // namespace nightstack::tools
