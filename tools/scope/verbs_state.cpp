// SPDX-License-Identifier: MIT
// scope status, stop, watch.
#include <CLI/CLI.hpp>
#include <memory>

#include "device/dwarf/jobs/properties.h"
#include "device/dwarf/jobs/stop_all.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/scope/stop_notice.h"
#include "tools/scope/verbs.h"
#include "tools/scope/watching.h"

namespace nightstack::tools {

using namespace device::dwarf;
using device::Property;

namespace {

// Everything a scope can be asked that does not disturb it. Not every scope answers every one.
void ask_all(ScopeCall& call) {
    constexpr Milliseconds kEach{2500};
    for (const Message& question :
         {request::version(), request::system_state(), request::power(), request::card_present(), request::card_size(),
          request::tele_state(), request::dark_gains(Binning::none), request::dark_gains(Binning::two)}) {
        if (call.stop().stop_requested()) throw Interrupted();
        call.driver().send(question, kEach);
    }
}

int status(ScopeCall& call) {
    ask_all(call);
    JsonMembers members;
    std::string table;
    for (const Property& row : jobs::scope_properties().rows()) {
        if (!row.readable()) continue;
        const auto known = jobs::known_value(row.id, call.state());
        const std::string text = known ? printable(device::format_value(row, known->value)) : "unknown";
        members.emplace_back(row.id, known ? json_text(text) : "null");
        std::string id(row.id);
        id.resize(std::max<std::size_t>(id.size() + 1, 24), ' ');
        if (known || call.options().verbose) table += id + text + "\n";
    }
    call.talk().event(event_line("status", members));
    if (!call.options().json) call.talk().result(table);
    return kDone;
}

void add_watch(Verbs& verbs) {
    const auto until = std::make_shared<std::string>();
    CLI::App& app = verbs.add("watch", "Show what the scope says by itself, line by line",
                              [until](const ScopeFlags& flags, const std::stop_token& stop) {
                                  const Until end(*until);
                                  ScopeCall call("watch", flags, stop);
                                  call.meet();
                                  watch(call, end);
                                  return static_cast<int>(kDone);  // Ctrl-C is the usual end
                              });
    app.add_option("--until", *until, "seconds=S, pushes=N, frames=N or end (of a capture); without it until Ctrl-C")
        ->type_name("WHEN");
}

}  // namespace

void add_state_verbs(Verbs& verbs) {
    verbs.add_connected("status", "How the scope is: cameras, activities, battery, card, darks", status);
    verbs.add_connected("stop", "End whatever the scope does", [](ScopeCall& call) {
        const StopNotice notice(call.stop(), call.progress(), "sending the stops that are left");
        return call.finish(jobs::stop_all(call.driver()));
    });
    add_watch(verbs);
}

}  // namespace nightstack::tools
