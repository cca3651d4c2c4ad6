// SPDX-License-Identifier: MIT
// Picture settings of both cameras: exposure, gain, white balance, colours, IR filter, preview
// quality. Numbers are the wire's.
#pragma once

#include "device/sim/twin/row.h"

namespace nightstack::device::sim {

struct Isp {
    int exposure_mode = 0;  // manual 1; auto: tele 0, wide 3
    double exposure_s = 1.0 / 30;
    int gain_mode = 0;  // 0 auto, 1 manual
    int gain = 0;
    int white_balance_mode = 0;
    int white_balance_scene = 3;
    int colour_temperature_k = 5200;
    int ir = 0;        // 0 cut, 3 pass; tele only
    int quality = 60;  // of the preview's JPEG
    int brightness = 0;
    int contrast = 0;
    int saturation = 0;
    int hue = 0;
    int sharpness = 0;
    int gamma = 0;  // wide only, never set by a client
};

Isp standard_isp(int camera);
std::span<const Row> isp_rows();

// A RAW session leaves the preview on automatic (clients send all settings again after it).
void forget_preview_settings(Isp& tele);

}  // namespace nightstack::device::sim
