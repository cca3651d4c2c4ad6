// SPDX-License-Identifier: MIT
// What is known about a scope, and since when: gathered from replies and pushes, nothing assumed.
// An item is empty until the scope has told it, and what a lost connection may have changed becomes
// empty again. No clock of its own: every change carries its moment. A plain value; one thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "device/dwarf/protocol/message.h"
#include "device/dwarf/protocol/types.h"
#include "device/dwarf/session/scope_link.h"
#include "device/model/optics.h"

namespace nightstack::device::dwarf::jobs {

template <class T>
struct Known {
    T value{};
    Moment at{};  // when the scope told it
    bool operator==(const Known&) const = default;
};
template <class T>
using Fact = std::optional<Known<T>>;

// Of an item: the value when it is known.
template <class T>
std::optional<T> value_of(const Fact<T>& item) {
    if (!item) return {};
    return item->value;
}

// What 10215 and 10217 tell of a camera, and what commands that succeeded have set. In words of the API.
struct CameraSettings {
    Fact<ExposureMode> exposure_mode;
    Fact<Seconds> exposure;
    Fact<GainMode> gain_mode;
    Fact<std::int64_t> gain;
    Fact<WhiteBalanceMode> white_balance_mode;
    Fact<WhiteBalanceScene> white_balance_scene;  // never told, known when set
    Fact<std::int64_t> colour_temperature_k;
    Fact<IrFilter> ir;
    Fact<std::int64_t> brightness, contrast, saturation, hue, sharpness, gamma;
    Fact<std::int64_t> preview_quality;
};

struct RawCount {
    std::int64_t taken = 0;  // the highest told since the capture began
    std::int64_t total = 0;
    std::int64_t code = 0;
    bool operator==(const RawCount&) const = default;
};

enum class Calibration { running, done, failed };
enum class Pointing { slewing, tracking, failed, stopping, ended };

struct AstroCode {
    std::int64_t code = 0;
    std::int64_t phase = 0;  // plate solvings so far
    bool operator==(const AstroCode&) const = default;
};

struct MotorLimit {
    std::optional<Motor> motor;
    std::optional<std::int64_t> side;  // 0 or 1; which is which is not known
    bool operator==(const MotorLimit&) const = default;
};

struct TrackedBox {
    Box box;
    std::int64_t code = 0;
    bool operator==(const TrackedBox&) const = default;
};

class ScopeState {
public:
    // Working state (10022). `camera` is the tele camera's; how the wide one's is known stands in guard.h.
    Fact<CameraState> tele_camera, wide_camera;
    Fact<PhotoState> photo;
    Fact<RecordState> record;
    Fact<TrackState> track;
    Fact<AstroState> astro;
    Fact<Binning> binning;  // what the tele camera was opened with

    CameraSettings tele, wide;

    Fact<RawCount> raw;
    Fact<std::int64_t> stacked;
    Fact<Calibration> calibration;
    Fact<AstroCode> calibration_code;
    Fact<Pointing> pointing;
    Fact<AstroCode> pointing_code;
    Fact<TrackedBox> tracked;
    Fact<MotorLimit> limit;
    std::array<Fact<std::vector<int>>, 2> dark_gains;  // by binning: gains for which darks exist

    Fact<std::int64_t> battery_percent;
    Fact<ChargeState> charging;
    Fact<bool> card_present;
    Fact<std::int64_t> card_size_gb, card_free_gb;
    Fact<std::string> firmware;  // as it came: escape before a terminal
    Fact<bool> fast_cpu;
    Fact<bool> mtp;
    Fact<bool> power_light;
    Fact<bool> shut_down;

    // Any message that came, asked for or not.
    void take(const Message& message, Moment at);
    // A message that answers `request`: what the command has changed, when its code is good.
    void answered(const Message& request, const Message& reply, Moment at);
    // Connection lost: all that runs may have ended and the scope may have restarted.
    void lost();
    // Connected again: whatever was shut down has been switched on.
    void back();
    // Before 10011: counts of an older capture are none of this one.
    void capture_begins(std::int64_t total, Moment at);

private:
    void take_working(const Message& m, Moment at);
    void take_tele(const Message& m, Moment at);
    void take_wide(const Message& m, Moment at);
    void take_counts(const Message& m, Moment at);
    void take_astro(const Message& m, Moment at);
    void take_system(const Message& m, Moment at);
    void take_system_state(const Message& m, Moment at);
    void take_refusal(const Message& request, std::int64_t code, Moment at);
    void take_success(const Message& request, Moment at);
    void take_setting(const Message& request, Moment at);
    void closed(Moment at);
};

}  // namespace nightstack::device::dwarf::jobs
