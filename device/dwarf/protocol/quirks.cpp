// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/quirks.h"

#include <algorithm>
#include <cmath>

#include "device/dwarf/protocol/ladders.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

constexpr double kWholeLimit = 9e15;  // doubles are whole numbers one by one up to here

std::optional<double> dark_seconds_of_gear(double value) {
    if (value < 0 || value > 156 || std::trunc(value) != value) return std::nullopt;
    const auto gears = exposure_gears(Lens::tele);
    auto index = static_cast<std::size_t>(value);
    if (index >= gears.size()) {
        if (index % 3 != 0) return std::nullopt;
        index /= 3;
    }
    return gears[index].seconds;
}

Match matches_motor(const Message& request, const Message& message) {
    const auto asked = motor_of(request);
    const auto told = motor_of(message);
    if (asked && told && *asked != *told) return Match::no;
    const bool limit = message.interface() == 10100 && message.find("limit") != nullptr;
    return limit ? Match::perhaps : Match::yes;
}

}  // namespace

int wire_camera(Lens lens) { return lens == Lens::tele ? 0 : 1; }

std::optional<Lens> lens_of(const Message& message) {
    const auto camera = message.integer("camId");
    if (camera == 0) return Lens::tele;
    if (camera == 1) return Lens::wide;
    return std::nullopt;
}

double wire_longitude(double east_deg) {
    if (!(std::abs(east_deg) <= 180))
        throw OptionError("longitude: " + std::to_string(east_deg) + ", -180 to 180 degrees (east positive) expected");
    return east_deg == 180 ? 180 : 0 - east_deg;  // 0 -: no negative zero on the wire
}

void set_site(Message& message, const Site& site) {
    if (!(std::abs(site.latitude_deg) <= 90))
        throw OptionError("latitude: " + std::to_string(site.latitude_deg) + ", -90 to 90 degrees expected");
    message.set("lon", wire_number(wire_longitude(site.longitude_deg)));
    message.set("lat", wire_number(site.latitude_deg));
}

std::optional<Site> site_of(const Message& message) {
    const auto lon = message.number("lon");
    const auto lat = message.number("lat");
    if (!lon || !lat || !(std::abs(*lon) <= 180) || !(std::abs(*lat) <= 90)) return std::nullopt;
    return Site{0 - *lon, *lat, 0};
}

void set_place(Message& goto_request, const std::variant<Equatorial, Planet>& place) {
    if (const auto* planet = std::get_if<Planet>(&place)) {
        goto_request.set("planet", static_cast<int>(*planet)).set("ra", 0).set("dec", 0);
        return;
    }
    const auto& where = std::get<Equatorial>(place);
    if (!(std::abs(where.dec_deg) <= 90))
        throw OptionError("declination: " + std::to_string(where.dec_deg) + ", -90 to 90 degrees expected");
    goto_request.set("ra", wire_number(wire_ra_hours(where.ra_deg))).set("dec", wire_number(where.dec_deg));
}

std::optional<std::variant<Equatorial, Planet>> place_of(const Message& goto_request) {
    using Place = std::variant<Equatorial, Planet>;
    if (const auto planet = goto_request.integer("planet")) {
        if (*planet < 0 || *planet > 7) return std::nullopt;
        return Place(static_cast<Planet>(*planet));
    }
    const auto hours = goto_request.number("ra");
    const auto dec = goto_request.number("dec");
    if (!hours || !dec || !(*hours >= 0 && *hours <= 24) || !(std::abs(*dec) <= 90)) return std::nullopt;
    return Place(Equatorial{*hours * 15, *dec});
}

int wire_exposure_mode(Lens lens, ExposureMode mode) {
    if (mode == ExposureMode::manual) return 1;
    return lens == Lens::tele ? 0 : 3;
}

std::optional<ExposureMode> exposure_mode_of(Lens lens, std::int64_t wire) {
    if (wire == 1) return ExposureMode::manual;
    if (wire == wire_exposure_mode(lens, ExposureMode::automatic)) return ExposureMode::automatic;
    return std::nullopt;
}

