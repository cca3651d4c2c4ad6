// SPDX-License-Identifier: MIT
// Inside of the interface table: the rows by subject and the fields that many rows share.
// Everybody else includes interface_table.h.
#pragma once

#include "device/dwarf/protocol/interface_table.h"

namespace nightstack::device::dwarf::rows {

std::span<const Interface> camera();
std::span<const Interface> isp();
std::span<const Interface> state();
std::span<const Interface> astro();
std::span<const Interface> tracking();
std::span<const Interface> motion();
std::span<const Interface> system();

constexpr Limits between(double low, double high) { return {low, high, std::nullopt, {}}; }
constexpr Limits between(double low, double high, double standard) { return {low, high, standard, {}}; }
constexpr Limits from(double low) { return {low, std::nullopt, std::nullopt, {}}; }
constexpr Limits from(double low, double standard) { return {low, std::nullopt, standard, {}}; }
constexpr Limits one_of(std::span<const Choice> choices) { return {std::nullopt, std::nullopt, std::nullopt, choices}; }
constexpr Limits one_of(std::span<const Choice> choices, double standard) {
    return {std::nullopt, std::nullopt, standard, choices};
}

inline constexpr Choice kCameraChoices[] = {{0, "tele"}, {1, "wide"}};
inline constexpr Choice kBinningChoices[] = {{0, "1x1"}, {1, "2x2"}};
inline constexpr Choice kIrChoices[] = {{0, "infrared cut"}, {3, "infrared pass"}};
inline constexpr Choice kExposureModeTele[] = {{0, "auto"}, {1, "manual"}};
inline constexpr Choice kExposureModeWide[] = {{3, "auto"}, {1, "manual"}};
inline constexpr Choice kAutoManual[] = {{0, "auto"}, {1, "manual"}};
inline constexpr Choice kChargeChoices[] = {{0, "not charging"}, {1, "slow"}, {2, "quick"}};
inline constexpr Choice kOffOn[] = {{0, "off"}, {1, "on"}};
inline constexpr Choice kAbsentPresent[] = {{0, "absent"}, {1, "present"}};
inline constexpr Choice kSubdivisions[] = {{1, ""},  {2, ""},  {4, ""},   {8, ""},  {16, ""},
                                           {32, ""}, {64, ""}, {128, ""}, {256, ""}};

inline constexpr Field kCameraField{.name = "camId", .text = "camera", .limits = one_of(kCameraChoices)};
inline constexpr Field kCodeField{.name = "code", .text = "error or state code"};
inline constexpr Field kCameraAndCode[] = {kCameraField, kCodeField};
inline constexpr Field kCodeOnly[] = {kCodeField};

inline constexpr Field kFileName{
    .name = "name", .type = FieldType::text, .text = "name without suffix: prefix and digits of the time"};
inline constexpr Field kBox[] = {
    {.name = "x", .unit = "px", .text = "left edge in the 1920x1080 picture", .limits = between(0, 1920)},
    {.name = "y", .unit = "px", .text = "upper edge", .limits = between(0, 1080)},
    {.name = "w", .unit = "px", .text = "width", .limits = between(0, 1920)},
    {.name = "h", .unit = "px", .text = "height", .limits = between(0, 1080)},
};

}  // namespace nightstack::device::dwarf::rows
