// SPDX-License-Identifier: MIT
// nightstack fetch: the files of a scope's card into a folder here.
#include <CLI/CLI.hpp>
#include <memory>

#include "io/fetch/fetcher.h"
#include "tools/cli/exit_code.h"
#include "tools/commands.h"
#include "tools/fetch/card_connector.h"
#include "tools/fetch/card_list.h"
#include "tools/fetch/fetch_flags.h"
#include "tools/fetch/fetch_report.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

int run_fetch(const FetchFlags& flags, const std::stop_token& stop) {
    Talk talk(flags.loudness(), flags.json);
    FetchReport report(talk);
    const io::FetchWatcher watcher = report.watcher();
    const io::FetchOptions options = flags.options();
    const io::FollowEnd end = flags.follow_end();
    const io::RemoteConnector connector = card_connector(flags, watcher.notice);
    if (flags.list) {
        show_card(io::list_card(connector, options, watcher, stop), options, talk);
        return kDone;
    }
    io::Fetcher fetcher(connector, options, watcher);
    return report.finish(flags.follow ? fetcher.follow(end, stop) : fetcher.once(stop));
}

}  // namespace

Command make_fetch_command(CLI::App& program) {
    CLI::App* app =
        program.add_subcommand("fetch", "copy a scope's sessions here: only what is new, whole or not at all");
    const auto flags = std::make_shared<FetchFlags>();
    add_fetch_flags(*app, *flags);
    add_talk_flags(*app, flags->quiet, flags->verbose);
    app->footer(
        "All that is new:       nightstack fetch --to ~/astro\n"
        "While frames are taken: nightstack fetch --to ~/astro --follow\n"
        "What is there:         nightstack fetch --list\n"
        "What of it is new:     nightstack fetch --list --to ~/astro\n"
        "Run it again after anything went wrong: it goes on where it stopped. The card is only read.    docs/fetch.md");
    return {app, [flags](const std::stop_token& stop) { return run_fetch(*flags, stop); }};
}

}  // namespace nightstack::tools
