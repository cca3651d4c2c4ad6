// SPDX-License-Identifier: MIT
#include <algorithm>

#include "io/film/film.h"
#include "pipeline/core/ascii.h"

namespace nightstack::io {

bool named_like_film(const std::filesystem::path& path) {
    const std::string end = lower_case(path.extension().string());
    return end == ".avi" || end == ".mjpeg" || end == ".mjpg";
}

}  // namespace nightstack::io
