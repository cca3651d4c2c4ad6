// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/replies.h"

#include <cmath>

#include "device/dwarf/protocol/quirks.h"

namespace nightstack::device::dwarf {
namespace {

// The enumerations of types.h run from 0 to `last` without gaps.
template <class Enum>
std::optional<Enum> named(const Message& message, std::string_view field, Enum last) {
    const auto value = message.integer(field);
    if (!value || *value < 0 || *value > static_cast<int>(last)) return std::nullopt;
    return static_cast<Enum>(*value);
}

std::optional<bool> flag(const Message& message, std::string_view field) {
    const auto value = message.integer(field);
    if (value != 0 && value != 1) return std::nullopt;
    return value == 1;
}

std::optional<Seconds> seconds(const Message& message, std::string_view field) {
    const auto value = message.number(field);
    if (!value) return std::nullopt;
    return Seconds(*value);
}

// A scope may tell fractions: what is whole of them is enough.
std::optional<std::int64_t> whole_gigabytes(const Message& message, std::string_view field) {
    constexpr double kMost = 1e9;
    const auto value = message.number(field);
    if (!value || !(*value >= -kMost && *value <= kMost)) return std::nullopt;
    return static_cast<std::int64_t>(std::floor(*value));
}

std::optional<IrFilter> ir_of(const Message& message, std::string_view field) {
    const auto value = message.integer(field);
    if (value != 0 && value != 3) return std::nullopt;
    return static_cast<IrFilter>(*value);
}

std::optional<ExposureMode> exposure_mode(const Message& message, Lens lens) {
    const auto value = message.integer("expMode");
    if (!value) return std::nullopt;
    return exposure_mode_of(lens, *value);
}

reply::PictureState picture(const Message& m, Lens lens) {
    return {exposure_mode(m, lens),  seconds(m, "exp"),
            m.integer("gain"),       named(m, "awbMode", WhiteBalanceMode::manual),
            m.integer("awbCT"),      m.integer("brightness"),
            m.integer("contrast"),   m.integer("hue"),
            m.integer("saturation"), m.integer("sharpness")};
}

}  // namespace

std::optional<std::int64_t> code_of(const Message& message) { return message.integer("code"); }

namespace reply {

TeleState tele_state(const Message& m) {
    return {picture(m, Lens::tele), named(m, "gainMode", GainMode::manual), ir_of(m, "irState"), m.integer("quality")};
}

WideState wide_state(const Message& m) { return {picture(m, Lens::wide), m.integer("gamma")}; }

std::optional<IrFilter> ir_state(const Message& m) { return ir_of(m, "value"); }

WorkingState working_state(const Message& m) {
    return {named(m, "camState", CameraState::open), named(m, "photoState", PhotoState::dark),
            named(m, "recordState", RecordState::time_lapse), named(m, "trackState", TrackState::stopped),
            named(m, "astroState", AstroState::calculating)};
}

Progress progress(const Message& m) { return {code_of(m), m.integer("value")}; }

RawCount raw_count(const Message& m) { return {code_of(m), m.integer("totalCount"), m.integer("currentCount")}; }

StackedCount stacked_count(const Message& m) { return {code_of(m), m.integer("stackedCount")}; }

DarkGains dark_gains(const Message& m) {
    DarkGains darks;
    if (const auto mask = m.integer("value")) darks.gains = gains_of_mask(*mask);
    darks.binning = named(m, "binning", Binning::two);
    darks.code = code_of(m);
    return darks;
}

Tracked tracked(const Message& m) {
    const auto coordinate = [&](std::string_view name, int limit) -> std::optional<int> {
        const auto value = m.integer(name);
        if (!value || *value < -limit || *value > 2 * limit) return std::nullopt;
        return static_cast<int>(*value);
    };
    Tracked result;
    result.code = code_of(m);
    const auto x = coordinate("x", kPictureWidth), y = coordinate("y", kPictureHeight);
    const auto w = coordinate("w", kPictureWidth), h = coordinate("h", kPictureHeight);
    if (x && y && w && h) result.box = Box{*x, *y, *w, *h};
    return result;
}

MotorReply motor(const Message& m) {
    MotorReply result;
    result.motor = motor_of(m);
    result.code = code_of(m);
    result.limit = m.integer("limit");
    if (const auto mode = m.integer("runMode")) result.ran = run_mode_of(*mode);
    result.steps = m.integer("numSteps");
    result.turn = named(m, "direction", Turn::clockwise);
    return result;
}

Power power(const Message& m) { return {m.integer("value"), code_of(m)}; }

std::optional<ChargeState> charging(const Message& m) { return named(m, "value", ChargeState::quick); }

CardSize card_size(const Message& m) { return {whole_gigabytes(m, "size"), whole_gigabytes(m, "avail")}; }

SystemState system_state(const Message& m) {
    SystemState state;
    state.charge = named(m, "chargeState", ChargeState::quick);
    state.card = flag(m, "tfState");
    state.power_light = flag(m, "powerIndState");
    state.fast_cpu = flag(m, "cpuMode");
    state.mtp = flag(m, "mtpMode");
    state.percent = m.integer("ele");
    state.firmware = m.text("fwVersion");
    return state;
}

std::optional<bool> card_present(const Message& m) { return flag(m, "value"); }
std::optional<std::string> version(const Message& m) { return m.text("version"); }

}  // namespace reply
}  // namespace nightstack::device::dwarf
