// SPDX-License-Identifier: MIT
#include "device/sim/twin/power.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "device/sim/twin/fault_reader.h"
#include "device/sim/twin/incidents.h"
#include "device/sim/twin/wire.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::sim {
namespace {

constexpr double kPercentPerHour[] = {-8, 20, 40};  // by `charging`

}  // namespace

double battery_level(const Battery& battery, SimTime now) {
    const double hours = std::chrono::duration<double, std::ratio<3600>>(now - battery.since).count();
    return std::clamp(battery.percent + kPercentPerHour[battery.charging] * hours, 0.0, 100.0);
}

int battery_percent(const Battery& battery, SimTime now) {
    return static_cast<int>(std::lround(battery_level(battery, now)));
}

// As a scope does whose battery is empty: its sockets end as after 11004.
void watch_battery(Body& body) {
    System& system = body.system;
    body.schedule.cancel(system.battery_end);
    const double per_hour = kPercentPerHour[system.battery.charging];
    if (per_hour >= 0 || body.network.shut_down) return;
    const double hours_left = battery_level(system.battery, body.now) / -per_hour;
    const auto left = std::chrono::ceil<SimTime>(std::chrono::duration<double, std::ratio<3600>>(hours_left));
    const auto empty = [](Body& b) {
        b.system.battery_end = {};
        if (b.network.shut_down) return;
        b.log.add(b.now, EventKind::note, kEveryClient, "the battery is empty");
        power_off(b);
    };
    system.battery_end = body.schedule.add(body.now + left, empty, Schedule::Owner::world);
}

void set_power(Body& body, std::string_view json) {
    std::optional<int> charging;
    std::optional<double> percent;
    for (const FaultField& field : read_json_fields(json, "power")) {
        if (!field.in_args && field.key == "charging")
            charging = whole_of(field, 0, 2);
        else if (!field.in_args && field.key == "percent")
            percent = number_of(field, 0, 100);
        else
            throw OptionError("power: " + printable(field.key.substr(0, 60)) + " is no key (charging, percent)");
    }
    if (!charging && !percent) throw OptionError("power: charging (0 no, 1 slow, 2 quick) or percent expected");
    Battery& battery = body.system.battery;
    const int was = battery.charging;
    battery = {percent.value_or(battery_level(battery, body.now)), body.now, charging.value_or(was)};
    body.log.add(body.now, EventKind::note, kEveryClient, "power: " + std::string(json));
    watch_battery(body);
    if (battery.charging != was) push(body, dwarf::Message(11011).set("value", battery.charging));
}

}  // namespace nightstack::device::sim
