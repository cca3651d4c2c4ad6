// SPDX-License-Identifier: MIT
// scope calibrate, goto.
#include <CLI/CLI.hpp>
#include <memory>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/jobs/calibrate.h"
#include "device/dwarf/jobs/go_to.h"
#include "device/dwarf/jobs/guard.h"
#include "device/dwarf/jobs/prepare.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"
#include "device/targets/coordinates.h"
#include "device/targets/find_target.h"
#include "pipeline/core/error.h"
#include "tools/cli/question.h"
#include "tools/scope/options.h"
#include "tools/scope/preparation.h"
#include "tools/scope/stop_notice.h"
#include "tools/scope/verbs.h"

namespace nightstack::tools {

using namespace device::dwarf;
using device::Equatorial;
using device::Target;

namespace {

// What the scope is at, where that forbids a calibration: told before its camera is set anew. A closed camera is
// opened on the way.
std::optional<jobs::Outcome> stands_in_the_way(const jobs::ScopeState& state, const device::Site& site, Utc now) {
    constexpr int kCameraClosed = -2;
    const auto no = jobs::refuse(state, request::calibrate(site, now, name_for(NameKind::go_to, now)));
    if (!no || no->code == kCameraClosed) return {};
    return jobs::trouble({jobs::Sent::Fate::refused, {}, no}, "calibration");
}

void add_calibrate(Verbs& verbs) {
    const auto prepared = std::make_shared<bool>(false);
    CLI::App& app = verbs.add(
        "calibrate", "Set clock, zone and camera, then let the scope find out how it stands (one to four minutes)",
        [prepared](const ScopeFlags& flags, const std::stop_token& stop) {
            const device::Site site = flags.needed_site();
            ScopeCall call("calibrate", flags, stop);
            call.meet();
            const StopNotice notice(call.stop(), call.progress(), "stopping the calibration");
            jobs::CalibrationPlan plan;
            plan.site = site;
            if (!*prepared) {
                if (const auto no = stands_in_the_way(call.state(), site, flags.utc())) return call.finish(*no);
                const jobs::Outcome ready =
                    jobs::prepare(call.driver(), preparation(call.link(), flags, [stop](const std::string& question) {
                                      return ask_person(question, stop);
                                  }));
                if (ready.kind != jobs::Outcome::Kind::done) return call.finish(ready);
                call.talk().say(ready.words);
            }
            plan.utc = flags.utc();
            return call.finish(jobs::calibrate(call.driver(), plan));
        });
    app.add_flag("--prepared", *prepared, "the scope's clock and camera are set already; only calibrate");
    app.footer("Needs a clear view of the sky. Ctrl-C stops the scope.");
}

JsonMembers members_of(const Target& target) {
    JsonMembers members = {{"target", json_text(target.name)}};
    if (const auto* place = std::get_if<Equatorial>(&target.place)) {
        members.emplace_back("ra_deg", std::to_string(place->ra_deg));
        members.emplace_back("dec_deg", std::to_string(place->dec_deg));
    }
    return members;
}

std::string described(const Target& target) {
    const auto* place = std::get_if<Equatorial>(&target.place);
    if (place == nullptr) return target.name + ", whose place the scope computes";
    const std::string where = device::format_coordinates(*place);
    return target.name == where ? where : target.name + " at " + where;
}

struct GoToOptions {
    std::vector<std::string> target;
    bool stop = false, dry = false;
};

int go(const GoToOptions& o, const ScopeFlags& flags, const std::stop_token& stop) {
    if (o.target.empty() == !o.stop) throw OptionError("scope goto: a target or --stop expected");
    if (o.stop) {
        ScopeCall call("goto", flags, stop);
        call.meet();
        const StopNotice notice(call.stop(), call.progress(), "stopping");
        return call.finish(jobs::end(call.driver(), request::stop_goto(), "following the sky", jobs::busy_with_sky));
    }
    jobs::GoToPlan plan;
    plan.target = device::find_target(joined(o.target));  // before the site: a wrong name is told at once
    if (o.dry) {
        Talk talk(Loudness::normal, flags.json);
        talk.event(event_line("target", members_of(plan.target)));
        if (!flags.json) talk.result(described(plan.target) + "\n");
        return 0;
    }
    plan.site = flags.needed_site();
    ScopeCall call("goto", flags, stop);
    call.meet();
    const StopNotice notice(call.stop(), call.progress(), "stopping the goto");
    call.talk().say("target: " + described(plan.target));
    plan.utc = flags.utc();
    plan.scope_decides = true;  // calibrated by an earlier call: only the scope knows
    return call.finish(jobs::go_to(call.driver(), plan), members_of(plan.target));
}

void add_goto(Verbs& verbs) {
    const auto o = std::make_shared<GoToOptions>();
    CLI::App& app =
        verbs.add("goto", "Turn to a target, find it among the stars and follow it",
                  [o](const ScopeFlags& flags, const std::stop_token& stop) { return go(*o, flags, stop); });
    app.add_option("TARGET", o->target,
                   "M 31, NGC 7000, IC 434, Caldwell 14, a star, a planet, Moon, a popular name or coordinates")
        ->type_name("");
    app.add_flag("--where", o->dry, "only say where the target is");
    add_stop_flag(app, o->stop, "stop following");
    app.footer(
        "Example: nightstack scope goto andromeda galaxy\n"
        "         nightstack scope goto \"05h34m31.9s +22d00m52s\"\n"
        "Needs scope calibrate before. Ctrl-C stops the scope. Positions of NGC and IC: OpenNGC by Mattia Verga, "
        "CC-BY-SA-4.0; of stars: d3-celestial.");
}

}  // namespace

void add_astro_verbs(Verbs& verbs) {
    add_calibrate(verbs);
    add_goto(verbs);
}

}  // namespace nightstack::tools
