// SPDX-License-Identifier: MIT
// Replies and pushes in sensible types. Scopes leave fields out as they like, so every field is
// optional: absent, of another kind or of an unknown number reads as nothing. Nothing throws. The
// functions look at the fields only; which message answers what is said by quirks.h. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "device/dwarf/protocol/message.h"
#include "device/dwarf/protocol/types.h"
#include "device/model/optics.h"

namespace nightstack::device::dwarf {

std::optional<std::int64_t> code_of(const Message& message);  // meaning: codes.h

namespace reply {

struct PictureState {  // what both cameras tell
    std::optional<ExposureMode> exposure_mode;
    std::optional<Seconds> exposure;
    std::optional<std::int64_t> gain;
    std::optional<WhiteBalanceMode> white_balance_mode;
    std::optional<std::int64_t> colour_temperature;  // kelvin
    std::optional<std::int64_t> brightness, contrast, hue, saturation, sharpness;
};

struct TeleState : PictureState {  // 10215
    std::optional<GainMode> gain_mode;
    std::optional<IrFilter> ir_filter;
    std::optional<std::int64_t> quality;  // of the preview
};
TeleState tele_state(const Message& message);

struct WideState : PictureState {  // 10217
    std::optional<std::int64_t> gamma;
};
WideState wide_state(const Message& message);

std::optional<IrFilter> ir_state(const Message& message);  // 10216

struct WorkingState {  // 10022
    std::optional<CameraState> camera;
    std::optional<PhotoState> photo;
    std::optional<RecordState> record;
    std::optional<TrackState> track;
    std::optional<AstroState> astro;
};
WorkingState working_state(const Message& message);

struct Progress {  // 11205, 11203, 11204
    std::optional<std::int64_t> code;
    std::optional<std::int64_t> phase;  // of a calibration, with code 1001
};
Progress progress(const Message& message);

struct RawCount {  // 10014; not sent for every frame
    std::optional<std::int64_t> code, total, current;
};
RawCount raw_count(const Message& message);

struct StackedCount {  // 10023
    std::optional<std::int64_t> code, stacked;
};
StackedCount stacked_count(const Message& message);

struct DarkGains {  // 10027
    std::optional<std::vector<int>> gains;
    std::optional<Binning> binning;
    std::optional<std::int64_t> code;
};
DarkGains dark_gains(const Message& message);

struct Tracked {  // 11201
    std::optional<Box> box;
    std::optional<std::int64_t> code;
};
Tracked tracked(const Message& message);

struct MotorReply {  // 10100, 10101, 10107, 10108, 10109
    std::optional<Motor> motor;
    std::optional<std::int64_t> code;
    std::optional<std::int64_t> limit;  // 10100: reached end 0 or 1
    std::optional<MotorMode> ran;       // 10101
    std::optional<std::int64_t> steps;  // 10101
    std::optional<Turn> turn;           // 10108
};
MotorReply motor(const Message& message);

struct Power {  // 11003
    std::optional<std::int64_t> percent;
    std::optional<std::int64_t> code;
};
Power power(const Message& message);

std::optional<ChargeState> charging(const Message& message);  // 11011

struct CardSize {  // 11405, in gigabytes, rounded down
    std::optional<std::int64_t> size, available;
};
CardSize card_size(const Message& message);

struct SystemState {  // 11407; its exact form was never recorded
    std::optional<ChargeState> charge;
    std::optional<bool> card, power_light, fast_cpu, mtp;
    std::optional<std::int64_t> percent;
    std::optional<std::string> firmware;
};
SystemState system_state(const Message& message);

std::optional<bool> card_present(const Message& message);    // 11409
std::optional<std::string> version(const Message& message);  // 11410

}  // namespace reply
}  // namespace nightstack::device::dwarf
