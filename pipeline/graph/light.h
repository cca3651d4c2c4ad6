// SPDX-License-Identifier: MIT
// What a run gets: lights it can read in part and as often as it likes, and what to take off them.
// The run knows no files; whoever makes these values keeps the files open.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/frame.h"
#include "pipeline/core/image.h"
#include "pipeline/core/verdict.h"
#include "pipeline/stages/calibrate/calibrate.h"
#include "pipeline/stages/calibrate/cosmetic.h"

namespace nightstack {

// What is taken off a light. Views and the map are borrowed for the whole run.
struct Calibration {
    Masters masters;
    double offset_adu = 0;               // typical level of what is subtracted: saturation shows that much lower
    const DefectMap* defects = nullptr;  // repaired from neighbours; none = not known
    bool filter_impulses = false;        // for lights without a dark: single pixels that stand out
};
inline const Calibration kNoCalibration{};

struct Light {
    std::string name;  // as shown to people and written into the report
    StreamFormat format;
    FrameInfo info;
    // Physical pixel values of `region` of one plane; called from several threads at once. May
    // throw; the frame then fails with the exception's words.
    std::function<void(ImageView<float> out, Rect region, int plane)> read;
    // A verdict reached before any pixel was looked at: unreadable, wrong size, excluded by the
    // user, refused by the device. Such a light is only counted.
    std::optional<Judgement> settled;
    // Borrowed, never null; lights of one exposure, gain and filter usually share one.
    const Calibration* calibration = &kNoCalibration;
    bool forced = false;  // stack it whatever its figures say, if it can be registered at all
};

}  // namespace nightstack
