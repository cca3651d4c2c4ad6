// SPDX-License-Identifier: MIT
// Eight raw frames of 3840x2160 that drift and turn, as FITS files of 16 bits in the folder for temporary files, and
// the lights that read them, with a dark. The files go when this is destroyed.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "io/fits/reader.h"
#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {

class NightFiles {
public:
    static constexpr int kFrames = 8;

    NightFiles();
    ~NightFiles();
    NightFiles(const NightFiles&) = delete;
    NightFiles& operator=(const NightFiles&) = delete;

    const std::vector<Light>& lights() const { return lights_; }
    const sky::Night& truth() const { return night_->night(); }

    static double reading_seconds;  // spent in reading so far; one thread

private:
    std::filesystem::path folder_;
    std::unique_ptr<RenderedNight> night_;
    std::vector<std::unique_ptr<io::FitsFrame>> files_;
    Image<float> dark_;
    Calibration calibration_;
    std::vector<Light> lights_;
};

}  // namespace nightstack
