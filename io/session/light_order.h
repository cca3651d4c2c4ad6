// SPDX-License-Identifier: MIT
// In which order the lights of one folder were taken, as far as their names tell. Pure, any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/session/name_text.h"

namespace nightstack::io {

struct LightName {
    std::string name;                // of the file, without its folder
    std::optional<ScopeTime> stamp;  // as parse_file_name() found it
};

// Positions in `lights`: by time when all names tell it, else as people count (natural_less).
std::vector<std::size_t> light_order(std::span<const LightName> lights);

}  // namespace nightstack::io
