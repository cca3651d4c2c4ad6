// SPDX-License-Identifier: MIT
// Requests that move the scope or take the night's frames: astronomy, tracking, motors, panorama.
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::request {
namespace {

Message of_tele(int interface) {
    Message message(interface);
    message.set("camId", wire_camera(Lens::tele));
    return message;
}

Message of_motor(int interface, Motor motor) {
    Message message(interface);
    message.set("id", static_cast<int>(motor));
    return message;
}

}  // namespace

Message calibrate(const Site& site, Utc time, const std::string& name) {
    Message message = of_tele(11205);
    set_site(message, site);
    return message.set("date", wire_date(time)).set("path", name);
}

Message go_to(const Target& target, const Site& site, Utc time, const std::string& name) {
    Message message = of_tele(11203);
    set_site(message, site);
    message.set("date", wire_date(time)).set("path", name);
    set_place(message, target.place);
    return message;
}

Message stop_goto() { return of_tele(11204); }

Message take_raw(const Raw& raw) {
    Message message = of_tele(10011);
    message.set("target", raw.target.empty() ? std::string("NULL") : raw.target);
    const Equatorial place = raw.place.value_or(Equatorial{});  // zeroes: unknown, as in the scope's own headers
    message.set("RA", wire_ra_text(place.ra_deg)).set("DEC", wire_dec_text(place.dec_deg));
    message.set("exp", wire_number(raw.exposure.count())).set("gain", raw.gain);
    message.set("binning", static_cast<int>(raw.binning)).set("count", raw.count).set("name", raw.name);
    return message.set("overlayCount", 1).set("format", static_cast<int>(raw.format));
}

// Without camId a real scope stays silent and goes on shooting.
Message stop_raw() { return of_tele(10015); }

Message preview_source(PreviewSource source) { return of_tele(10020).set("source", static_cast<int>(source)); }

Message take_darks(const Darks& darks) {
    Message message = of_tele(10026);
    message.set("count", darks.count).set("name", darks.name).set("binning", static_cast<int>(darks.binning));
    message.set("darkGain", gain_mask(darks.gains));
    set_dark_exposure(message, darks.exposure);
    return message;
}

Message dark_gains(Binning binning) { return of_tele(10027).set("binning", static_cast<int>(binning)); }

Message init_tracking() { return Message(11200); }
Message start_tracking(const Box& box) {
    return of_tele(11201).set("x", box.x).set("y", box.y).set("w", box.width).set("h", box.height);
}
Message stop_tracking() { return of_tele(11202); }

Message start_motor(const MotorStart& start) {
    return of_motor(10100, start.motor)
        .set("mode", wire_motor_mode(start.mode))
        .set("mStep", start.subdivision)
        .set("speed", start.speed)
        .set("accelStep", start.acceleration)
        .set("direction", static_cast<int>(start.turn))
        .set("pulse", start.pulses);
}

Message stop_motor(Motor motor, int deceleration) { return of_motor(10101, motor).set("decelStep", deceleration); }

Message motor_speed(Motor motor, int speed, int acceleration, Trend trend) {
    return of_motor(10107, motor)
        .set("speed", speed)
        .set("accelStep", acceleration)
        .set("trend", static_cast<int>(trend));
}

Message motor_turn(Motor motor, Turn turn) { return of_motor(10108, motor).set("direction", static_cast<int>(turn)); }
Message motor_subdivision(Motor motor, int subdivision) { return of_motor(10109, motor).set("mStep", subdivision); }

Message start_panorama(const Panorama& panorama) {
    const Axis& one = panorama.spin;
    const Axis& two = panorama.pitch;
    return Message(10103)
        .set("row", panorama.rows)
        .set("col", panorama.columns)
        .set("mStep1", one.subdivision)
        .set("mStep2", two.subdivision)
        .set("speed1", one.speed)
        .set("speed2", two.speed)
        .set("pulse1", one.pulses)
        .set("pulse2", two.pulses)
        .set("imgPath", panorama.name)
        .set("accelStep1", one.acceleration)
        .set("accelStep2", two.acceleration);
}

Message stop_panorama() { return Message(10106); }

}  // namespace nightstack::device::dwarf::request
