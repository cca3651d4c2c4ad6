// SPDX-License-Identifier: MIT
#include "device/targets/horizon.h"

#include <erfa.h>

#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "pipeline/core/error.h"

namespace nightstack::device {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kUnixEpoch = 2440587.5;  // Julian date
constexpr double kMsOfDay = 86400000;

}  // namespace

double separation_deg(const AltAz& a, const AltAz& b) {
    return eraSeps(a.azimuth_deg * kDegree, a.altitude_deg * kDegree, b.azimuth_deg * kDegree,
                   b.altitude_deg * kDegree) /
           kDegree;
}

struct Horizon::Parts {
    eraASTROM astrom{};
    double tt[2]{};
};

Horizon::Horizon(const Site& site, Utc utc) {
    const double days = static_cast<double>(utc.time_since_epoch().count()) / kMsOfDay;
    const double day = kUnixEpoch + std::floor(days);
    const double part = days - std::floor(days);
    auto parts = std::make_shared<Parts>();
    double tai[2];
    double origins = 0;
    const int status = eraApco13(day, part, 0, site.longitude_deg * kDegree, site.latitude_deg * kDegree, site.height_m,
                                 0, 0, 0, 0, 0, 0.55, &parts->astrom, &origins);
    if (status < 0 || eraUtctai(day, part, &tai[0], &tai[1]) < 0)
        throw OptionError("the date of Julian day " + std::to_string(std::lround(day)) + " is none that UTC knows");
    eraTaitt(tai[0], tai[1], &parts->tt[0], &parts->tt[1]);
    parts_ = std::move(parts);
}

AltAz Horizon::altaz_of(const Equatorial& place) const {
    // ERFA's functions take what they only read as not const.
    eraASTROM astrom = parts_->astrom;
    double ra = 0, dec = 0, azimuth = 0, zenith_distance = 0, hour_angle = 0, dec_observed = 0, ra_observed = 0;
    eraAtciqz(place.ra_deg * kDegree, place.dec_deg * kDegree, &astrom, &ra, &dec);
    eraAtioq(ra, dec, &astrom, &azimuth, &zenith_distance, &hour_angle, &dec_observed, &ra_observed);
    return {90 - zenith_distance / kDegree, azimuth / kDegree};
}

Equatorial Horizon::place_at(const AltAz& direction) const {
    eraASTROM astrom = parts_->astrom;
    double ra_here = 0, dec_here = 0, ra = 0, dec = 0;
    eraAtoiq("A", direction.azimuth_deg * kDegree, (90 - direction.altitude_deg) * kDegree, &astrom, &ra_here,
             &dec_here);
    eraAticq(ra_here, dec_here, &astrom, &ra, &dec);
    return {eraAnp(ra) / kDegree, dec / kDegree};
}

double Horizon::parallactic_angle_deg(const Equatorial& place) const {
    const Equatorial zenith = place_at({90, 0});
    return eraPas(place.ra_deg * kDegree, place.dec_deg * kDegree, zenith.ra_deg * kDegree, zenith.dec_deg * kDegree) /
           kDegree;
}

std::array<double, 3> Horizon::site_au() const {
    const double* eb = parts_->astrom.eb;
    return {eb[0], eb[1], eb[2]};
}

std::array<double, 3> Horizon::sun_au() const {
    const eraASTROM& astrom = parts_->astrom;
    std::array<double, 3> sun{};
    for (std::size_t i = 0; i < 3; ++i) sun[i] = astrom.eb[i] - astrom.eh[i] * astrom.em;
    return sun;
}

std::array<double, 2> Horizon::terrestrial_time() const { return {parts_->tt[0], parts_->tt[1]}; }

}  // namespace nightstack::device
