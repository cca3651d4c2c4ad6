// SPDX-License-Identifier: MIT
// A panorama with what each tile covers and how well neighbours fit drawn over it, for --verify.
#pragma once

#include <filesystem>
#include <span>

#include "io/files/output_file.h"
#include "tools/pano/pano_picture.h"

namespace nightstack::tools {

// A PNG at most 2000 pixels long: tiles outlined (orange where they are weak), links from middle to middle, green below
// half a pixel, yellow beyond, red where they are weak. Throws IoError.
void write_overlay(std::span<const TileInput* const> inputs, const PanoramaPlacement& placement,
                   const MadePanorama& made, const std::filesystem::path& file, io::Overwrite overwrite,
                   Runner& runner);

// A PNG of 8-bit RGB rows. Throws IoError.
void write_rgb(const std::filesystem::path& file, int width, int height, std::span<const std::uint8_t> rgb,
               io::Overwrite overwrite, Runner& runner);

}  // namespace nightstack::tools
