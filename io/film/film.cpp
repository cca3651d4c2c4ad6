// SPDX-License-Identifier: MIT
#include "io/film/film.h"

#include <array>
#include <cstring>
#include <utility>

#include "io/files/file.h"
#include "io/film/avi_walk.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

class AviFilm final : public Film {
public:
    AviFilm(const std::filesystem::path& path, std::stop_token stop)
        : file_(path),
          walk_(
              [this, stop = std::move(stop)](std::span<std::byte> out, std::uint64_t offset) {
                  if (stop.stop_requested()) throw Interrupted();
                  file_.read_at(out, offset);
              },
              file_.size()) {}
    bool next(std::vector<std::byte>& jpeg) override { return walk_.next(jpeg); }
    std::optional<double> pictures_per_s() const override { return walk_.pictures_per_s(); }
    std::uint64_t position() const override { return walk_.position(); }
    std::uint64_t size() const override { return file_.size(); }
    std::uint64_t dropped_parts() const override { return walk_.dropped_parts(); }
    std::string kind() const override { return "AVI"; }

private:
    File file_;
    AviWalk walk_;
};

bool begins_as_riff(const std::filesystem::path& path) {
    const File file(path);
    std::array<char, 4> head{};
    if (file.size() < head.size()) return false;
    file.read_at(std::as_writable_bytes(std::span(head)), 0);
    return std::memcmp(head.data(), "RIFF", 4) == 0;
}

}  // namespace

std::unique_ptr<Film> open_film(const std::filesystem::path& path, const std::stop_token& stop) {
    try {
        std::error_code error;
        if (std::filesystem::is_directory(path, error)) return open_folder_film(path);
        if (begins_as_riff(path)) return std::make_unique<AviFilm>(path, stop);
        return open_stream_film(path);
    } catch (const FormatError& e) {
        throw FormatError(printable(path.string()) + ": " + e.what());
    }
}

}  // namespace nightstack::io
