// SPDX-License-Identifier: MIT
#include "device/sim/twin/power.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "device/sim/twin/fault_reader.h"
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
    if (battery.charging != was) push(body, dwarf::Message(11011).set("value", battery.charging));
}

}  // namespace nightstack::device::sim
