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
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/sim_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

namespace sim = device::sim;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kLongestScenario = 1 << 20;

struct Options {
    std::string bind = "127.0.0.1", ports, site = "48.0,9.0,300", time, until, persona = "v1", seed = "1";
    std::filesystem::path scenario;
    double speed = 1;
    bool json = false, quiet = false, verbose = false;
};

void add_options(CLI::App& app, Options& o) {
    app.add_option("--bind", o.bind, "address the scope's ports listen on")->capture_default_str()->type_name("ADDR");
    app.add_option("--ports", o.ports, "as ws=0,http=0,version=0,control=0; 0: any that is free")
        ->default_str("ws=9900,http=8092,version=9901,control=8099")
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
    app.add_option("--until", o.until, "ends by itself after so many seconds of yours: seconds=S");
    app.add_flag("--json", o.json, "JSON lines; the first tells the ports");
    add_talk_flags(app, o.quiet, o.verbose);
}

sim::TwinOptions twin_options(const Options& o) {
    sim::TwinOptions twin;
    twin.seed = read_seed(o.seed);
    twin.site = read_site(o.site);
    twin.switched_on = o.time.empty() ? std::chrono::system_clock::now() : read_time(o.time);
    if (!o.scenario.empty()) twin.scenario = io::read_text_file(o.scenario, kLongestScenario);
    if (o.persona == "v2") {
        twin.persona = sim::Persona::v2;
        twin.firmware = "2.2.18";
    }
    return twin;
}

std::unique_ptr<sim::SimDevice> make_device(const Options& o) {
    const sim::TwinOptions twin = twin_options(o);
    try {
        return sim::make_twin(twin);
    } catch (const OptionError& e) {
        if (o.scenario.empty()) throw;
        throw OptionError("--scenario " + io::printable(o.scenario.string()) + ": " + e.what());
    }
}

std::unique_ptr<sim::TwinServers> serve(const Options& o, const sim::ServerPorts& ports, Talk& talk) {
    sim::TwinServersOptions options{bind_address(o.bind), ports, o.speed, {}};
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
        return std::make_unique<sim::TwinServers>(make_device(o), options);
    } catch (const IoError& e) {
        if (e.code() != EADDRINUSE) throw;
        throw IoError(std::string(e.what()) +
                          "; another twin may be running. Other ports: --ports ws=0,http=0,version=0,control=0",
                      e.code());
    }
}

void greet(const Options& o, const sim::ServerPorts& ports, Talk& talk) {
    talk.event(Json{
        {"event", "ready"},
        {"ports", {{"ws", ports.ws}, {"http", ports.http}, {"version", ports.version}, {"control", ports.control}}},
        {"pid", ::getpid()}}
                   .dump());
    if (o.json) return;
    const std::string host = o.bind.find(':') == std::string::npos ? o.bind : "[" + o.bind + "]";
    const auto line = [&](const std::string& scheme, const std::string& where, std::uint16_t port, const char* path) {
        return scheme + "://" + where + ":" + std::to_string(port) + path + "\n";
    };
    talk.result("A DWARF II (firmware " + std::string(o.persona == "v2" ? "2.x, binary" : "1.x, JSON") +
                ") is switched on:\n  commands   " + line("ws", host, ports.ws, "/") + "  clock      " +
                line("http", host, ports.http, "/date") + "  version    " +
                line("http", host, ports.version, "/get_version") + "  behind it  " +
                line("http", "127.0.0.1", ports.control, "/sim/state"));
    talk.say("Ctrl-C switches it off.");
}

int run_sim(const Options& o, const std::stop_token& stop) {
    Talk talk(loudness(o.quiet, o.verbose), o.json);
    const SimPorts ports = read_sim_ports(o.ports);
    std::optional<std::chrono::milliseconds> limit;
    if (!o.until.empty()) limit = read_until(o.until);
    for (const std::string& name : ports.with_card)
        talk.warn("--ports " + name + ": files come with the card, which this twin does not have yet");
    if (bind_address(o.bind) != "127.0.0.1" && o.bind != "::1")
        talk.warn("--bind " + io::printable(o.bind) +
                  ": whoever reaches this address can drive the twin, as with the real scope");
    const auto servers = serve(o, ports.ports, talk);
    greet(o, servers->ports(), talk);
    servers->wait(stop, {limit, {}});
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
