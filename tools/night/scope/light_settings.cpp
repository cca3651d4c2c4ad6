// SPDX-License-Identifier: MIT
#include "tools/night/scope/light_settings.h"

#include "io/fits/frame_info.h"
#include "io/fits/reader.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {

LightSettings settings_of_light(const std::filesystem::path& light, const LightSettings& planned, std::string& why) {
    LightSettings settings = planned;
    try {
        const FrameInfo info = io::frame_info(io::FitsFile(light).header());
        if (info.exposure) settings.exposure_s = info.exposure->count();
        if (info.gain) settings.gain = info.gain;
        if (info.binning) settings.binning = info.binning;
    } catch (const Error& e) {
        why = e.what();
    }
    return settings;
}

}  // namespace nightstack::tools
