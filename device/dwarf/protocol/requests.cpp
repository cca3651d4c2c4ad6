// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/requests.h"

#include "device/dwarf/protocol/quirks.h"

namespace nightstack::device::dwarf::request {
namespace {

Message of_camera(int interface, Lens lens) {
    Message message(interface);
    message.set("camId", wire_camera(lens));
    return message;
}

Message with_value(int interface, Lens lens, int value) { return of_camera(interface, lens).set("value", value); }
Message with_mode(int interface, Lens lens, int mode) { return of_camera(interface, lens).set("mode", mode); }

}  // namespace

Message open_camera(Lens lens, Binning binning) {
    return of_camera(10000, lens).set("binning", static_cast<int>(binning));
}
Message close_camera(Lens lens) { return of_camera(10017, lens); }
Message preview_quality(int percent) { return Message(10016).set("value", percent); }

Message photo(Lens lens, PhotoMode mode, int count, const std::string& name) {
    return of_camera(10006, lens).set("mode", static_cast<int>(mode)).set("count", count).set("name", name);
}

Message start_video(const std::string& name) { return of_camera(10007, Lens::tele).set("name", name); }
Message stop_video() { return of_camera(10009, Lens::tele); }

Message start_time_lapse(std::chrono::seconds interval, std::chrono::seconds duration, const std::string& name) {
    return of_camera(10018, Lens::tele)
        .set("interval", std::int64_t{interval.count()})
        .set("outTime", std::int64_t{duration.count()})
        .set("name", name);
}
Message stop_time_lapse() { return of_camera(10019, Lens::tele); }

Message exposure_mode(Lens lens, ExposureMode mode) { return with_mode(10001, lens, wire_exposure_mode(lens, mode)); }
Message exposure(Lens lens, Seconds value) { return of_camera(10003, lens).set("value", wire_number(value.count())); }
Message gain_mode(Lens lens, GainMode mode) { return with_mode(10004, lens, static_cast<int>(mode)); }
Message gain(Lens lens, int value) { return with_value(10005, lens, value); }
Message ir_filter(IrFilter filter) { return with_value(10203, Lens::tele, static_cast<int>(filter)); }
Message brightness(Lens lens, int value) { return with_value(10204, lens, value); }
Message contrast(Lens lens, int value) { return with_value(10205, lens, value); }
Message saturation(Lens lens, int value) { return with_value(10206, lens, value); }
Message hue(Lens lens, int value) { return with_value(10207, lens, value); }
Message sharpness(Lens lens, int value) { return with_value(10208, lens, value); }

Message autofocus_global() { return with_mode(10211, Lens::tele, 0).set("centerX", 0).set("centerY", 0); }
Message autofocus_area(int center_x, int center_y) {
    return with_mode(10211, Lens::tele, 1).set("centerX", center_x).set("centerY", center_y);
}
Message astro_autofocus() { return of_camera(10031, Lens::tele); }

Message white_balance_mode(Lens lens, WhiteBalanceMode mode) { return with_mode(10212, lens, static_cast<int>(mode)); }
Message white_balance_scene(Lens lens, WhiteBalanceScene scene) {
    return with_mode(10213, lens, static_cast<int>(scene));
}
Message colour_temperature(Lens lens, int kelvin) { return with_value(10214, lens, kelvin); }

Message tele_state() { return of_camera(10215, Lens::tele); }
Message wide_state() { return of_camera(10217, Lens::wide); }
Message ir_state() { return of_camera(10216, Lens::tele); }
Message working_state() { return of_camera(10022, Lens::tele); }
Message power() { return Message(11003); }
Message card_size() { return Message(11405); }
Message card_present() { return Message(11409); }
Message system_state() { return Message(11407); }
Message version() { return Message(11410); }

Message rgb(const Light& light) {
    return Message(11000)
        .set("mode", light.mode)
        .set("hue", light.hue)
        .set("saturation", light.saturation)
        .set("value", light.value)
        .set("background", light.background)
        .set("delayTime", light.delay)
        .set("breatheDelay", light.breathe_delay)
        .set("cycleNum", light.cycles)
        .set("cycleFlag", light.cycle_flag);
}
Message rgb_off() { return Message(11008); }
Message power_light(bool on) { return Message(on ? 11009 : 11010); }
Message mtp() { return Message(11408); }
Message shut_down() { return Message(11004); }

}  // namespace nightstack::device::dwarf::request
