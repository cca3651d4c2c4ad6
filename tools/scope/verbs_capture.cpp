// SPDX-License-Identifier: MIT
// scope raw, darks: what goes on at the scope when this program ends.
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/jobs/capture_darks.h"
#include "device/dwarf/jobs/capture_raw.h"
#include "device/dwarf/protocol/ladders.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"
#include "device/targets/find_target.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/option_text.h"
#include "tools/scope/card_evidence.h"
#include "tools/scope/leaving_link.h"
#include "tools/scope/options.h"
#include "tools/scope/stop_notice.h"
#include "tools/scope/verbs.h"

namespace nightstack::tools {

using namespace device::dwarf;
using device::Equatorial;

namespace {

// Ctrl-C leaves a capture running, as closing the vendor's app does: an hour of frames must not be lost
// to a closed laptop. Who wants the other says so.
struct Leaving {
    bool stop_on_interrupt = false;
    bool detach = false;
};

void add_leaving_options(CLI::App& app, Leaving& o) {
    app.add_flag("--stop-on-interrupt", o.stop_on_interrupt, "Ctrl-C ends the capture; without it the scope goes on");
    app.add_flag("--detach", o.detach, "return as soon as the scope has begun");
}

// Runs the job on a link that can be left. Nothing: it was left, and the scope goes on.
template <class Job>
auto run_leaving(ScopeCall& call, const Leaving& o, int begins, const Job& job)
    -> std::optional<decltype(job(call.driver()))> {
    LeavingLink link(call.link(), o.stop_on_interrupt ? std::stop_token() : call.stop());
    if (o.detach) link.leave_after(begins);
    std::optional<StopNotice> notice;
    if (o.stop_on_interrupt) notice.emplace(call.stop(), call.progress(), "stopping the capture");
    jobs::Driver driver(link, call.state(), o.stop_on_interrupt ? call.stop() : std::stop_token(), call.progress());
    try {
        return job(driver);
    } catch (const Left&) {
        return {};
    }
}

int left(ScopeCall& call, const std::string& what, const JsonMembers& members) {
    JsonMembers all = {{"verb", json_text(what)}};
    all.insert(all.end(), members.begin(), members.end());
    call.talk().event(event_line("left", all));
    if (call.stop().stop_requested()) throw Interrupted();
    return kDone;
}

struct RawOptions {
    request::Raw raw;
    std::string exposure = "15", ir;
    std::vector<std::string> target;
    bool tiff = false, without_darks = false, stop = false;
    Leaving leaving;
};

// A name that no list has is kept for the header: users have their own.
void aim(ScopeCall& call, const RawOptions& o, request::Raw& raw) {
    if (o.target.empty()) return;
    raw.target = joined(o.target);
    try {
        const device::Target target = device::find_target(raw.target);
        raw.target = target.name;
        if (const auto* place = std::get_if<Equatorial>(&target.place)) raw.place = *place;
    } catch (const OptionError& e) {
        const std::string why = e.what();
        call.talk().warn(why + (why.ends_with("?") ? " " : ". ") + "The name is kept, without coordinates.");
    }
}

int set_ir(ScopeCall& call, const std::string& ir) {
    if (ir.empty()) return kDone;
    const jobs::Sent sent = call.driver().insist(request::ir_filter(ir == "pass" ? IrFilter::pass : IrFilter::cut));
    if (!sent.answered() || sent.code() != 0) return call.finish(jobs::trouble(sent, "setting the infrared filter"));
    call.driver().rest(jobs::kIspSpacing);
    return kDone;
}

JsonMembers members_of(const jobs::RawOutcome& raw) {
    return {{"session", json_text(raw.name)},
            {"asked", std::to_string(raw.asked)},
            {"counted", std::to_string(raw.counted)},
            {"stacked", std::to_string(raw.stacked)}};
}

int take_raw(ScopeCall& call, const RawOptions& o) {
    jobs::RawPlan plan;
    plan.raw = o.raw;
    plan.raw.exposure = parse_exposure(o.exposure);
    plan.raw.format = o.tiff ? RawFormat::tiff : RawFormat::fits;
    plan.utc = call.options().utc();
    plan.raw.name = name_for(NameKind::raw, plan.utc);
    plan.need_darks = !o.without_darks;
    aim(call, o, plan.raw);
    if (const int code = set_ir(call, o.ir); code != kDone) return code;
    const auto done = run_leaving(call, o.leaving, request::take_raw(plan.raw).interface(),
                                  [&](jobs::Driver& driver) { return jobs::capture_raw(driver, plan); });
    if (done && done->outcome.kind == jobs::Outcome::Kind::unknown && !call.stop().stop_requested())
        return call.finish(
            with_evidence(done->outcome, look_for_session(call.options(), done->name, done->asked, call.stop()),
                          done->name, done->asked),
            members_of(*done));
    if (done) return call.finish(done->outcome, members_of(*done));
    const auto raw = jobs::value_of(call.state().raw);
    const std::int64_t taken = raw ? raw->taken : 0;
    call.talk().warn("left: the scope goes on with " + plan.raw.name + ", " + std::to_string(taken) + " of " +
                     std::to_string(plan.raw.count) + " frames so far. nightstack scope raw --stop ends it");
    return left(call, "raw",
                {{"session", json_text(plan.raw.name)},
                 {"asked", std::to_string(plan.raw.count)},
                 {"counted", std::to_string(taken)}});
}

int stop_raw(ScopeCall& call) {
    const StopNotice notice(call.stop(), call.progress(), "stopping the capture");
    return call.finish(jobs::end(call.driver(), request::stop_raw(), "the capture", [](const jobs::ScopeState& state) {
        return jobs::takes_photos_as(state, PhotoState::raw);
    }));
}

void add_raw(Verbs& verbs) {
    const auto o = std::make_shared<RawOptions>();
    CLI::App& app = verbs.add_connected("raw", "Take RAW frames of the target and follow their count",
                                        [o](ScopeCall& call) { return o->stop ? stop_raw(call) : take_raw(call, *o); });
    add_field_option(app, "--count", o->raw.count, 10011, "count");
    app.add_option("--exposure", o->exposure, field_help(10011, "exp"))
        ->check(exposure_range(10011, "exp"))
        ->capture_default_str()
        ->type_name("S");
    add_field_option(app, "--gain", o->raw.gain, 10011, "gain");
    add_binning_option(app, o->raw.binning, field_help(10011, "binning"));
    app.add_option("--ir", o->ir, "infrared filter before the frames: cut or pass; without it left as it is")
        ->check(one_of_words({"cut", "pass"}))
        ->type_name("NAME");
    app.add_option("--target", o->target, "what it is, for the headers: as for goto, or a name of your own")
        ->type_name("NAME");
    app.add_flag("--tiff", o->tiff, "TIFF frames instead of FITS");
    app.add_flag("--without-darks", o->without_darks, "do not ask first whether the scope has dark frames for it");
    add_leaving_options(app, o->leaving);
    add_stop_flag(app, o->stop, "end the capture that runs");
    app.footer(
        "Example: nightstack scope raw --count 100 --gain 80 --target M 31\n"
        "Ctrl-C leaves the scope shooting and says so (--stop-on-interrupt ends the capture); scope raw --stop ends it "
        "later.");
}

std::string list_text(const std::vector<int>& numbers) {
    std::string text;
    for (const int n : numbers) text += (text.empty() ? "" : ", ") + std::to_string(n);
    return text.empty() ? "none" : text;
}

int list_darks(ScopeCall& call) {
    JsonMembers members;
    std::string words;
    for (const auto& [binning, name] : {std::pair{Binning::none, "1x1"}, std::pair{Binning::two, "2x2"}}) {
        const jobs::Sent sent = call.driver().insist(request::dark_gains(binning), 2 * jobs::kAnswerTime);
        if (!sent.answered()) return call.finish(jobs::trouble(sent, "asking for the darks"));
        const auto gains = jobs::value_of(call.state().dark_gains[static_cast<std::size_t>(binning)]);
        words += std::string(words.empty() ? "" : "\n") + "darks " + name + ": " +
                 (gains ? "gain " + list_text(*gains) : "the scope does not say");
        members.emplace_back(name, gains ? "[" + (gains->empty() ? "" : list_text(*gains)) + "]" : "null");
    }
    if (call.options().json) return call.finish(jobs::done("asked for the darks"), members);
    call.talk().result(words + "\n");
    return kDone;
}

struct DarkOptions {
    request::Darks darks;
    std::string action = "list", exposure = "15";
    Leaving leaving;
};

int take_darks(ScopeCall& call, const DarkOptions& o) {
    jobs::DarkPlan plan;
    plan.darks = o.darks;
    if (plan.darks.gains.empty()) plan.darks.gains = {80};
    plan.darks.exposure = parse_exposure(o.exposure);
    plan.utc = call.options().utc();
    const auto done =
        run_leaving(call, o.leaving, 10026, [&](jobs::Driver& driver) { return jobs::capture_darks(driver, plan); });
    if (done) return call.finish(*done);
    call.talk().warn("left: the scope goes on taking darks; keep the lid on");
    return left(call, "darks", {});
}

CLI::Validator dark_gain() {
    return CLI::Validator(
        [](std::string& word) {
            const auto gain = number_of<int>(word);
            const bool gear = gain && *gain >= 0 && *gain % kGainStep == 0 && *gain / kGainStep < kGainGears;
            return gear ? std::string() : printable(word) + ", 0 to 240 in steps of 10 expected";
        },
        "");
}

void add_darks(Verbs& verbs) {
    const auto o = std::make_shared<DarkOptions>();
    CLI::App& app = verbs.add_connected(
        "darks", "Which dark frames the scope has, or take some with the lid on",
        [o](ScopeCall& call) { return o->action == "take" ? take_darks(call, *o) : list_darks(call); });
    app.add_option("ACTION", o->action, "list or take")->check(one_of_words({"list", "take"}))->type_name("");
    app.add_option("--gain", o->darks.gains, "gains, 0 to 240 in steps of 10, with commas between")
        ->default_str("80")
        ->check(dark_gain())
        ->delimiter(',')
        ->type_name("N");
    app.add_option("--exposure", o->exposure, "of one dark frame: 0.0001 to 15 s")
        ->check(exposure_range(10026, "darkExposure"))
        ->capture_default_str()
        ->type_name("S");
    add_field_option(app, "--count", o->darks.count, 10026, "count");
    add_binning_option(app, o->darks.binning, field_help(10026, "binning"));
    add_leaving_options(app, o->leaving);
    app.footer("Example: nightstack scope darks take --gain 80,100 --count 40");
}

}  // namespace

void add_capture_verbs(Verbs& verbs) {
    add_raw(verbs);
    add_darks(verbs);
}

}  // namespace nightstack::tools
