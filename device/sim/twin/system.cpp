// SPDX-License-Identifier: MIT
#include "device/sim/twin/system.h"

#include <algorithm>
#include <cmath>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/incidents.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

using dwarf::Message;

constexpr const char* kRgbFields[] = {"mode",      "hue",          "saturation", "value",    "background",
                                      "delayTime", "breatheDelay", "cycleNum",   "cycleFlag"};
struct Limits {
    int low, high;
};
constexpr Limits kRgbLimits[] = {{96, 105}, {0, 255}, {0, 255}, {0, 255},   {0, 7},
                                 {1, 255},  {1, 255}, {0, 255}, {-255, 255}};

Message done(const Call& call) { return Message(call.request.interface()).set("code", 0); }

void tell_battery(Body& body, const Call& call) {
    answer(body, call, Message(11003).set("value", battery_percent(body.system.battery, body.now)).set("code", 0));
}

void tell_card_size(Body& body, const Call& call) {
    const Card& card = body.system.card;
    const bool there = card_usable(card);
    answer(body, call,
           Message(11405)
               .set("size", there ? static_cast<int>(std::lround(card.size_gb)) : 0)
               .set("avail", there ? static_cast<int>(std::floor(room_gb(card))) : 0));
}

void tell_card_present(Body& body, const Call& call) {
    answer(body, call, Message(11409).set("value", card_usable(body.system.card) ? 1 : 0).set("code", 0));
}

void tell_version(Body& body, const Call& call) {
    answer(body, call, Message(11410).set("version", dwarf::Value(body.options.firmware)).set("code", 0));
}

void tell_state(Body& body, const Call& call) {
    const System& system = body.system;
    answer(body, call,
           Message(11407)
               .set("chargeState", system.battery.charging)
               .set("tfState", card_usable(system.card) ? 1 : 0)
               .set("powerIndState", system.indicator)
               .set("ele", battery_percent(system.battery, body.now))
               .set("fwVersion", dwarf::Value(body.options.firmware))
               .set("cpuMode", system.cpu_mode)
               .set("mtpMode", system.card.mtp ? 1 : 0));
}

// The request carries nothing, so a second one must turn it off again (a guess).
void turn_mtp(Body& body, const Call& call) {
    if (const int code = busy_code(activity(body))) return answer(body, call, done(call).set("code", code));
    body.system.card.mtp = !body.system.card.mtp;
    answer(body, call, done(call));
}

void light_rgb(Body& body, const Call& call) {
    Rgb rgb{true, body.system.rgb.values};
    for (std::size_t i = 0; i < std::size(kRgbFields); ++i) {
        if (call.request.find(kRgbFields[i]) == nullptr) continue;
        const auto value = call.request.integer(kRgbFields[i]);
        if (!value) return stay_silent(body, call, kRgbFields[i]);
        rgb.values[i] = static_cast<int>(std::clamp<std::int64_t>(*value, kRgbLimits[i].low, kRgbLimits[i].high));
    }
    body.system.rgb = rgb;
    answer(body, call, done(call));
}

void dark_rgb(Body& body, const Call& call) {
    body.system.rgb.on = false;
    answer(body, call, done(call));
}

void light_indicator(Body& body, const Call& call) {
    body.system.indicator = call.request.interface() == 11009 ? 1 : 0;
    answer(body, call, done(call));
}

void shut_down_now(Body& body, const Call& call) {
    answer(body, call, done(call));
    body.schedule.add(body.now + SimTime(1500), power_off);
}

// Never: the twin has no firmware to replace, and no client should ask.
void update(Body& body, const Call& call) { stay_silent(body, call, "firmware is never updated"); }

constexpr Row kRows[] = {{11000, light_rgb}, {11003, tell_battery},      {11004, shut_down_now},
                         {11008, dark_rgb},  {11009, light_indicator},   {11010, light_indicator},
                         {11400, update},    {11405, tell_card_size},    {11407, tell_state},
                         {11408, turn_mtp},  {11409, tell_card_present}, {11410, tell_version}};

}  // namespace

bool card_usable(const Card& card) { return card.present && !card.mtp; }

double room_gb(const Card& card) { return card.full ? 0 : card.available_gb; }

std::span<const char* const> rgb_fields() { return kRgbFields; }

std::span<const Row> system_rows() { return kRows; }

}  // namespace nightstack::device::sim
