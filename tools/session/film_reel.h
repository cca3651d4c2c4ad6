// SPDX-License-Identifier: MIT
// The films of one call as one, told how far it has played.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "io/film/film.h"
#include "pipeline/stages/decode/planar_picture.h"

namespace nightstack::tools {

// One thread. Films are opened one after the other, the first at once.
class FilmReel {
public:
    // Opens each once, so that what cannot be read is told before the work. Throws as io::open_film.
    explicit FilmReel(std::span<const std::filesystem::path> paths, std::stop_token stop = {});

    bool next(std::vector<std::byte>& jpeg);  // throws IoError, Interrupted
    // Hundredths of all that have been played, 0 to 100.
    int percent() const;
    std::optional<double> pictures_per_s() const { return rate_; }  // of the first that says it
    // Of all films so far, those that held no whole picture and were not given.
    std::uint64_t dropped_parts() const;
    const std::vector<std::string>& kinds() const { return kinds_; }  // one per film
    // Of the first picture that can be decoded, looked for in the first hundred; none: 0 x 0.
    PictureSize size() const { return size_; }

private:
    std::vector<std::filesystem::path> paths_;
    std::stop_token stop_;
    std::vector<std::string> kinds_;
    std::size_t at_ = 0;
    std::unique_ptr<io::Film> film_;
    std::optional<double> rate_;
    std::uint64_t dropped_before_ = 0;
    PictureSize size_;
};

}  // namespace nightstack::tools
