// SPDX-License-Identifier: MIT
#include "device/sim/twin/state_json.h"

#include <nlohmann/json.hpp>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/pointing.h"
#include "device/sim/twin/status.h"

namespace nightstack::device::sim {
namespace {

using Json = nlohmann::ordered_json;

Json camera_json(const Camera& camera, const Isp& isp) {
    return {{"open", camera.open},
            {"closing", static_cast<bool>(camera.closing)},
            {"binning", camera.binning},
            {"exposure_mode", isp.exposure_mode},
            {"exposure_s", isp.exposure_s},
            {"gain_mode", isp.gain_mode},
            {"gain", isp.gain},
            {"white_balance_mode", isp.white_balance_mode},
            {"white_balance_scene", isp.white_balance_scene},
            {"colour_temperature_k", isp.colour_temperature_k},
            {"ir", isp.ir},
            {"quality", isp.quality},
            {"brightness", isp.brightness},
            {"contrast", isp.contrast},
            {"saturation", isp.saturation},
            {"hue", isp.hue},
            {"sharpness", isp.sharpness}};
}

Json motor_json(const Motor& motor, SimTime now) {
    return {{"position", motor.position(now)},
            {"low", motor.low},
            {"high", motor.high},
            {"running", motor.running()},
            {"continuous", motor.continuous},
            {"micro_steps", motor.micro_steps},
            {"speed", motor.speed},
            {"direction", motor.direction},
            {"limit", motor.touched}};
}

Json pointing_json(const Body& body) {
    const Pointing at = pointing(body);
    return {{"ra_deg", at.sky.ra_deg},
            {"dec_deg", at.sky.dec_deg},
            {"altitude_deg", at.place.altitude_deg},
            {"azimuth_deg", at.place.azimuth_deg},
            {"tracking", body.astro.state == Astro::State::tracking}};
}

Json astro_json(const Astro& astro) {
    constexpr const char* kStates[] = {"calibrating", "tracking", "stopping", "idle", "seeking"};
    Json json = {{"state", kStates[static_cast<int>(astro.state)]},
                 {"calibrated", astro.calibrated},
                 {"phase", astro.phase},
                 {"phases", astro.phases},
                 {"gotos", astro.gotos},
                 {"planet", astro.planet},
                 {"path", astro.path}};
    if (astro.told)
        json["told"] = {{"longitude_east_deg", astro.told->longitude_east_deg},
                        {"latitude_deg", astro.told->latitude_deg},
                        {"clock_error_s", static_cast<double>(astro.told->clock_error.count()) / 1000}};
    return json;
}

Json raw_json(const Raw& raw) {
    return {{"running", raw.active()},      {"name", raw.name},   {"in_album", raw.in_album}, {"target", raw.target},
            {"exposure_s", raw.exposure_s}, {"gain", raw.gain},   {"binning", raw.binning},   {"count", raw.count},
            {"format", raw.format},         {"taken", raw.taken}, {"stacked", raw.stacked},   {"source", raw.source}};
}

Json darks_json(const Darks& darks) {
    return {{"running", static_cast<bool>(darks.running)},
            {"sets", darks.have.size()},
            {"exposure_s", darks.exposure_s},
            {"binning", darks.binning},
            {"count", darks.count},
            {"gains_left", darks.gains_left},
            {"name", darks.name}};
}

Json tracker_json(const Tracker& tracker) {
    return {{"state", static_cast<int>(tracker.state)},
            {"x", tracker.box.x},
            {"y", tracker.box.y},
            {"w", tracker.box.w},
            {"h", tracker.box.h}};
}

Json panorama_json(const Panorama& panorama) {
    return {{"running", static_cast<bool>(panorama.running)},
            {"rows", panorama.rows},
            {"columns", panorama.columns},
            {"taken", panorama.taken},
            {"step_x_deg", panorama.step_x_deg},
            {"step_y_deg", panorama.step_y_deg},
            {"name", panorama.name}};
}

Json rgb_json(const Rgb& rgb) {
    Json json = {{"on", rgb.on}};
    for (std::size_t i = 0; i < rgb.values.size(); ++i) json[rgb_fields()[i]] = rgb.values[i];
    return json;
}

Json faults_json(const Body& body) {
    Json all = Json::array();
    for (const Fault& fault : body.faults.all()) {
        Json one = {{"name", fault.name},
                    {"from_s", static_cast<double>(fault.from.count()) / 1000},
                    {"active", body.now >= fault.from && !Faults::over(fault, body.now)},
                    {"probability", fault.probability}};
        if (fault.frame) one["frame"] = *fault.frame;
        if (fault.interface) one["interface"] = *fault.interface;
        if (fault.count) one["count_left"] = *fault.count;
        if (fault.for_s) one["for_s"] = *fault.for_s;
        all.push_back(std::move(one));
    }
    return all;
}

Json sessions_json(const Body& body) {
    return {{"raw", body.raw.sessions},
            {"raw_frames", body.raw.frames},
            {"photos", body.shots.photos},
            {"wide_photos", body.shots.wide_photos},
            {"videos", body.shots.videos},
            {"darks", body.darks.taken},
            {"time_lapses", body.shots.time_lapses},
            {"panoramas", body.panorama.finished}};
}

Json network_json(const Network& net) {
    return {{"up", net.up},     {"clients", net.clients},         {"received", net.received},
            {"sent", net.sent}, {"lost_pushes", net.lost_pushes}, {"overflowed", net.overflowed}};
}

Json system_json(const Body& body) {
    const System& system = body.system;
    return {
        {"card",
         {{"present", system.card.present},
          {"mtp", system.card.mtp},
          {"usable", card_usable(system.card)},
          {"size_gb", system.card.size_gb},
          {"full", system.card.full},
          {"available_gb", room_gb(system.card)}}},
        {"battery", {{"percent", battery_percent(system.battery, body.now)}, {"charging", system.battery.charging}}},
        {"indicator", system.indicator},
        {"cpu_mode", system.cpu_mode},
        {"rgb", rgb_json(system.rgb)}};
}

}  // namespace

std::string state_text(const Body& body) {
    const WorkingState working = working_state(body);
    Json state = {{"now_s", static_cast<double>(body.now.count()) / 1000},
                  {"boots", body.boots},
                  {"persona", body.network.persona == Persona::v1 ? "v1" : "v2"},
                  {"firmware", body.options.firmware},
                  {"seed", body.options.seed},
                  {"shut_down", body.network.shut_down},
                  {"activity", activity_name(activity(body))},
                  {"working",
                   {{"camState", working.camera},
                    {"photoState", working.photo},
                    {"recordState", working.record},
                    {"trackState", working.track},
                    {"astroState", working.astro}}},
                  {"network", network_json(body.network)},
                  {"clock",
                   {{"set", body.clock.set},
                    {"error_s", static_cast<double>(body.clock.error.count()) / 1000},
                    {"zone", body.clock.zone}}},
                  {"tele", camera_json(body.cameras.tele, body.tele)},
                  {"wide", camera_json(body.cameras.wide, body.wide)},
                  {"focus",
                   {{"fwhm_px", fwhm_px(body)},
                    {"running", static_cast<bool>(body.focus.running)},
                    {"last_code", body.focus.last_code},
                    {"runs", body.focus.runs}}},
                  {"pointing", pointing_json(body)},
                  {"astro", astro_json(body.astro)},
                  {"raw", raw_json(body.raw)},
                  {"darks", darks_json(body.darks)},
                  {"tracker", tracker_json(body.tracker)},
                  {"panorama", panorama_json(body.panorama)},
                  {"motors",
                   {{"spin", motor_json(body.motors.spin, body.now)},
                    {"pitch", motor_json(body.motors.pitch, body.now)},
                    {"focus", motor_json(body.motors.focus, body.now)},
                    {"angle_known", body.motors.angle_known},
                    {"degrees_per_step", kDegreesPerStep}}},
                  {"sessions", sessions_json(body)},
                  {"exposures",
                   {{"begun", body.exposures.numbers},
                    {"told", body.exposures.told},
                    {"waiting", body.exposures.waiting.size()},
                    {"lost", body.exposures.lost}}},
                  {"faults", faults_json(body)}};
    state.update(system_json(body));
    return state.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nightstack::device::sim
