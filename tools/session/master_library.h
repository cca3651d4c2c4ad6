// SPDX-License-Identifier: MIT
// Masters that were built once, kept in the user's cache folder under a name made of their content:
// the same calibration frames give the same file, other frames another one. Any file in it may be
// deleted at any time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/image.h"

namespace nightstack::tools {

// What a master is made of: kind, hashes of the frames in order, hash of what was subtracted, and the colour pattern
// it was normalised by (flats only; --pattern may change it without changing a byte of the frames).
struct MasterKey {
    std::string kind;
    std::vector<std::string> frame_sha256;
    std::string offset_sha256;
    std::string pattern = {};
    std::string name() const;  // file name without extension
};

struct KeptMaster {
    Image<float> plane;
    double noise = 0;  // standard error of a pixel, ADU
};

class MasterLibrary {
public:
    explicit MasterLibrary(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // Nothing when it is not there or does not fit (other size, damaged data, other program version's recipe).
    std::optional<KeptMaster> find(const MasterKey& key, int width, int height) const;
    // Takes away what runs that were killed have left. Best effort: a full disk or a folder that cannot be written costs the next run some time only.
    void keep(const MasterKey& key, ImageView<const float> master, int frames, double noise) const;

private:
    std::filesystem::path path_of(const MasterKey& key) const { return folder_ / (key.name() + ".fits"); }
    std::filesystem::path folder_;
};

}  // namespace nightstack::tools
