// SPDX-License-Identifier: MIT
// nightstack sim: a DWARF II without the hardware, on this machine's network.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "device/sim/servers/twin_servers.h"
#include "io/files/file.h"
#include "io/fits/fits_time.h"
#include "pipeline/core/error.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/option_text.h"
#include "tools/cli/site_option.h"
#include "tools/cli/talk.h"
#include "tools/cli/time_option.h"
#include "tools/commands.h"
#include "tools/sim_arguments.h"
#include "tools/sim_card.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

namespace sim = device::sim;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kLongestScenario = 1 << 20;
constexpr auto kLongestEnd = std::chrono::seconds(5);

struct Options {
    std::string bind = "127.0.0.1", ports, site = "48.0,9.0,300", time, until, persona = "v1", seed = "1";
    std::string card, layout, pixels = "12bit", preview = "480x270";
    std::filesystem::path scenario, truth, host_key;
    double speed = 1;
    bool legacy_ssh = false, json = false, quiet = false, verbose = false;
};

void add_options(CLI::App& app, Options& o) {
    app.add_option("--bind", o.bind, "address the scope's ports listen on")->capture_default_str()->type_name("ADDR");
    app.add_option("--ports", o.ports, "as ws=0,http=0,sftp=0; 0: any that is free")
        ->default_str("ws=9900,http=8092,version=9901,control=8099,file=8090,sftp=2222,ftp=2121")
        ->type_name("NAME=PORT,...");
    app.add_option("--speed", o.speed, "seconds of the scope in a second of yours")
        ->capture_default_str()
        ->type_name("X");
    app.add_option("--seed", o.seed, "another number, other chances")->capture_default_str()->type_name("N");
    app.add_option("--site", o.site, "where it stands: degrees north and east, metres")
        ->capture_default_str()
        ->type_name("LAT,LON,H");
    app.add_option("--time", o.time, "when it is switched on, in UTC as 2026-01-18T21:04:26Z; default: now")
        ->type_name("ISO");
    app.add_option("--scenario", o.scenario, "TOML file of what goes wrong, and when")->type_name("FILE");
    app.add_option("--persona", o.persona, "firmware: v1 speaks JSON, v2 (2.x) binary")
        ->check(CLI::IsMember({"v1", "v2"}).description(""))
        ->capture_default_str()
        ->type_name("v1|v2");
    app.add_option("--card", o.card,
                   "folder for the memory card, DWARF_II/ in it; \"none\" draws nothing; default: a temporary one")
        ->type_name("DIR");
    app.add_option("--layout", o.layout,
                   "names of files as firmware of 2023 (v1), 2024, 2024 with its other dates, or DWARF 3 gives them; "
                   "default: by persona, v1 or 2024")
        ->check(CLI::IsMember({"v1", "2024", "2024-dates", "dwarf3"}).description(""))
        ->type_name("v1|2024|2024-dates|dwarf3");
    app.add_option("--pixels", o.pixels, "raw values: as the 12-bit converter gives them, or times 16")
        ->check(CLI::IsMember({"12bit", "x16"}).description(""))
        ->capture_default_str()
        ->type_name("12bit|x16");
    app.add_option("--preview", o.preview, "size of the streams' pictures")
        ->check(CLI::IsMember({"480x270", "1280x720", "1920x1080"}).description(""))
        ->capture_default_str()
        ->type_name("480x270|1280x720|1920x1080");
    app.add_option("--truth", o.truth, "folder for the truth about each RAW frame (for tests)")->type_name("DIR");
    app.add_option("--ssh-host-key", o.host_key,
                   "file of the SFTP server's key, made when it is not there; default: a "
                   "new key each time")
        ->type_name("FILE");
    app.add_flag("--legacy-ssh", o.legacy_ssh, "SFTP with the algorithms of ten years ago only");
    app.add_option("--until", o.until,
                   "ends by itself after so many seconds of yours, or RAW frames: seconds=S, frames=N")
        ->type_name("WHAT");
    app.add_flag("--json", o.json, "JSON lines; the first tells the ports");
    add_talk_flags(app, o.quiet, o.verbose);
}

sim::StreamSize stream_size(const std::string& preview) {
    if (preview == "1920x1080") return {1920, 1080};
    return preview == "1280x720" ? sim::kOtherStreamSize : sim::kStreamSize;
}

sim::TwinOptions twin_options(const Options& o) {
    sim::TwinOptions twin;
    twin.seed = read_seed(o.seed);
    twin.site = parse_site(o.site);
    twin.switched_on = o.time.empty() ? std::chrono::system_clock::now() : parse_time(o.time);
    if (!o.scenario.empty()) twin.scenario = io::read_text_file(o.scenario, kLongestScenario);
    if (o.persona == "v2") {
        twin.persona = sim::Persona::v2;
        twin.firmware = "2.2.18";
    }
    return twin;
}

std::unique_ptr<sim::SimDevice> make_device(const Options& o, const sim::TwinOptions& twin) {
    try {
        return sim::make_twin(twin);
    } catch (const OptionError& e) {
        if (o.scenario.empty()) throw;
        throw OptionError("--scenario " + io::printable(o.scenario.string()) + ": " + e.what());
    }
}

sim::CardOptions card_options(const Options& o, const std::filesystem::path& folder) {
    sim::CardOptions card;
    card.folder = folder;
    const std::string layout = !o.layout.empty() ? o.layout : o.persona == "v2" ? "2024" : "v1";
    card.layout = layout == "v1" ? sim::Layout::v1 : layout == "dwarf3" ? sim::Layout::dwarf3 : sim::Layout::y2024;
    card.old_dates = layout == "2024-dates";
    card.full_range = o.pixels == "x16";
    return card;
}

