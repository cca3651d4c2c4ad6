// SPDX-License-Identifier: MIT
#include "tools/night/scope/plan_hours.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "device/targets/horizon.h"
#include "device/targets/solar_system.h"

namespace nightstack::tools {

using device::dwarf::Utc;

namespace {

using std::chrono::seconds;

constexpr std::chrono::hours kAhead{24};
constexpr seconds kStep{60};  // the sky turns by a quarter of a degree; what is up for less is not worth a goto

device::Horizon horizon_at(const device::Site& site, Utc at) {
    return {site, std::chrono::floor<std::chrono::milliseconds>(at)};
}

double altitude(const device::Target& target, const device::Horizon& horizon) {
    if (const auto* place = std::get_if<device::Equatorial>(&target.place))
        return horizon.altaz_of(*place).altitude_deg;
    return horizon.altaz_of(device::view_of(std::get<device::Planet>(target.place), horizon).place).altitude_deg;
}

bool in_its_hours(const TargetPlan& target, Utc at) {
    return (!target.start || at >= *target.start) && (!target.end || at < *target.end);
}

class Hours {
public:
    Hours(const NightPlan& plan, const device::Site& site, const std::vector<bool>& finished)
        : plan_(plan), site_(site), finished_(finished) {}

    // Index of the first that can be taken then.
    std::optional<std::size_t> first_at(Utc at) const {
        std::optional<device::Horizon> horizon;  // only where somebody asks
        for (std::size_t i = 0; i < plan_.targets.size(); ++i) {
            const TargetPlan& target = plan_.targets[i];
            if (done(i) || !in_its_hours(target, at)) continue;
            if (!horizon) horizon.emplace(horizon_at(site_, at));
            if (altitude(target.target, *horizon) >= target.min_alt_deg) return i;
        }
        return {};
    }
    bool done(std::size_t i) const { return i < finished_.size() && finished_[i]; }

    // The first moment after `from` at which the answer is another one; nothing within a day.
    std::optional<Utc> change_after(Utc from) const {
        const auto now = first_at(from);
        Utc before = from;
        for (const Utc at : moments(from)) {
            if (first_at(at) == now) {
                before = at;
                continue;
            }
            Utc after = at;
            while (after - before > seconds{1}) {
                const Utc middle = before + (after - before) / 2;
                (first_at(middle) == now ? before : after) = middle;
            }
            return after;
        }
        return {};
    }

private:
    // Every minute, and where hours begin and end.
    std::vector<Utc> moments(Utc from) const {
        std::vector<Utc> all;
        for (Utc at = from + kStep; at <= from + kAhead; at += kStep) all.push_back(at);
        for (const TargetPlan& target : plan_.targets)
            for (const auto& edge : {target.start, target.end})
                if (edge && *edge > from && *edge <= from + kAhead) all.push_back(*edge);
        std::sort(all.begin(), all.end());
        return all;
    }

    const NightPlan& plan_;
    const device::Site& site_;
    const std::vector<bool>& finished_;
};

std::string name_of(const TargetPlan& plan) { return plan.target.name.empty() ? "the target" : plan.target.name; }

std::string degrees(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.0f", value);
    return std::string(text) + " degrees";
}

std::string why_it_ends(const TargetPlan& target, Utc until, const std::optional<TargetPlan>& next) {
    if (target.end && until >= *target.end) return "its end";
    if (next) return name_of(*next) + " comes first in the plan";
    return name_of(target) + " sinks below " + degrees(target.min_alt_deg);
}

std::string why_not(const TargetPlan& target, const device::Site& site, Utc now) {
    if (target.end && now >= *target.end) return name_of(target) + ": its end has passed";
    if (target.start && now < *target.start) return name_of(target) + ": its start is yet to come";
    return name_of(target) + " stands at " + degrees(altitude_deg(target.target, site, now)) + ", below its limit of " +
           degrees(target.min_alt_deg);
}

}  // namespace

double altitude_deg(const device::Target& target, const device::Site& site, Utc at) {
    return altitude(target, horizon_at(site, at));
}

PlanHour plan_hour(const NightPlan& plan, const device::Site& site, Utc now, const std::vector<bool>& finished) {
    const Hours hours(plan, site, finished);
    const auto first = hours.first_at(now);
    const auto change = hours.change_after(now);
    if (first) {
        const Utc until = change.value_or(now + kAhead);
        const auto next = hours.first_at(until);
        // An earlier one takes over; a later one only follows.
        std::optional<TargetPlan> over;
        if (next && *next < *first) over = plan.targets[*next];
        return {PlanHour::What::take, *first, until, why_it_ends(plan.targets[*first], until, over)};
    }
    std::string why;
    for (std::size_t i = 0; i < plan.targets.size(); ++i)
        if (!hours.done(i)) why += (why.empty() ? "" : "; ") + why_not(plan.targets[i], site, now);
    if (!change) return {PlanHour::What::over, 0, now, why};
    return {PlanHour::What::wait, hours.first_at(*change).value_or(0), *change, why};
}

}  // namespace nightstack::tools
