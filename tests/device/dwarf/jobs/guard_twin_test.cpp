// SPDX-License-Identifier: MIT
// The guard beside the twin, state by state, for both cameras: what it refuses the twin refuses with the same code, and
// it lets nothing pass that the twin refuses, but for what the scope does not tell.
#include <map>
#include <set>

#include "device/dwarf/protocol/quirks.h"
#include "night.h"

namespace nightstack::device::dwarf::jobs {
namespace {

struct State {
    const char* name;
    void (*reach)(Night&);
};

void send(Night& night, const Message& message) {
    const Sent sent = night.driver.send(message);
    ASSERT_TRUE(sent.answered() && sent.code() >= 0) << message.interface() << " " << sent.code();
}

request::Raw raw_frames() {
    return {.exposure = Seconds{5}, .binning = Binning::two, .count = 500, .name = "DWARF_RAW_20230901210507"};
}
request::Darks dark_frames() {
    return {.gains = {80}, .exposure = Seconds{5}, .count = 40, .name = "DWARF_DARK_20230901210507"};
}
request::Panorama grid() {
    return {.rows = 20,
            .columns = 20,
            .spin = {64, 5000, 200, 20},
            .pitch = {64, 5000, 200, 20},
            .name = "DWARF_PANORAMA_20230901210507"};
}
Message calibration(const Night& n) { return request::calibrate(kSite, n.utc(), "DWARF_GOTO_20230901210507"); }
Message go_there(const Night& n) { return request::go_to(kTarget, kSite, n.utc(), "DWARF_GOTO_20230901210507"); }

void prepare(Night& n) { ASSERT_EQ(n.prepare().kind, Outcome::Kind::done); }
void calibrate(Night& n) {
    prepare(n);
    ASSERT_EQ(n.calibrate().kind, Outcome::Kind::done);
}
void prepare_tracker(Night& n) {
    prepare(n);
    send(n, request::init_tracking());
    n.driver.rest(Milliseconds{15000});
}

const State kStates[] = {
    {"closed", [](Night&) {}},
    {"open", prepare},
    {"calibrated", calibrate},
    {"RAW",
     [](Night& n) {
         prepare(n);
         send(n, request::take_raw(raw_frames()));
     }},
    {"darks",
     [](Night& n) {
         prepare(n);
         send(n, request::take_darks(dark_frames()));
     }},
    {"panorama",
     [](Night& n) {
         calibrate(n);
         send(n, request::start_panorama(grid()));
     }},
    {"photos",
     [](Night& n) {
         prepare(n);
         send(n, request::photo(Lens::tele, PhotoMode::continuous, 900, "DWARF_20230901210507"));
     }},
    {"video",
     [](Night& n) {
         prepare(n);
         send(n, request::start_video("DWARF_20230901210507"));
     }},
    {"time lapse",
     [](Night& n) {
         prepare(n);
         send(n,
              request::start_time_lapse(std::chrono::seconds(5), std::chrono::seconds(60), "DWARF_TL_20230901210507"));
     }},
    {"calibrating",
     [](Night& n) {
         prepare(n);
         send(n, calibration(n));
         n.driver.rest(Milliseconds{7000});
     }},
    {"seeking",
     [](Night& n) {
         calibrate(n);
         send(n, go_there(n));
     }},
    {"stopping",
     [](Night& n) {
         n.ready();
         n.driver.send(request::stop_goto());
     }},
    {"sky", [](Night& n) { n.ready(); }},
    {"RAW of the sky",
     [](Night& n) {
         n.ready();
         send(n, request::take_raw(raw_frames()));
     }},
    {"tracker starting",
     [](Night& n) {
         prepare(n);
         send(n, request::init_tracking());
     }},
    {"tracker ready", prepare_tracker},
    {"box",
     [](Night& n) {
         prepare_tracker(n);
         send(n, request::start_tracking({900, 500, 100, 80}));
     }},
    {"card lent",
     [](Night& n) {
         prepare(n);
         send(n, request::mtp());
     }},
};

std::vector<Message> of_camera(Lens lens) {
    std::vector<Message> all = {request::exposure_mode(lens, ExposureMode::manual),
                                request::exposure(lens, Seconds{0.5}),
                                request::gain_mode(lens, GainMode::manual),
                                request::gain(lens, 100),
                                request::brightness(lens, 10),
                                request::contrast(lens, 10),
                                request::saturation(lens, 10),
                                request::hue(lens, 10),
                                request::sharpness(lens, 3),
                                request::white_balance_mode(lens, WhiteBalanceMode::manual),
                                request::white_balance_scene(lens, WhiteBalanceScene{}),
                                request::colour_temperature(lens, 4500),
                                request::close_camera(lens)};
    return all;
}

std::vector<Message> every_request(const Night& n) {
    std::vector<Message> all = of_camera(Lens::tele);
    for (Message& m : of_camera(Lens::wide)) all.push_back(std::move(m));
    const Message rest[] = {
        request::ir_filter(IrFilter::cut),
        request::preview_quality(60),
        request::preview_source(PreviewSource::stack),
        request::photo(Lens::tele, PhotoMode::single, 1, "DWARF_20230901210507"),
        request::start_video("DWARF_20230901210507"),
        request::start_time_lapse(std::chrono::seconds(5), std::chrono::seconds(60), "DWARF_TL_20230901210507"),
        request::take_raw(raw_frames()),
        request::take_darks(dark_frames()),
        request::start_panorama(grid()),
        request::autofocus_global(),
        request::astro_autofocus(),
        calibration(n),
        go_there(n),
        request::init_tracking(),
        request::start_tracking({900, 500, 100, 80}),
        request::start_motor({.motor = Motor::spin}),
        request::start_motor({.motor = Motor::pitch}),
        request::start_motor({.motor = Motor::focus}),
        request::motor_turn(Motor::spin, Turn::clockwise),
        request::mtp(),
        request::power_light(true),
        request::power(),
        request::dark_gains(Binning::two),
    };
    all.insert(all.end(), std::begin(rest), std::end(rest));
    return all;
}

std::string camera_of(const Message& m) { return lens_of(m) == Lens::wide ? " wide" : ""; }

// The twin's no that the scope's state does not tell beforehand.
bool cannot_be_known(const Message& m, std::int64_t code) {
    // -48 the angle, -19 a calibration of an earlier night; a tracker that is there already is no trouble.
    if (code == -48 || code == -19) return true;
    if (m.interface() == 11200) return code == -13 || code == -14 || code == -15;
    return m.interface() == 10017 && code == -2;  // closing what is closed does no harm
}

// Deliberate: frames are worth more than the scope's obedience.
bool stricter(const std::string& state, const Message& m) { return state == "RAW" && m.interface() == 10100; }

// Where two reasons hold, the twin may name the other: of a tracker its own state first.
bool other_word(const std::string& state, const Message& m) {
    return m.interface() == 11200 || m.interface() == 11201 || (state == "RAW of the sky" && m.interface() == 10100);
}

void compare(const State& state, std::size_t which, std::map<std::string, int>& refused) {
    Night night;
    state.reach(night);
    night.driver.send(request::open_camera(Lens::wide, Binning::none));
    night.driver.send(request::system_state());
    if (std::string_view(state.name) == "stopping") night.driver.send(request::stop_goto());
    ASSERT_TRUE(night.driver.refresh());
    const Message request = every_request(night)[which];
    SCOPED_TRACE(std::string(state.name) + ": " + std::to_string(request.interface()) + camera_of(request));
    const auto no = refuse(night.state, request);
    const Reply reply = night.link.ask(request, Milliseconds{60000});
    ASSERT_TRUE(reply.message);
    const std::int64_t code = reply.message->integer("code").value_or(0);
    if (!no) {
        EXPECT_TRUE(code >= 0 || cannot_be_known(request, code)) << "passes, the twin says " << code;
        return;
    }
    ++refused[state.name];
    if (stricter(state.name, request)) return;
    EXPECT_LT(code, 0) << no->words;
    if (no->code && !other_word(state.name, request)) {
        EXPECT_EQ(*no->code, code) << no->words;
    }
}

TEST(GuardBesideTheTwin, BothRefuseTheSame) {
    const std::size_t requests = every_request(Night{}).size();
    std::map<std::string, int> refused;
    for (const State& state : kStates)
        for (std::size_t i = 0; i < requests; ++i) compare(state, i, refused);
    EXPECT_GT(refused["closed"], 20);
    EXPECT_GT(refused["RAW"], 20);
    EXPECT_EQ(refused["open"], 1) << "tracking that was not prepared";
    EXPECT_EQ(refused["tracker ready"], 0);
    EXPECT_EQ(refused.size(), std::size(kStates)) << "with the zero just asked for";
}

// Closed by us, opened by the phone's app since.
TEST(GuardBesideTheTwin, TheWideCameraOpenedByAnotherIsUsed) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Outcome::Kind::done);
    EXPECT_EQ(night.driver.send(request::open_camera(Lens::wide, Binning::none)).code(), 0);
    EXPECT_EQ(night.driver.send(request::close_camera(Lens::wide)).code(), 0);
    night.driver.rest(Milliseconds{2000});
    const Message setting = request::gain(Lens::wide, 100);
    EXPECT_EQ(night.driver.send(setting).fate, Sent::Fate::refused);
    night.peer.other_client(request::open_camera(Lens::wide, Binning::none), night.link.time());
    EXPECT_EQ(night.driver.send(setting).code(), 0);
    EXPECT_EQ(night.link.sent(10005), 2) << "the tele camera's, and this one";
    EXPECT_EQ(value_of(night.state.wide_camera), CameraState::open);
}

TEST(GuardBesideTheTwin, NoStopIsHeldBack) {
    for (const State& state : kStates) {
        Night night;
        state.reach(night);
        for (const Message& stop : {request::stop_raw(), request::stop_goto(), request::stop_tracking(),
                                    request::stop_panorama(), request::stop_video(), request::stop_time_lapse(),
                                    request::stop_motor(Motor::spin), request::shut_down()})
            EXPECT_FALSE(refuse(night.state, stop)) << state.name << " " << stop.interface();
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
