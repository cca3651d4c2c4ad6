// SPDX-License-Identifier: MIT
#include "device/sim/twin/isp.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

struct Range {
    double low = 0;
    double high = 0;
};

// Numbers beyond the range are clamped and answered with 0, as Linux camera drivers do; a choice
// that does not exist is not answered. Both are guesses.
struct Dial {
    int interface = 0;
    const char* key = "value";
    Range tele;
    Range wide;
    void (*set)(Isp&, double) = nullptr;
};

template <int Isp::*field>
void set_whole(Isp& isp, double value) {
    isp.*field = static_cast<int>(std::lround(value));
}

void set_exposure(Isp& isp, double value) { isp.exposure_s = value; }

constexpr Dial kDials[] = {
    {10003, "value", {0, 15}, {0.0003, 1}, set_exposure},
    {10005, "value", {0, 240}, {64, 8000}, set_whole<&Isp::gain>},
    {10016, "value", {30, 85}, {30, 85}, set_whole<&Isp::quality>},
    {10204, "value", {0, 255}, {-64, 64}, set_whole<&Isp::brightness>},
    {10205, "value", {0, 255}, {0, 95}, set_whole<&Isp::contrast>},
    {10206, "value", {0, 255}, {0, 100}, set_whole<&Isp::saturation>},
    {10207, "value", {0, 255}, {-2000, 2000}, set_whole<&Isp::hue>},
    {10208, "value", {0, 100}, {1, 7}, set_whole<&Isp::sharpness>},
    {10214, "value", {2800, 7500}, {2800, 6000}, set_whole<&Isp::colour_temperature_k>},
};

constexpr int kNone = -1;  // fills the lists of choices

struct Choice {
    int interface = 0;
    const char* key = "mode";
    std::array<int, 7> tele;
    std::array<int, 7> wide;
    int Isp::*field = nullptr;
};

constexpr std::array<int, 7> kOffOn = {0, 1, kNone, kNone, kNone, kNone, kNone};
constexpr std::array<int, 7> kScenes = {0, 1, 2, 3, 4, 5, 6};
constexpr std::array<int, 7> kNothing = {kNone, kNone, kNone, kNone, kNone, kNone, kNone};

constexpr Choice kChoices[] = {
    {10001, "mode", kOffOn, {3, 1, kNone, kNone, kNone, kNone, kNone}, &Isp::exposure_mode},
    {10004, "mode", kOffOn, kOffOn, &Isp::gain_mode},
    {10203, "value", {0, 3, kNone, kNone, kNone, kNone, kNone}, kNothing, &Isp::ir},
    {10212, "mode", kOffOn, kOffOn, &Isp::white_balance_mode},
    {10213, "mode", kScenes, kScenes, &Isp::white_balance_scene},
};

// The camera's settings when they may be changed now; otherwise the answer has been given.
Isp* settable(Body& body, const Call& call, std::optional<int> id) {
    if (!id) {
        stay_silent(body, call, "no such camera");
        return nullptr;
    }
    const Camera& camera = body.cameras.of(*id);
    int code = camera.closing ? -44 : camera.open ? 0 : -2;
    const Activity doing = activity(body);
    if (code == 0 && *id == 0 && (doing == Activity::raw || doing == Activity::darks)) code = busy_code(doing);
    if (code != 0) answer(body, call, code);
    return code != 0 ? nullptr : *id == 0 ? &body.tele : &body.wide;
}

void turn_dial(Body& body, const Call& call) {
    const Dial& dial = *std::ranges::find(kDials, call.request.interface(), &Dial::interface);
    const auto id = camera_of(call);
    Isp* isp = settable(body, call, id);
    if (isp == nullptr) return;
    const auto value = call.request.number(dial.key);
    if (!value) return stay_silent(body, call, "no number in value");
    const Range& range = *id == 0 ? dial.tele : dial.wide;
    const double kept = std::clamp(*value, range.low, range.high);
    if (kept != *value)
        body.log.add(body.now, EventKind::note, call.from,
                     std::to_string(dial.interface) + " clamped from " + std::to_string(*value));
    dial.set(*isp, kept);
    // The preview's quality is nobody's camera setting: its request names no camera.
    if (dial.interface == 10016) return answer(body, call, dwarf::Message(10016).set("code", 0));
    answer(body, call, 0);
}

void choose(Body& body, const Call& call) {
    constexpr int kSceneKelvin[] = {2800, 4000, 3000, 5200, 6500, 7000, 7500};
    const Choice& choice = *std::ranges::find(kChoices, call.request.interface(), &Choice::interface);
    const auto id = camera_of(call);
    Isp* isp = settable(body, call, id);
    if (isp == nullptr) return;
    const auto value = call.request.integer(choice.key);
    const auto& allowed = *id == 0 ? choice.tele : choice.wide;
    if (!value || *value < 0 || std::ranges::find(allowed, *value) == allowed.end())
        return stay_silent(body, call, "no such choice");
    isp->*choice.field = static_cast<int>(*value);
    if (choice.interface == 10213) isp->colour_temperature_k = std::min(kSceneKelvin[*value], *id == 0 ? 7500 : 6000);
    answer(body, call, 0);
}

constexpr Row kRows[] = {{10001, choose},    {10003, turn_dial}, {10004, choose},    {10005, turn_dial},
                         {10016, turn_dial}, {10203, choose},    {10204, turn_dial}, {10205, turn_dial},
                         {10206, turn_dial}, {10207, turn_dial}, {10208, turn_dial}, {10212, choose},
                         {10213, choose},    {10214, turn_dial}};

}  // namespace

Isp standard_isp(int camera) {
    Isp isp;
    if (camera == 0) {
        isp.brightness = isp.contrast = isp.saturation = isp.hue = 128;
        isp.sharpness = 50;
        isp.gain = 60;
        return isp;
    }
    isp.exposure_mode = 3;
    isp.exposure_s = 0.1;
    isp.gain = 64;
    isp.saturation = 80;
    isp.sharpness = 2;
    isp.gamma = 100;
    return isp;
}

void forget_preview_settings(Isp& tele) {
    const Isp standard = standard_isp(0);
    tele.exposure_mode = standard.exposure_mode;
    tele.exposure_s = standard.exposure_s;
    tele.gain_mode = standard.gain_mode;
    tele.gain = standard.gain;
}

std::span<const Row> isp_rows() { return kRows; }

}  // namespace nightstack::device::sim
