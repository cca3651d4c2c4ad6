// SPDX-License-Identifier: MIT
#include "twin_field.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "device/sim/sky/air.h"
#include "device/targets/horizon.h"
#include "pipeline/core/error.h"

namespace nightstack::testing_night {
namespace {

using namespace device::sim;
using device::Equatorial;
using device::Horizon;
using device::Site;

SkyTime first_night() { return std::chrono::sys_days(std::chrono::year(2026) / 1 / 5); }

struct Occasion {
    Site site;
    SkyTime begin;
};

// The variant-th quarter of an hour of the year at which it is dark, moonless and the place stands high.
Occasion occasion_for(const Equatorial& told, unsigned variant) {
    const Site site{9, std::clamp(told.dec_deg, -50.0, 50.0) * 0.9, 300};
    unsigned left = 7 * variant;
    for (int quarter = 0; quarter < 366 * 96; ++quarter) {
        const SkyTime time = first_night() + std::chrono::minutes(15) * quarter;
        const double altitude = Horizon(site, time).altaz_of(told).altitude_deg;
        if (altitude < 40 || altitude > 80) continue;
        const Lights lights = lights_at(time, site);
        if (lights.sun.altitude_deg > -20 || lights.moon.altitude_deg > -5) continue;
        if (left-- == 0) return {site, time};
    }
    throw OptionError("no dark hour for this place");
}

}  // namespace

Light TwinField::light() const {
    Light light;
    light.name = "twin";
    light.format = format;
    light.info = info;
    const ImageView<const std::uint16_t> pixels = image.cview();
    light.read = [pixels](ImageView<float> out, Rect region, int) {
        for (int y = 0; y < region.height; ++y) {
            for (int x = 0; x < region.width; ++x) out(x, y) = static_cast<float>(pixels(region.x + x, region.y + y));
        }
    };
    return light;
}

std::vector<SkyPoint> twelve_places() {
    return {{10.7, 41.3}, {359.95, 12.0}, {0.05, -33.0}, {83.6, -5.4},   {37.9, 89.3},  {200.0, -89.5},
            {95.0, 78.0}, {314.7, 44.3},  {192.9, 27.1}, {270.9, -24.4}, {187.0, 12.5}, {121.0, -60.9}};
}

TwinField twin_field(const SkyPoint& told, unsigned variant) {
    const Occasion occasion = occasion_for({told.ra_deg, told.dec_deg}, variant);
    Exposed e;
    e.begin = occasion.begin;
    e.exposure_s = 15;
    e.gain = 80;
    e.binning = 1;
    e.aim.tracking = true;
    e.aim.told = {told.ra_deg, told.dec_deg};
    e.aim.place = Horizon(occasion.site, e.begin).altaz_of(e.aim.told);
    e.number = variant + 1;
    SerialRunner runner;
    TwinSky sky({variant + 1, occasion.site, PixelScale::twelve_bit}, runner);
    TwinField field;
    field.image = Image<std::uint16_t>(TwinSky::width(e), TwinSky::height(e));
    field.record = sky.expose(e, e, field.image.view());
    field.format = {field.image.width(), field.image.height(), PixelKind::cfa, CfaPattern::gbrg};
    field.info.telescope = "DWARFII";
    field.info.camera = "DWARFII";
    field.info.binning = 2;
    field.info.exposure = Seconds(15);
    field.told = told;
    return field;
}

}  // namespace nightstack::testing_night
