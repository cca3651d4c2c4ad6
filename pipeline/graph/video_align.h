// SPDX-License-Identifier: MIT
// Where the pictures of a film lie on the first of them. By stars: those of the reference are looked for where the last
// picture had them, which is quick; where that fails all stars are found and matched, near the last place first, then
// anywhere. Without stars by the scene, where the caller gives a way to do that.
//
// Thread rule: `quick` from several threads at once; the rest one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/core/star.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/registration/select.h"
#include "pipeline/stages/stars/detect.h"
#include "pipeline/stages/video/follow_stars.h"

namespace nightstack {

// Lays a picture (levels of Y) on the reference it was made for, near `prior`; nothing where it does not fit. Called
// from several threads at once.
struct SceneMatched {
    Transform ref_from_frame;
    double residual_px = 0;
};
using SceneMatcher = std::function<std::optional<SceneMatched>(ImageView<const float> picture, const Transform& prior)>;
// Empty when the reference shows nothing that could be aligned.
using MakeSceneMatcher = std::function<SceneMatcher(ImageView<const float> reference)>;

struct VideoAlignOptions {
    bool stars = true;
    MakeSceneMatcher scene;                             // tried where the reference has too few stars
    TransformModel model = TransformModel::similarity;  // no homography
    RegistrationOptions registration;                   // of the search for all stars
    void check() const;                                 // throws OptionError
};

struct VideoPlace {
    Transform ref_from_frame;
    double residual_px = 0;
    std::size_t stars = 0;  // that agree; 0: laid by the scene
};

// Work memory of one `quick`.
struct VideoAlignScratch {
    std::vector<FollowedStar> found;
    Image<float> levels;
};

class VideoAligner {
public:
    explicit VideoAligner(const VideoAlignOptions& options) : options_(options) { options_.check(); }

    // Takes a picture as the reference; when it cannot be one, says why and nothing changes.
    std::optional<std::string> begin(ImageView<const std::uint8_t> y, Runner& runner);
    bool begun() const { return begun_; }
    bool by_stars() const { return !scene_; }

    std::optional<VideoPlace> quick(ImageView<const std::uint8_t> y, const Transform& prior,
                                    VideoAlignScratch& scratch) const;
    // Looks everywhere. Without a place `why` tells what was found.
    std::optional<VideoPlace> thorough(ImageView<const std::uint8_t> y, const Transform& prior, Runner& runner,
                                       std::string& why);

private:
    std::optional<VideoPlace> by_scene(ImageView<const std::uint8_t> y, const Transform& prior,
                                       Image<float>& levels) const;
    VideoAlignOptions options_;
    bool begun_ = false;
    StarList stars_;     // of the reference
    StarList followed_;  // some of them
    SceneMatcher scene_;
    DetectScratch detecting_;
    VideoAlignScratch scratch_;
};

}  // namespace nightstack
