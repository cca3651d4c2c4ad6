// SPDX-License-Identifier: MIT
// scope power, rgb, indicator.
#include <CLI/CLI.hpp>
#include <memory>

#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"
#include "tools/cli/exit_code.h"
#include "tools/scope/options.h"
#include "tools/scope/verbs.h"

namespace nightstack::tools {

using namespace device::dwarf;

namespace {

std::string charge_word(std::optional<ChargeState> state) {
    if (!state) return "whether it charges is not known";
    if (*state == ChargeState::none) return "not charging";
    return *state == ChargeState::slow ? "charging slowly" : "charging quickly";
}

int tell_power(ScopeCall& call) {
    const jobs::Sent sent = call.driver().insist(request::power(), 2 * jobs::kAnswerTime);
    if (!sent.answered()) return call.finish(jobs::trouble(sent, "asking for the battery"));
    call.driver().send(request::system_state(),
                       jobs::kAnswerTime);  // tells whether it charges; not every scope answers
    const auto percent = jobs::value_of(call.state().battery_percent);
    const auto charging = jobs::value_of(call.state().charging);
    return call.finish(
        jobs::done("battery " + (percent ? std::to_string(*percent) + " %" : "unknown") + ", " + charge_word(charging)),
        {{"percent", percent ? std::to_string(*percent) : "null"},
         {"charging", charging ? std::to_string(static_cast<int>(*charging)) : "null"}});
}

void add_power(Verbs& verbs) {
    struct Options {
        std::string action;
        bool yes = false;
    };
    const auto o = std::make_shared<Options>();
    CLI::App& app = verbs.add_connected("power", "Charge of the battery, or shut the scope down", [o](ScopeCall& call) {
        if (o->action.empty()) return tell_power(call);
        if (!o->yes) throw OptionError("scope power off: only its button switches the scope on again; add --yes");
        return call.command(request::shut_down(), "shutting down", "the scope shuts down");
    });
    app.add_option("ACTION", o->action, "off: shut down; without it the charge is told")
        ->check(one_of_words({"off"}))
        ->type_name("");
    app.add_flag("--yes", o->yes, "shut down indeed");
}

void add_rgb(Verbs& verbs) {
    struct Options {
        request::Light light;
        std::string action;
    };
    const auto o = std::make_shared<Options>();
    CLI::App& app = verbs.add_connected("rgb", "The light ring", [o](ScopeCall& call) {
        if (o->action == "off") return call.command(request::rgb_off(), "the light ring", "the light ring is off");
        return call.command(request::rgb(o->light), "the light ring", "the light ring is set");
    });
    app.add_option("ACTION", o->action, "off; without it the ring is set")->check(one_of_words({"off"}))->type_name("");
    request::Light& l = o->light;
    const std::tuple<const char*, const char*, int*> fields[] = {{"--mode", "mode", &l.mode},
                                                                 {"--hue", "hue", &l.hue},
                                                                 {"--saturation", "saturation", &l.saturation},
                                                                 {"--value", "value", &l.value},
                                                                 {"--background", "background", &l.background},
                                                                 {"--delay", "delayTime", &l.delay},
                                                                 {"--breathe-delay", "breatheDelay", &l.breathe_delay},
                                                                 {"--cycles", "cycleNum", &l.cycles},
                                                                 {"--cycle-flag", "cycleFlag", &l.cycle_flag}};
    for (const auto& [flag, field, value] : fields) add_field_option(app, flag, *value, 11000, field);
}

void add_indicator(Verbs& verbs) {
    const auto action = std::make_shared<std::string>();
    CLI::App& app = verbs.add_connected("indicator", "The light that shows the charge", [action](ScopeCall& call) {
        return call.command(request::power_light(*action == "on"), "the power light", "the power light is " + *action);
    });
    app.add_option("ACTION", *action, "on or off")->required()->check(one_of_words({"on", "off"}))->type_name("");
}

}  // namespace

void add_system_verbs(Verbs& verbs) {
    add_power(verbs);
    add_rgb(verbs);
    add_indicator(verbs);
}

}  // namespace nightstack::tools