int wire_motor_mode(MotorMode mode) { return mode == MotorMode::continuous ? 1 : 2; }

std::optional<MotorMode> motor_mode_of(std::int64_t wire) {
    if (wire == 1) return MotorMode::continuous;
    if (wire == 2) return MotorMode::pulse;
    return std::nullopt;
}

std::optional<MotorMode> run_mode_of(std::int64_t wire) {
    if (wire == 0) return MotorMode::pulse;
    if (wire == 1) return MotorMode::continuous;
    return std::nullopt;
}

std::optional<Motor> motor_of(const Message& message) {
    const auto number = message.find("motorId") != nullptr ? message.integer("motorId") : message.integer("id");
    if (!number || *number < 1 || *number > 3) return std::nullopt;
    return static_cast<Motor>(*number);
}

Value wire_number(double value) {
    if (std::trunc(value) == value && std::abs(value) < kWholeLimit) return static_cast<std::int64_t>(value);
    return value;
}

std::int64_t gain_mask(std::span<const int> gains) {
    std::int64_t mask = 0;
    for (const int gain : gains) {
        if (gain < 0 || gain % kGainStep != 0 || gain / kGainStep >= kGainGears)
            throw OptionError("darkGain: " + std::to_string(gain) + ", 0 to 240 in steps of 10 expected");
        mask |= std::int64_t{1} << (gain / kGainStep);
    }
    return mask;
}

std::vector<int> gains_of_mask(std::int64_t mask) {
    std::vector<int> gains;
    for (int i = 0; i < kGainGears; ++i) {
        if ((static_cast<std::uint64_t>(mask) >> i & 1U) != 0) gains.push_back(i * kGainStep);
    }
    return gains;
}

void set_dark_exposure(Message& message, Seconds exposure) {
    if (const auto gear = gear_of(Lens::tele, exposure.count())) message.set("darkExp", *gear);
    message.set("darkExposure", wire_number(exposure.count()));
}

std::optional<Seconds> dark_exposure_of(const Message& message) {
    std::optional<double> seconds;
    if (const auto value = message.number("darkExposure")) {
        const bool plain = *value > 0 && *value <= 15;
        seconds = plain ? value : dark_seconds_of_gear(*value);
    } else if (const auto gear = message.number("darkExp")) {
        const bool fraction = std::trunc(*gear) != *gear && *gear > 0 && *gear <= 15;
        seconds = fraction ? gear : dark_seconds_of_gear(*gear);
    }
    if (!seconds) return std::nullopt;
    return Seconds(*seconds);
}

Match answers(const Message& request, const Message& message) {
    if (request.interface() == 10026 && message.interface() == 11003) return Match::perhaps;
    if (message.interface() != request.interface()) return Match::no;
    const auto asked = request.integer("camId");
    const auto told = message.integer("camId");
    if (asked && told && *asked != *told) return Match::no;
    return matches_motor(request, message);
}

Step step_of(int interface, std::int64_t code) {
    if (interface == 11205) {
        if (code == 1009 || code == 0) return Step::done;
        return code >= 1000 && code != 1002 ? Step::going : Step::failed;
    }
    if (interface == 11203) {
        if (code == 1005 || code == 0) return Step::done;
        return code >= 1000 && code != 1006 ? Step::going : Step::failed;
    }
    if (interface == 11204) {
        if (code == 1008 || code == 0) return Step::done;
        return code == 1007 || code == -31 ? Step::going : Step::failed;
    }
    if (interface == 10000 && code == -1) return Step::done;
    return code >= 0 ? Step::done : Step::failed;
}

bool well_named(NameKind kind, std::string_view name) {
    const std::string_view prefix = name_prefix(kind);
    if (!name.starts_with(prefix)) return false;
    const std::string_view stamp = name.substr(prefix.size());
    return stamp.size() >= 8 && stamp.size() <= 20 && all_digits(stamp);
}

}  // namespace nightstack::device::dwarf
