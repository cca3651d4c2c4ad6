// SPDX-License-Identifier: MIT
// scope pano, track, move.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>

#include "device/dwarf/jobs/panorama.h"
#include "device/dwarf/jobs/track.h"
#include "device/dwarf/protocol/check.h"
#include "device/dwarf/protocol/requests.h"
#include "device/model/optics.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/scope/options.h"
#include "tools/scope/stop_notice.h"
#include "tools/scope/verbs.h"

namespace nightstack::tools {

using namespace device::dwarf;

namespace {

// The rules that join two options, in their words.
void check_speed(const std::string& axis, int speed, int subdivision) {
    if (speed > 1000 * subdivision)
        throw OptionError("--" + axis + "speed: " + std::to_string(speed) + ", at most " +
                          std::to_string(1000 * subdivision) + " (1000 times --" + axis + "subdivision) expected");
}

constexpr int kFewestOfFineSteps = 5;

void check_pulses(const request::MotorStart& start) {
    if (start.mode != MotorMode::pulse || start.motor == Motor::focus) return;
    const int least = start.subdivision > 32 ? kFewestOfFineSteps : 2;
    if (start.pulses < least)
        throw OptionError("--pulses: " + std::to_string(start.pulses) + ", at least " + std::to_string(least) +
                          " expected with --subdivision " + std::to_string(start.subdivision));
}

// How far a full step turns a real scope nobody has published (docs/unknowns.md); the twin guesses the same.
constexpr double kGuessedDegreesPerStep = 0.0125;
constexpr double kOverlap = 0.3;  // of two pictures side by side
constexpr int kUsualSubdivision = 64;
constexpr int kUsualSpeed = 5000;  // pulses a second, at that subdivision

struct AxisOptions {
    int subdivision = kUsualSubdivision;
    std::optional<int> speed, pulses;
};

// From picture to picture by the guess, at any subdivision the same.
int guessed_pulses(double field_deg, int subdivision) {
    return static_cast<int>(std::lround(field_deg * (1 - kOverlap) / kGuessedDegreesPerStep * subdivision));
}

request::Axis axis_of(const AxisOptions& o, double field_deg) {
    request::Axis axis;
    axis.subdivision = o.subdivision;
    const int sane = std::clamp(o.subdivision, 1, 256);  // others are refused with the request
    axis.speed = o.speed.value_or(std::max(1, kUsualSpeed * sane / kUsualSubdivision));
    axis.pulses = o.pulses.value_or(guessed_pulses(field_deg, sane));
    return axis;
}

struct PanoOptions {
    request::Panorama grid;
    AxisOptions spin, pitch;
    bool stop = false;
};

int take_panorama(ScopeCall& call, const PanoOptions& o) {
    const auto tele = device::find_optics("DWARF II", device::Lens::tele, 3840, 2160);
    jobs::PanoramaPlan plan;
    plan.panorama = o.grid;
    plan.panorama.spin = axis_of(o.spin, tele->optics->field_x_deg.value());
    plan.panorama.pitch = axis_of(o.pitch, tele->optics->field_y_deg.value());
    plan.utc = call.options().utc();
    if (!o.spin.pulses || !o.pitch.pulses)
        call.talk().say(
            "how far a pulse turns the scope is a guess: if the pictures leave gaps or are nearly the same, "
            "give --spin-pulses and --pitch-pulses (now " +
            std::to_string(plan.panorama.spin.pulses) + " and " + std::to_string(plan.panorama.pitch.pulses) + ")");
    const StopNotice notice(call.stop(), call.progress(), "stopping the panorama");
    return call.finish(jobs::panorama(call.driver(), plan));
}

void check_pano(const PanoOptions& o) {
    if (o.stop) return;
    const request::Axis spin = axis_of(o.spin, 1), pitch = axis_of(o.pitch, 1);
    check_speed("spin-", spin.speed, spin.subdivision);
    check_speed("pitch-", pitch.speed, pitch.subdivision);
}

void add_pano(Verbs& verbs) {
    const auto o = std::make_shared<PanoOptions>();
    const auto run = [o](ScopeCall& call) {
        if (o->stop) return call.command(request::stop_panorama(), "stopping the panorama", "the panorama is stopped");
        return take_panorama(call, *o);
    };
    CLI::App& app = verbs.add_connected("pano", interface_help(10103), run, [o] { check_pano(*o); });
    add_field_option(app, "--rows", o->grid.rows, 10103, "row");
    add_field_option(app, "--columns", o->grid.columns, 10103, "col");
    const auto axis = [&](const std::string& name, AxisOptions& a, const std::string& number) {
        const std::string flag = "--" + name;
        app.add_option(
               flag + "-pulses", a.pulses,
               name + ": " + field_help(10103, "pulse" + number) + "; without it seven tenths of a picture by a guess")
            ->check(field_range(10103, "pulse" + number))
            ->type_name("N");
        app.add_option(flag + "-speed", a.speed,
                       "speed of the " + name + " motor: 0 to 1000 times " + flag +
                           "-subdivision; without it 5000 at subdivision 64")
            ->check(field_range(10103, "speed" + number))
            ->type_name("N");
        add_field_option(app, flag + "-subdivision", a.subdivision, 10103, "mStep" + number);
    };
    axis("spin", o->spin, "1");
    axis("pitch", o->pitch, "2");
    add_stop_flag(app, o->stop, "end the panorama that runs");
    app.footer(
        "How far a pulse turns a real scope is not documented. Without --spin-pulses and --pitch-pulses a full step "
        "is\n"
        "taken for 0.0125 degrees and pictures of the tele camera shall overlap by 30 percent: try 2 x 2 and look.\n"
        "Ctrl-C stops the scope.");
}

Box parse_box(const std::string& text) {
    Box box;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%5d,%5d,%5d,%5d%c", &box.x, &box.y, &box.width, &box.height, &rest) != 4)
        throw OptionError("scope track " + printable(text) + ": X,Y,WIDTH,HEIGHT in the 1920x1080 picture expected");
    return box;
}

std::string box_json(const Box& box) {
    return "[" + std::to_string(box.x) + "," + std::to_string(box.y) + "," + std::to_string(box.width) + "," +
           std::to_string(box.height) + "]";
}

void add_track(Verbs& verbs) {
    struct Options {
        std::string box;
        bool stop = false;
    };
    const auto o = std::make_shared<Options>();
    const auto run = [o](ScopeCall& call) {
        if (o->stop) return call.command(request::stop_tracking(), "stopping the tracking", "tracking is stopped");
        const StopNotice notice(call.stop(), call.progress(), "stopping the tracking");
        return call.finish(jobs::track(call.driver(), parse_box(o->box), [&call](const Box& box) {
            call.talk().event(event_line("box", {{"box", box_json(box)}}));
            call.talk().detail("box " + box_json(box));
        }));
    };
    CLI::App& app = verbs.add_connected("track", "Follow something that moves in the picture", run, [o] {
        if (o->stop) return;
        if (o->box.empty()) throw OptionError("scope track: a box X,Y,WIDTH,HEIGHT or --stop expected");
        check_request(request::start_tracking(parse_box(o->box)));
    });
    app.add_option("BOX", o->box, "X,Y,WIDTH,HEIGHT in the 1920x1080 picture")->type_name("");
    add_stop_flag(app, o->stop, "end the tracking that runs");
    app.footer("Example: nightstack scope track 900,500,120,80    Ctrl-C ends the tracking.");
}

struct MoveOptions {
    request::MotorStart start;
    std::string motor, turn;
    bool continuous = false, stop = false;
};

Motor motor_of_word(const std::string& word) {
    if (word == "spin") return Motor::spin;
    return word == "pitch" ? Motor::pitch : Motor::focus;
}

// The turns of the focus motor have names of their own.
request::MotorStart start_of(const MoveOptions& o) {
    request::MotorStart start = o.start;
    start.motor = motor_of_word(o.motor);
    start.mode = o.continuous ? MotorMode::continuous : MotorMode::pulse;
    // Clients send pulses with a continuous run as well: a number that every subdivision allows.
    if (o.continuous) start.pulses = std::max(start.pulses, kFewestOfFineSteps);
    const bool of_focus = o.turn == "minus" || o.turn == "plus";
    if (!o.turn.empty() && of_focus != (start.motor == Motor::focus))
        throw OptionError("--direction " + o.turn + ": the " + o.motor + " motor turns " +
                          (of_focus ? "clockwise or anticlockwise" : "minus or plus"));
    start.turn = o.turn == "anticlockwise" || o.turn == "plus" ? Turn::anticlockwise : Turn::clockwise;
    return start;
}

void check_move(const MoveOptions& o) {
    if (o.stop) return;
    const request::MotorStart start = start_of(o);
    check_speed("", start.speed, start.subdivision);
    check_pulses(start);
}

int move(ScopeCall& call, const MoveOptions& o) {
    const request::MotorStart start = start_of(o);
    if (o.stop) {
        constexpr int kStandsAlready = -6;
        const jobs::Sent sent = call.driver().send(request::stop_motor(start.motor));
        if (sent.answered() && (sent.code() == 0 || sent.code() == kStandsAlready))
            return call.finish(jobs::done("the " + o.motor + " motor stands"));
        return call.finish(jobs::trouble(sent, "stopping the motor"));
    }
    return call.command(request::start_motor(start), "moving",
                        o.continuous
                            ? "the " + o.motor + " motor runs; nightstack scope move " + o.motor + " --stop ends it"
                            : "the " + o.motor + " motor moves by " + std::to_string(start.pulses) + " pulses");
}

void add_move(Verbs& verbs) {
    const auto o = std::make_shared<MoveOptions>();
    CLI::App& app = verbs.add_connected(
        "move", "Turn a motor by hand: spin, pitch or focus", [o](ScopeCall& call) { return move(call, *o); },
        [o] { check_move(*o); });
    app.add_option("MOTOR", o->motor, "spin, pitch or focus")
        ->required()
        ->check(one_of_words({"spin", "pitch", "focus"}))
        ->type_name("");
    app.add_option("--direction", o->turn,
                   "clockwise (pitch: probably up) or anticlockwise; of the focus motor minus or plus")
        ->check(one_of_words({"clockwise", "anticlockwise", "minus", "plus"}))
        ->default_str("clockwise, minus")
        ->type_name("NAME");
    add_field_option(app, "--pulses", o->start.pulses, 10100, "pulse",
                     "pulses to turn by: at least 2, with --subdivision above 32 at least 5, of the focus motor 1");
    app.add_flag("--continuous", o->continuous, "until --stop or a limit");
    add_field_option(app, "--speed", o->start.speed, 10100, "speed",
                     "pulses per second: 1 to 50000, at most 1000 times --subdivision");
    add_field_option(app, "--subdivision", o->start.subdivision, 10100, "mStep");
    add_field_option(app, "--acceleration", o->start.acceleration, 10100, "accelStep");
    add_stop_flag(app, o->stop, "stop the motor");
    app.footer("Example: nightstack scope move spin --direction clockwise --pulses 200 --speed 800");
}

}  // namespace

void add_motion_verbs(Verbs& verbs) {
    add_pano(verbs);
    add_track(verbs);
    add_move(verbs);
}

}  // namespace nightstack::tools
