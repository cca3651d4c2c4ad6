// SPDX-License-Identifier: MIT
// scope open, close, photo, video, timelapse.
#include <CLI/CLI.hpp>
#include <memory>

#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/counted.h"
#include "pipeline/core/error.h"
#include "tools/cli/number_between.h"
#include "tools/scope/options.h"
#include "tools/scope/verbs.h"

namespace nightstack::tools {

using namespace device::dwarf;
using device::Lens;

namespace {

void add_open(Verbs& verbs) {
    struct Options {
        Lens lens = Lens::tele;
        Binning binning = Binning::two;
    };
    const auto o = std::make_shared<Options>();
    CLI::App& app = verbs.add_connected("open", interface_help(10000), [o](ScopeCall& call) {
        const jobs::Sent sent = call.driver().send(request::open_camera(o->lens, o->binning));
        constexpr int kOpenAlready = -1;
        if (sent.answered() && sent.code() == kOpenAlready)
            return call.finish(
                jobs::done("the " + lens_word(o->lens) + " camera was open already; its binning stays as it was"));
        if (sent.answered() && sent.code() == 0)
            return call.finish(jobs::done("the " + lens_word(o->lens) + " camera is open"));
        return call.finish(jobs::trouble(sent, "opening the camera"));
    });
    add_lens_option(app, o->lens);
    add_binning_option(app, o->binning, field_help(10000, "binning"));
}

void add_close(Verbs& verbs) {
    const auto lens = std::make_shared<Lens>(Lens::tele);
    CLI::App& app = verbs.add_connected("close", interface_help(10017), [lens](ScopeCall& call) {
        return call.command(request::close_camera(*lens), "closing the camera",
                            "the " + lens_word(*lens) + " camera is closed");
    });
    add_lens_option(app, *lens);
}

void add_photo(Verbs& verbs) {
    struct Options {
        Lens lens = Lens::tele;
        int count = 1;
    };
    const auto o = std::make_shared<Options>();
    CLI::App& app = verbs.add_connected("photo", interface_help(10006), [o](ScopeCall& call) {
        const std::string name = name_for(NameKind::photo, call.options().utc());
        const PhotoMode mode = o->count == 1 ? PhotoMode::single : PhotoMode::continuous;
        return call.command(request::photo(o->lens, mode, o->count, name), "the photo",
                            counted(o->count, "photo", "photos") + " asked for as " + name);
    });
    add_lens_option(app, o->lens);
    add_field_option(app, "--count", o->count, 10006, "count");
}

// start and stop of a recording, or for a time.
struct Recording {
    std::string action;
    double seconds = 0;
};

void add_action(CLI::App& app, Recording& o) {
    app.callback([&o, name = app.get_name()] {
        if (o.action.empty() == (o.seconds <= 0))
            throw CLI::ValidationError("scope " + name, "start, stop or --for S expected");
    });
    app.add_option("ACTION", o.action, "start or stop; with --for both")
        ->check(one_of_words({"start", "stop"}))
        ->type_name("");
    app.add_option("--for", o.seconds, "record for so many seconds, then stop")
        ->check(number_between(1.0, 86400.0))
        ->type_name("S");
}

int record(ScopeCall& call, const Recording& o, const Message& start, const Message& stop, const std::string& what) {
    if (o.action == "stop") return call.command(stop, "stopping the " + what, "the " + what + " is stopped");
    const std::string name = start.text("name").value_or("");
    const jobs::Sent sent = call.driver().send(start);
    if (!sent.answered() || sent.code() != 0) return call.finish(jobs::trouble(sent, "starting the " + what));
    if (o.action == "start") return call.finish(jobs::done("the " + what + " is being recorded as " + name));
    call.talk().say("recording " + name);
    call.driver().rest(Milliseconds(static_cast<std::int64_t>(o.seconds * 1000)));
    const jobs::Sent stopped = call.driver().insist_on(stop, jobs::kReturnTime);  // also after Ctrl-C
    if (!stopped.answered() || stopped.code() != 0) return call.finish(jobs::trouble(stopped, "stopping the " + what));
    const std::string words = "the " + what + " is recorded as " + name;
    return call.finish(call.stop().stop_requested() ? jobs::stopped(words + ", cut short") : jobs::done(words));
}

void add_video(Verbs& verbs) {
    const auto o = std::make_shared<Recording>();
    CLI::App& app = verbs.add_connected("video", "Record a video with the tele camera", [o](ScopeCall& call) {
        return record(call, *o, request::start_video(name_for(NameKind::photo, call.options().utc())),
                      request::stop_video(), "video");
    });
    add_action(app, *o);
}

void add_time_lapse(Verbs& verbs) {
    struct Options {
        Recording recording;
        int interval_s = 5, duration_s = 60;
    };
    const auto o = std::make_shared<Options>();
    CLI::App& app = verbs.add_connected("timelapse", "Record a time lapse with the tele camera", [o](ScopeCall& call) {
        const Message start =
            request::start_time_lapse(std::chrono::seconds(o->interval_s), std::chrono::seconds(o->duration_s),
                                      name_for(NameKind::time_lapse, call.options().utc()));
        return record(call, o->recording, start, request::stop_time_lapse(), "time lapse");
    });
    add_action(app, o->recording);
    add_field_option(app, "--interval", o->interval_s, 10018, "interval");
    add_field_option(app, "--duration", o->duration_s, 10018, "outTime");
}

}  // namespace

void add_camera_verbs(Verbs& verbs) {
    add_open(verbs);
    add_close(verbs);
    add_photo(verbs);
    add_video(verbs);
    add_time_lapse(verbs);
}

}  // namespace nightstack::tools
