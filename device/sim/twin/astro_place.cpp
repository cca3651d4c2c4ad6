// SPDX-License-Identifier: MIT
#include "device/sim/twin/astro_place.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "device/sim/twin/pointing.h"
#include "device/targets/solar_system.h"

namespace nightstack::device::sim {
namespace {

std::optional<double> angle(const Call& call, std::string_view key, double low, double high) {
    std::optional<double> value = call.request.number(key);
    if (!value) {
        const auto text = call.request.text(key);
        if (text) value = sexagesimal(*text);
    }
    if (!value || !(*value >= low && *value <= high)) return {};
    return value;
}

}  // namespace

std::optional<double> sexagesimal(std::string_view text) {
    if (text.empty() || text.size() > 40) return {};
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') text.remove_prefix(1);
    double value = 0, unit = 1;
    int parts = 0;
    while (!text.empty() && parts < 3) {
        double part = 0;
        const auto [end, error] =
            std::from_chars(text.data(), text.data() + text.size(), part, std::chars_format::fixed);
        if (error != std::errc() || !(part >= 0 && part < 1e6)) return {};
        value += part * unit;
        unit /= 60;
        ++parts;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        // What may stand after a number; the last two are the degree sign's bytes.
        text.remove_prefix(std::min(text.find_first_not_of("hmsd:'\" \xC2\xB0"), text.size()));
    }
    if (parts == 0 || !text.empty()) return {};
    return negative ? -value : value;
}

std::optional<ToldPlace> told_place(const Body& body, const Call& call) {
    const auto west = angle(call, "lon", -360, 360);
    const auto latitude = angle(call, "lat", -90, 90);
    if (!west || !latitude) return {};
    ToldPlace told;
    told.longitude_east_deg = std::remainder(-*west, 360.0);
    told.latitude_deg = *latitude;
    const auto date = parse_date(call.request.text("date").value_or(""));
    const Utc believed = date.value_or(scope_utc(body));
    told.clock_error = std::chrono::duration_cast<std::chrono::milliseconds>(believed - sky_utc(body));
    return told;
}

std::optional<GotoTarget> goto_target(const Body& body, const Call& call, const ToldPlace& told) {
    GotoTarget target;
    if (call.request.find("planet") != nullptr) {
        const auto planet = call.request.integer("planet");
        if (!planet || *planet < 0 || *planet > 7) return {};
        target.planet = static_cast<int>(*planet);
        target.place = view_of(static_cast<Planet>(target.planet), told_horizon(body, told)).place;
        return target;
    }
    const auto hours = angle(call, "ra", 0, 24);
    const auto degrees = angle(call, "dec", -90, 90);
    if (!hours || !degrees) return {};
    target.place = {std::fmod(*hours * 15, 360.0), *degrees};
    return target;
}

std::optional<Equatorial> request_place(const Call& call) {
    const auto hours = angle(call, "RA", 0, 24);
    const auto degrees = angle(call, "DEC", -90, 90);
    if (!hours || !degrees) return {};
    return Equatorial{std::fmod(*hours * 15, 360.0), *degrees};
}

}  // namespace nightstack::device::sim
