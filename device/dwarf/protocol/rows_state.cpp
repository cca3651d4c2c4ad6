// SPDX-License-Identifier: MIT
// Section 3.4: what the scope says of itself when asked. Every field of an answer may be missing.
#include "device/dwarf/protocol/rows.h"

namespace nightstack::device::dwarf::rows {
namespace {

constexpr Field kTele[] = {
    kCameraField,
    {.name = "expMode", .text = "exposure mode", .limits = one_of(kExposureModeTele)},
    {.name = "exp", .type = FieldType::real, .unit = "s", .text = "exposure"},
    {.name = "gainMode", .text = "gain mode", .limits = one_of(kAutoManual)},
    {.name = "gain", .text = "gain"},
    {.name = "awbMode", .text = "white balance mode", .limits = one_of(kAutoManual)},
    {.name = "awbCT", .unit = "K", .text = "colour temperature"},
    {.name = "irState", .text = "infrared filter", .limits = one_of(kIrChoices)},
    {.name = "quality", .unit = "%", .text = "JPEG quality of the preview", .limits = between(30, 85)},
    {.name = "brightness", .text = "brightness"},
    {.name = "contrast", .text = "contrast"},
    {.name = "hue", .text = "hue"},
    {.name = "saturation", .text = "saturation"},
    {.name = "sharpness", .text = "sharpness"},
};
constexpr Field kWide[] = {
    kCameraField,
    {.name = "expMode", .text = "exposure mode", .limits = one_of(kExposureModeWide)},
    {.name = "exp", .type = FieldType::real, .unit = "s", .text = "exposure"},
    {.name = "gain", .text = "gain"},
    {.name = "awbMode", .text = "white balance mode", .limits = one_of(kAutoManual)},
    {.name = "awbCT", .unit = "K", .text = "colour temperature"},
    {.name = "brightness", .text = "brightness"},
    {.name = "contrast", .text = "contrast"},
    {.name = "saturation", .text = "saturation"},
    {.name = "hue", .text = "hue"},
    {.name = "sharpness", .text = "sharpness"},
    {.name = "gamma", .text = "gamma"},
};
constexpr Field kIr[] = {{.name = "value", .text = "infrared filter", .limits = one_of(kIrChoices)}};

constexpr Choice kCameraStates[] = {{0, "closed"}, {1, "open"}};
constexpr Choice kPhotoStates[] = {{0, "idle"}, {1, "photo"}, {2, "panorama"}, {3, "RAW"}, {4, "dark field"}};
constexpr Choice kRecordStates[] = {{0, "idle"}, {1, "video"}, {2, "time lapse"}};
constexpr Choice kTrackStates[] = {
    {0, "uninitialised"}, {1, "initialising"}, {2, "initialised"}, {3, "tracking"}, {4, "stopped"}};
constexpr Choice kAstroStates[] = {
    {0, "under correction"}, {1, "tracking"}, {2, "stopping"}, {3, "idle"}, {4, "calculating"}};
constexpr Field kWorking[] = {
    kCameraField,
    {.name = "camState", .text = "camera", .limits = one_of(kCameraStates)},
    {.name = "photoState", .text = "taking pictures", .limits = one_of(kPhotoStates)},
    {.name = "recordState", .text = "recording", .limits = one_of(kRecordStates)},
    {.name = "trackState", .text = "following an object", .limits = one_of(kTrackStates)},
    {.name = "astroState", .text = "following the sky", .limits = one_of(kAstroStates)},
};

constexpr Interface kRows[] = {
    {.number = 10022,
     .section = "3.4.3",
     .key = "state.working",
     .text = "Ask what the scope is doing",
     .cameras = Cameras::tele,
     .reply_fields = kWorking,
     .source = "[C] API text and clients, which found it answered for the tele camera only"},
    {.number = 10215,
     .section = "3.4.1",
     .key = "state.tele",
     .text = "Ask for the settings of the tele camera; clients test the connection with it",
     .cameras = Cameras::tele,
     .reply_fields = kTele,
     .source = "[C] API text and clients, which found that any field may be missing"},
    {.number = 10216,
     .section = "3.4.2",
     .key = "state.ir",
     .text = "Ask for the infrared filter, also while RAW frames are taken",
     .cameras = Cameras::tele,
     .reply_fields = kIr,
     .source = "[C] API text and JavaScript library"},
    {.number = 10217,
     .section = "3.4.4",
     .key = "state.wide",
     .text = "Ask for the settings of the wide camera",
     .cameras = Cameras::wide,
     .reply_fields = kWide,
     .source = "[C] API text and clients, which found that any field may be missing"},
};

}  // namespace

std::span<const Interface> state() { return kRows; }

}  // namespace nightstack::device::dwarf::rows
