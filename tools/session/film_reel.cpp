// SPDX-License-Identifier: MIT
#include "tools/session/film_reel.h"

#include <utility>

#include "pipeline/stages/decode/jpeg_decoder.h"

namespace nightstack::tools {
namespace {

PictureSize first_size(io::Film& film) {
    constexpr int kTries = 100;
    JpegDecoder decoder;
    std::vector<std::byte> jpeg;
    for (int i = 0; i < kTries && film.next(jpeg); ++i) {
        const DecodeResult found = decoder.probe(jpeg);
        if (found.stacks()) return found.size;
    }
    return {};
}

}  // namespace

FilmReel::FilmReel(std::span<const std::filesystem::path> paths, std::stop_token stop)
    : paths_(paths.begin(), paths.end()), stop_(std::move(stop)) {
    for (const auto& path : paths_) {
        const std::unique_ptr<io::Film> film = io::open_film(path, stop_);
        kinds_.push_back(film->kind());
        if (!rate_) rate_ = film->pictures_per_s();
        if (size_ == PictureSize{}) size_ = first_size(*film);
    }
}

bool FilmReel::next(std::vector<std::byte>& jpeg) {
    for (; at_ < paths_.size(); ++at_) {
        if (!film_) film_ = io::open_film(paths_[at_], stop_);
        if (film_->next(jpeg)) return true;
        dropped_before_ += film_->dropped_parts();
        film_.reset();
    }
    return false;
}

int FilmReel::percent() const {
    if (paths_.empty()) return 100;
    const double share =
        film_ && film_->size() > 0 ? static_cast<double>(film_->position()) / static_cast<double>(film_->size()) : 0;
    return static_cast<int>(100 * (static_cast<double>(at_) + share) / static_cast<double>(paths_.size()));
}

std::uint64_t FilmReel::dropped_parts() const { return dropped_before_ + (film_ ? film_->dropped_parts() : 0); }

}  // namespace nightstack::tools
