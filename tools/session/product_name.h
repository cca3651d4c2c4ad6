// SPDX-License-Identifier: MIT
// What a result is called: <object>_<utc>_<N>x<exp>s.fits
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/core/frame.h"

namespace nightstack::tools {

// A target's name as part of a file name: letters, digits, UTF-8 and -+._ stay, everything else
// becomes '_'; never empty ("stack"), never starting with a dot, at most 80 bytes.
std::string safe_name(const std::string& object);

// "20240118T210426"; "" when unknown.
std::string compact_utc(const std::optional<UtcTime>& time);
// "2024-01-18T21:04:26.954"
std::string iso_utc(UtcTime time);

// Exposure without needless digits: "15", "0.0025".
std::string exposure_text(Seconds exposure);

std::string product_name(const std::string& object, const std::optional<UtcTime>& first_exposure, std::size_t frames,
                         const std::optional<Seconds>& exposure);

// `name` in `folder`, or name-2, name-3 ... when a file of that name with one of the product's
// extensions exists already.
std::filesystem::path free_product_path(const std::filesystem::path& folder, const std::string& name);

}  // namespace nightstack::tools
