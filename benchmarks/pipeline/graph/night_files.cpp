// SPDX-License-Identifier: MIT
#include "night_files.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "benchmarks/support/copy_rows.h"
#include "io/fits/cards.h"
#include "io/fits/writer.h"

namespace nightstack {
namespace {

constexpr int kWidth = 3840, kHeight = 2160;
constexpr float kDark = 64;

// The dark's level on top, so that there is something to take off.
Image<std::uint16_t> as_stored(ImageView<const float> frame) {
    Image<std::uint16_t> out(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x)
            out.view()(x, y) =
                static_cast<std::uint16_t>(std::clamp(std::nearbyint(frame(x, y) + kDark), 0.0F, 65535.0F));
    return out;
}

}  // namespace

double NightFiles::reading_seconds = 0;

NightFiles::NightFiles()
    : folder_(std::filesystem::temp_directory_path() / ("nightstack-live-bench-" + std::to_string(::getpid()))),
      dark_(kWidth, kHeight) {
    std::filesystem::create_directory(folder_);
    sky::NightOptions o = quiet_night(kFrames, kWidth, kHeight);
    o.mount = {12, -7, 1.5, 3, false};
    night_ = std::make_unique<RenderedNight>(o, 1500);
    for (int y = 0; y < kHeight; ++y) std::ranges::fill(dark_.view().row(y), kDark);
    calibration_.masters.dark = dark_.cview();
    calibration_.offset_adu = static_cast<double>(kDark);
    const RenderedNight& night = *night_;
    for (std::size_t i = 0; i < kFrames; ++i) {
        const std::filesystem::path path = folder_ / ("light" + std::to_string(i) + ".fits");
        const Image<std::uint16_t> stored = as_stored(night.frame(i));
        io::FitsCards cards;
        cards.text("BAYERPAT", name(*night.format().cfa));
        io::write_fits(path, std::array{stored.cview()}, cards, io::Overwrite::yes);
        files_.push_back(io::open_fits(path));
        Light light;
        light.name = path.filename().string();
        light.format = files_.back()->format();
        light.calibration = &calibration_;
        light.read = [file = files_.back().get()](ImageView<float> out, Rect region, int plane) {
            const double begin = thread_seconds();
            file->read(out, region, plane);
            reading_seconds += thread_seconds() - begin;
        };
        lights_.push_back(std::move(light));
    }
}

NightFiles::~NightFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

}  // namespace nightstack