std::unique_ptr<sim::TwinServers> serve(const Options& o, const sim::ServerPorts& ports, const CardFolder& folder,
                                        Talk& talk) {
    sim::TwinServersOptions options;
    options.bind = bind_address(o.bind);
    options.ports = ports;
    options.speed = o.speed;
    options.stream_size = stream_size(o.preview);
    sim::TwinOptions twin = twin_options(o);
    if (folder.path()) {
        twin.tell_exposures = twin.counts_wait = true;
        options.card_folder = *folder.path();
        options.ssh_host_key = o.host_key;
        options.legacy_ssh = o.legacy_ssh;
        CardAndView made = make_card(card_options(o, *folder.path()), twin, o.truth);
        options.developer = std::move(made.card);
        options.viewfinder = std::move(made.view);
        options.picture_lost = [&talk](const std::string& why) { talk.warn("a picture is lost: " + why); };
    }
    options.slowed = [&talk](const sim::Slowed& slowed) {
        char text[160];
        const double lost_s = std::chrono::duration<double>(slowed.lost_in_all).count();
        std::snprintf(text, sizeof text,
                      "this machine cannot keep up: the twin runs at %.3g x instead of %.3g x (%.1f s lost in all)",
                      slowed.kept, slowed.asked, lost_s);
        talk.warn(text);
        talk.event(
            Json{{"event", "slowed"}, {"asked", slowed.asked}, {"kept", slowed.kept}, {"lost_s", lost_s}}.dump());
    };
    try {
        return std::make_unique<sim::TwinServers>(make_device(o, twin), options);
    } catch (const IoError& e) {
        if (e.code() != EADDRINUSE) throw;
        throw IoError(std::string(e.what()) +
                          "; another twin may be running. Other ports: --ports "
                          "ws=0,http=0,version=0,control=0,file=0,sftp=0,ftp=0",
                      e.code());
    }
}

void greet(const Options& o, const sim::ServerPorts& ports, const CardFolder& card, Talk& talk) {
    Json ready = {
        {"event", "ready"},
        {"ports", {{"ws", ports.ws}, {"http", ports.http}, {"version", ports.version}, {"control", ports.control}}},
        {"pid", ::getpid()}};
    if (card.path()) {
        ready["card"] = card.path()->string();
        ready["ports"]["file"] = ports.file;
        ready["ports"]["sftp"] = ports.sftp;
        ready["ports"]["ftp"] = ports.ftp;
    }
    talk.event(ready.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (o.json) return;
    const std::string host = o.bind.find(':') == std::string::npos ? o.bind : "[" + o.bind + "]";
    const auto line = [&](const std::string& scheme, const std::string& where, std::uint16_t port, const char* path) {
        return scheme + "://" + where + ":" + std::to_string(port) + path + "\n";
    };
    talk.result("A DWARF II (firmware " + std::string(o.persona == "v2" ? "2.x, binary" : "1.x, JSON") +
                ") is switched on:\n  commands   " + line("ws", host, ports.ws, "/") + "  clock      " +
                line("http", host, ports.http, "/date") + "  version    " +
                line("http", host, ports.version, "/get_version") + "  behind it  " +
                line("http", "127.0.0.1", ports.control, "/sim/state") + "  pictures   " +
                line("http", host, ports.http, "/mainstream") +
                (card.path() ? "  card       " + io::printable(card.path()->string()) + "\n  files      " +
                                   line("http", host, ports.file, "/file/") + "             " +
                                   line("sftp", "root@" + host, ports.sftp, "/mnt/sdcard/ (rockchip)") +
                                   "             " + line("ftp", host, ports.ftp, "/")
                             : ""));
    talk.say("Ctrl-C switches it off.");
}

int run_sim(const Options& o, const std::stop_token& stop) {
    Talk talk(loudness(o.quiet, o.verbose), o.json);
    const sim::ServerPorts ports = read_sim_ports(o.ports);
    const sim::TwinServers::Until until = o.until.empty() ? sim::TwinServers::Until{} : read_until(o.until);
    if (until.frames && o.card == "none") throw OptionError("--until frames=N: needs a card, and --card is none");
    if (!o.truth.empty() && o.card == "none") throw OptionError("--truth: needs a card, and --card is none");
    if (bind_address(o.bind) != "127.0.0.1" && o.bind != "::1")
        talk.warn("--bind " + io::printable(o.bind) +
                  ": whoever reaches this address can drive the twin, as with the real scope");
    const CardFolder card(o.card);
    const auto servers = serve(o, ports, card, talk);
    greet(o, servers->ports(), card, talk);
    servers->wait(stop, until);
    if (const int left = servers->finish(kLongestEnd); left > 0)
        talk.warn("pictures that were not drawn any more: " + std::to_string(left) +
                  "; no client was told that they are there (10014)");
    return kDone;
}

}  // namespace

Command make_sim_command(CLI::App& program) {
    const auto o = std::make_shared<Options>();
    CLI::App* app = program.add_subcommand("sim", "a DWARF II without the hardware: its twin, on this machine");
    add_options(*app, *o);
    app->footer(
        "Connect an app or a script as to the scope. What happens inside: GET /sim/state and /sim/events on the "
        "control "
        "port; POST /sim/fault, /sim/power, /sim/clock, /sim/quit. See docs/sim.md.");
    return {app, [o](const std::stop_token& stop) { return run_sim(*o, stop); }};
}

}  // namespace nightstack::tools
