// SPDX-License-Identifier: MIT
#include "tools/live_scope.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

#include "tools/cli/option_text.h"
#include "tools/night/scope/scope_source.h"
#include "tools/night/scope/scope_view.h"
#include "tools/scope/options.h"

namespace nightstack::tools {

namespace {

// The options that `add` adds, under one heading of the help.
template <class Add>
void headed(CLI::App& app, const char* heading, const Add& add) {
    const std::vector<CLI::Option*> before = app.get_options();
    add();
    for (CLI::Option* option : app.get_options()) {
        if (std::ranges::find(before, option) == before.end()) option->group(heading);
    }
}

void add_card_flags(CLI::App& app, FetchFlags& card) {
    app.add_option("--protocol", card.protocol, "how its card is read: auto, sftp, http, ftp")
        ->check(one_of_words({"auto", "sftp", "http", "ftp"}))
        ->capture_default_str()
        ->type_name("NAME");
    app.add_option("--root", card.root, "folder of the card on the scope")->capture_default_str()->type_name("DIR");
    app.add_option("--reserve", card.reserve, "disk space that stays free, as 512M or 2G")
        ->capture_default_str()
        ->type_name("SIZE");
    add_sftp_flags(app, card.sftp);
}

}  // namespace

void add_live_scope_flags(CLI::App& app, LiveScope& o) {
    headed(app, "Scope", [&] {
        app.add_option("--scope", o.scope.host, "frames of this scope, which is driven: HOST or HOST:PORT")
            ->type_name("HOST");
        app.add_flag("--no-drive", o.no_drive, "follow what another program lets the scope take");
        app.add_flag("--stop-scope", o.stop_scope,
                     "when this program is interrupted, stop the capture as well; without it the scope goes on");
        app.add_option("--plan", o.plan, "several targets in a night, with times and altitudes: docs/live.md")
            ->type_name("FILE.toml");
        add_scope_flags(app, o.scope);
        // --scope names the host; talk and log-in come with those of other parts.
        for (const char* other : {"--host", "--record", "--mask", "--json", "--legacy-ssh"})
            app.remove_option(app.get_option(other));
        add_card_flags(app, o.card);
    });
    headed(app, "Target", [&] { add_target_flags(app, o.target); });
}

MakeSource scope_source(const LiveScope& o, const std::optional<TargetPlan>& target,
                        std::optional<device::dwarf::Utc> until) {
    ScopeNight night;
    night.scope = o.scope;
    night.scope.legacy_ssh = o.card.sftp.legacy;
    night.card = o.card;
    night.card.host = o.scope.host;
    night.card.ports = o.scope.ports;
    night.card.profile = o.scope.profile;
    night.drive = target.has_value();
    if (target) night.target = *target;
    night.until = until;
    night.patient = until.has_value();
    night.stop_on_leave = o.stop_scope;
    night.reserve_bytes = parse_reserve(o.card.reserve);
    return [night](const SourceLinks& links) mutable -> std::unique_ptr<NightSource> {
        night.folder = links.folder / "frames";
        night.show = links.show;
        night.ask = links.ask;
        return std::make_unique<ScopeSource>(night, ScopeDiary{links.keep, links.kept});
    };
}

AskVideo scope_video(const LiveScope& o) {
    const ScopePlace place = o.scope.place();
    const bool in_http = std::ranges::all_of(place.host, [](char c) { return c > ' ' && c <= '~'; });
    if (place.host.empty() || !in_http) return {};
    const auto view = std::make_shared<ScopeView>(place);  // goes with the last server that shows it
    return [view](const std::optional<NightScope>& scope) { return view->ask(scope && scope->raw); };
}

}  // namespace nightstack::tools
