// SPDX-License-Identifier: MIT
// What all that is written to the card shares: the tree, the maker of pictures, buffers that serve every frame.
// Internal to this folder.
#pragma once

#include <memory>
#include <string>

#include "device/sim/card/capture_board.h"
#include "device/sim/card/card_options.h"
#include "device/sim/card/card_tree.h"
#include "device/sim/card/colour.h"
#include "device/sim/card/picture_maker.h"

namespace nightstack::device::sim {

struct Bench {
    Bench(const CardOptions& o, std::unique_ptr<PictureMaker> m, std::shared_ptr<CaptureBoard> b)
        : options(o), tree(o.folder, o.pause), maker(std::move(m)), board(std::move(b)) {}

    const CardOptions options;
    CardTree tree;
    const std::unique_ptr<PictureMaker> maker;
    const std::shared_ptr<CaptureBoard> board;  // or none
    Image<std::uint16_t> pixels;                // of the exposure at hand
    Colour colour;                              // of the same, after colours()

    // Fills `pixels`.
    Transform expose(const Exposed& exposed, const Exposed& first);
    Colour& colours();
    std::string jpeg(const Rgb8& picture) const;
    // 356 x 200, as the scope's thumbnails.
    void write_thumbnail(const std::string& name, const Rgb8& picture);
};

inline constexpr int kThumbnailWidth = 356, kThumbnailHeight = 200;

}  // namespace nightstack::device::sim
