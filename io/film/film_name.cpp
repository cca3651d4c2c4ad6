// SPDX-License-Identifier: MIT
#include <algorithm>

#include "io/film/film.h"

namespace nightstack::io {

bool named_like_film(const std::filesystem::path& path) {
    std::string end = path.extension().string();
    std::transform(end.begin(), end.end(), end.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return end == ".avi" || end == ".mjpeg" || end == ".mjpg";
}

}  // namespace nightstack::io
