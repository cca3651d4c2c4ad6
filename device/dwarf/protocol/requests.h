// SPDX-License-Identifier: MIT
// Every request of the API V1 in sensible types: our sense in, a Message in the wire's sense out
// (quirks.h). Values are not judged here, check_request (check.h) does that before sending; only
// what has no form on the wire at all throws OptionError. Pure functions, any thread.
// Facts: API text V1.0, the vendor's JavaScript library and the clients built on it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "device/dwarf/protocol/message.h"
#include "device/dwarf/protocol/types.h"
#include "device/model/optics.h"
#include "device/model/target.h"

namespace nightstack::device::dwarf::request {

// --- camera, photo, video
Message open_camera(Lens lens, Binning binning);
Message close_camera(Lens lens);
Message preview_quality(int percent);  // 30..85
Message photo(Lens lens, PhotoMode mode, int count, const std::string& name);
Message start_video(const std::string& name);  // video and time lapse: tele only
Message stop_video();
Message start_time_lapse(std::chrono::seconds interval, std::chrono::seconds duration, const std::string& name);
Message stop_time_lapse();

// --- picture (ISP). Leave half a second between two of these, a mode before its value.
Message exposure_mode(Lens lens, ExposureMode mode);
Message exposure(Lens lens, Seconds value);
Message gain_mode(Lens lens, GainMode mode);
Message gain(Lens lens, int value);
Message ir_filter(IrFilter filter);
Message brightness(Lens lens, int value);
Message contrast(Lens lens, int value);
Message saturation(Lens lens, int value);
Message hue(Lens lens, int value);
Message sharpness(Lens lens, int value);
Message autofocus_global();
Message autofocus_area(int center_x, int center_y);  // in the 1920x1080 picture
Message astro_autofocus();
Message white_balance_mode(Lens lens, WhiteBalanceMode mode);
Message white_balance_scene(Lens lens, WhiteBalanceScene scene);
Message colour_temperature(Lens lens, int kelvin);

// --- questions
Message tele_state();
Message wide_state();
Message ir_state();
Message working_state();  // answered for the tele camera only
Message power();
Message card_size();
Message card_present();
Message system_state();
Message version();

// --- astronomy
Message calibrate(const Site& site, Utc time, const std::string& name);
Message go_to(const Target& target, const Site& site, Utc time, const std::string& name);
Message stop_goto();

struct Raw {
    std::string target{};               // "" goes as "NULL", as the vendor's library does
    std::optional<Equatorial> place{};  // for the header and the session file
    Seconds exposure{15};
    int gain = 80;
    Binning binning = Binning::none;
    int count = 1;
    RawFormat format = RawFormat::fits;
    std::string name{};  // name_for(NameKind::raw, ...)
};
Message take_raw(const Raw& raw);
Message stop_raw();
Message preview_source(PreviewSource source);

struct Darks {
    std::vector<int> gains{};  // steps of 10
    Seconds exposure{15};
    Binning binning = Binning::none;
    int count = 40;
    std::string name{};  // name_for(NameKind::dark, ...)
};
Message take_darks(const Darks& darks);
Message dark_gains(Binning binning);  // for which gains darks exist

// --- tracking
Message init_tracking();
Message start_tracking(const Box& box);
Message stop_tracking();

// --- motors. The meaning of a pulse in degrees is not known; it has to be measured.
struct MotorStart {
    Motor motor = Motor::spin;
    MotorMode mode = MotorMode::pulse;
    int subdivision = 1;  // mStep: 1, 2, 4 ... 256
    int speed = 1000;
    Turn turn = Turn::clockwise;
    int pulses = 2;
    int acceleration = 20;  // accelStep
};
Message start_motor(const MotorStart& start);
Message stop_motor(Motor motor, int deceleration = 20);
Message motor_speed(Motor motor, int speed, int acceleration, Trend trend);
Message motor_turn(Motor motor, Turn turn);
Message motor_subdivision(Motor motor, int subdivision);

struct Axis {  // one of the two motors of a panorama
    int subdivision = 64;
    int speed = 5000;
    int pulses = 2;
    int acceleration = 20;
};
struct Panorama {
    int rows = 3;
    int columns = 3;
    Axis spin{};         // motor 1
    Axis pitch{};        // motor 2
    std::string name{};  // name_for(NameKind::panorama, ...)
};
Message start_panorama(const Panorama& panorama);
Message stop_panorama();

// --- system
struct Light {
    int mode = 96;  // 96..105
    int hue = 0;
    int saturation = 0;
    int value = 0;
    int background = 0;
    int delay = 1;
    int breathe_delay = 1;
    int cycles = 0;
    int cycle_flag = 0;
};
Message rgb(const Light& light);
Message rgb_off();
Message power_light(bool on);  // the light that shows the power state
Message mtp();                 // card to the computer over USB
Message shut_down();

}  // namespace nightstack::device::dwarf::request
