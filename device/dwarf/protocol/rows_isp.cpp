// SPDX-License-Identifier: MIT
// Section 3.3: what shapes the picture (image signal processor), focus, white balance, infrared filter.
#include "device/dwarf/protocol/rows.h"

namespace nightstack::device::dwarf::rows {
namespace {

constexpr Field kExposureMode[] = {
    {.name = "mode",
     .text = "who chooses the exposure; auto is followed by value 0 of 10003",
     .limits = one_of(kExposureModeTele),
     .wide = one_of(kExposureModeWide)},
};
constexpr Field kExposure[] = {
    {.name = "value",
     .type = FieldType::real,
     .unit = "s",
     .text = "exposure time",
     .limits = between(0, 15),
     .wide = between(0.0003, 1)},
};
constexpr Field kGainMode[] = {{.name = "mode", .text = "who chooses the gain", .limits = one_of(kAutoManual)}};
constexpr Field kGain[] = {
    {.name = "value", .text = "gain", .limits = between(0, 240), .wide = between(64, 8000)},
};
constexpr Field kIr[] = {{.name = "value", .text = "infrared filter", .limits = one_of(kIrChoices)}};
constexpr Field kBrightness[] = {
    {.name = "value", .text = "brightness", .limits = between(0, 255, 128), .wide = between(-64, 64, 0)},
};
constexpr Field kContrast[] = {
    {.name = "value", .text = "contrast", .limits = between(0, 255), .wide = between(0, 95, 0)},
};
constexpr Field kSaturation[] = {
    {.name = "value", .text = "saturation", .limits = between(0, 255), .wide = between(0, 100, 80)},
};
constexpr Field kHue[] = {
    {.name = "value", .text = "hue", .limits = between(0, 255, 128), .wide = between(-2000, 2000, 0)},
};
constexpr Field kSharpness[] = {
    {.name = "value", .text = "sharpness", .limits = between(0, 100, 50), .wide = between(1, 7, 2)},
};
constexpr Choice kFocusModes[] = {{0, "global"}, {1, "area"}};
constexpr Field kAutofocus[] = {
    {.name = "mode", .text = "whole picture or around a point", .limits = one_of(kFocusModes)},
    {.name = "centerX", .unit = "px", .text = "point in the 1920x1080 picture", .limits = between(0, 1920)},
    {.name = "centerY", .unit = "px", .text = "point in the 1920x1080 picture", .limits = between(0, 1080)},
};
constexpr Field kWhiteMode[] = {
    {.name = "mode", .text = "who chooses the white balance", .limits = one_of(kAutoManual)}};
constexpr Choice kScenes[] = {{0, "incandescent"}, {1, "fluorescent"}, {2, "warm fluorescent"},
                              {3, "sunlight"},     {4, "overcast"},    {5, "evening twilight"},
                              {6, "shadow"}};
constexpr Field kScene[] = {{.name = "mode", .text = "light of the scene", .limits = one_of(kScenes)}};
constexpr Field kTemperature[] = {
    {.name = "value",
     .unit = "K",
     .text = "colour temperature",
     .limits = between(2800, 7500),
     .wide = between(2800, 6000)},
};

constexpr Interface row(int number, std::string_view section, std::string_view key, std::string_view text,
                        std::span<const Field> fields, std::string_view source) {
    return {.number = number,
            .section = section,
            .key = key,
            .text = text,
            .cameras = Cameras::both,
            .request_fields = fields,
            .reply_fields = kCameraAndCode,
            .source = source};
}

constexpr Interface only_tele(Interface base, Repeat repeat) {
    base.cameras = Cameras::tele;
    base.repeat = repeat;
    return base;
}

constexpr std::string_view kPlain = "[C] API text and JavaScript library";
constexpr std::string_view kLost = "[C] API text, which lost the tele default, and JavaScript library";

constexpr Interface kRows[] = {
    row(10001, "3.3.6", "exposure.mode", "Choose automatic or manual exposure", kExposureMode,
        "[C] API text and JavaScript library. The wide camera counts auto as 3"),
    row(10003, "3.3.7", "exposure.value", "Set the exposure time", kExposure, kPlain),
    row(10004, "3.3.8", "gain.mode", "Choose automatic or manual gain", kGainMode, kPlain),
    row(10005, "3.3.9", "gain.value", "Set the gain", kGain, kPlain),
    only_tele(row(10031, "-", "focus.astro", "Focus on a star", {},
                  "[C] JavaScript library V0.0.2-beta.4; missing in the API text. Codes -47, -55, -56"),
              Repeat::never),
    only_tele(row(10203, "3.3.14", "ir.filter", "Move the infrared filter", kIr, kPlain), Repeat::safe),
    row(10204, "3.3.1", "brightness", "Set the brightness", kBrightness, kPlain),
    row(10205, "3.3.2", "contrast", "Set the contrast", kContrast, kLost),
    row(10206, "3.3.3", "saturation", "Set the saturation", kSaturation, kLost),
    row(10207, "3.3.4", "hue", "Set the hue", kHue, kPlain),
    row(10208, "3.3.5", "sharpness", "Set the sharpness", kSharpness, kPlain),
    only_tele(row(10211, "3.3.10", "focus.auto", "Focus on the picture or on a point of it", kAutofocus, kPlain),
              Repeat::never),
    row(10212, "3.3.11", "white.mode", "Choose automatic or manual white balance", kWhiteMode, kPlain),
    row(10213, "3.3.12", "white.scene", "Balance white for a kind of light", kScene,
        "[I] API text and JavaScript library; the library sends it to the tele camera only, that the wide one takes it "
        "is inferred"),
    row(10214, "3.3.13", "white.temperature", "Set the colour temperature of the white balance", kTemperature, kPlain),
};

}  // namespace

std::span<const Interface> isp() { return kRows; }

}  // namespace nightstack::device::dwarf::rows
