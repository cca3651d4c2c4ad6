// SPDX-License-Identifier: MIT
#include "tools/scope/scope_findings.h"

#include <algorithm>
#include <optional>

#include "device/dwarf/jobs/clock.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/scope/options.h"
#include "tools/scope/port_probe.h"
#include "tools/scope/scope_call.h"
#include "tools/version.h"

namespace nightstack::tools {

using namespace device::dwarf;
using jobs::value_of;

namespace {

constexpr Milliseconds kProbe{2500};
constexpr Milliseconds kEach{2500};

struct Port {
    const char* name;
    int number;
    const char* purpose;
    const char* without;  // what does not work when it is closed, and what to do
};

std::vector<Port> ports_of(const ScopePorts& p) {
    return {
        {"commands", p.ws, "commands", "the scope cannot be driven; switch it off and on"},
        {"clock and streams", p.http, "clock, zone and pictures", "goto needs the clock; switch the scope off and on"},
        {"version", p.version, "firmware version", "nothing to do: firmware before 1.3.19 has no such port"},
        {"pictures", p.file, "pictures of the card", "nothing to do: the previews of the card are not shown"},
        {"files (FTP)", p.ftp, "files", "files come by SFTP then"},
        {"files (SFTP)", p.sftp, "files", "files come by FTP then"}};
}

// True when the commands' port is open.
bool examine_ports(const ScopePlace& place, const std::stop_token& stop, std::vector<Finding>& out) {
    std::vector<Finding> lines;
    bool commands = false, there = false, files = false;
    PortState first = PortState::silent;
    for (const Port& port : ports_of(place.ports)) {
        if (stop.stop_requested()) throw Interrupted();
        const PortState state = probe_port(place.host, port.number, there || lines.empty() ? kProbe : kProbe / 2);
        if (lines.empty()) first = state;
        there = there || state == PortState::open || state == PortState::closed;
        const bool open = state == PortState::open;
        if (lines.empty()) commands = open;
        const bool needed = lines.size() < 2;
        files = files || (open && (port.number == place.ports.ftp || port.number == place.ports.sftp));
        const std::string number = "port " + std::to_string(port.number);
        lines.push_back({std::string("scope ") + port.name, open || !needed,
                         open ? number + " is open" : number + " is closed: " + port.without});
        if (state == PortState::no_name) break;
    }
    if (commands && !files) {
        lines.back().ok = false;
        lines.back().text = "port " + std::to_string(place.ports.sftp) +
                            " is closed as well: no files come over the network; switch the scope off and on";
    }
    const std::string host = printable(place.host);
    if (first == PortState::no_name) {
        out.push_back({"scope address", false, host + " has no address; give the number that the vendor's app shows"});
        return false;
    }
    if (!there) {
        out.push_back({"scope address", false,
                       host + " does not answer; switch the scope on, and put this computer into its network (its own "
                              "Wi-Fi DWARF_..., or the same home Wi-Fi)"});
        return false;
    }
    out.push_back({"scope address", true, host + " answers"});
    out.insert(out.end(), lines.begin(), lines.end());
    return commands;
}

Finding firmware(ScopeCall& call) {
    const auto version = value_of(call.state().firmware);
    if (version) return {"scope firmware", true, printable(*version) + ", speaks JSON: everything works"};
    return {"scope firmware", true, "the scope does not tell its version"};
}

Finding battery(ScopeCall& call) {
    const auto percent = value_of(call.state().battery_percent);
    if (!percent) return {"scope battery", false, "not told; look at its lights"};
    constexpr std::int64_t kLow = 20;
    const std::string text = std::to_string(*percent) + " %";
    if (*percent < kLow)
        return {"scope battery", false, text + ": plug it in, RAW captures are refused when it is low"};
    return {"scope battery", true, text};
}

Finding card(ScopeCall& call) {
    if (value_of(call.state().card_present) == false) return {"scope card", false, "none; put one in"};
    const auto free_gb = value_of(call.state().card_free_gb);
    if (!free_gb) return {"scope card", true, "there; its free space is not told"};
    const std::string text = std::to_string(*free_gb) + " GB free, room for about " +
                             std::to_string(*free_gb * 1000 / 17) + " frames of 3840x2160";
    if (*free_gb < 2) return {"scope card", false, text + "; free some space"};
    return {"scope card", true, text};
}

Finding darks(ScopeCall& call) {
    std::size_t count = 0;
    bool told = false;
    for (const auto& gains : call.state().dark_gains) {
        told = told || gains.has_value();
        if (gains) count += gains->value.size();
    }
    if (!told) return {"scope darks", true, "the scope does not tell which it has"};
    if (count == 0)
        return {"scope darks", false, "none: RAW captures are refused; lid on, then: nightstack scope darks take"};
    return {"scope darks", true, "for " + std::to_string(count) + " gains (nightstack scope darks)"};
}

// Asked over the connection: state, version, battery, card, darks.
void examine_state(const ScopeFlags& flags, const std::stop_token& stop, std::vector<Finding>& out) {
    try {
        ScopeCall call("doctor", flags, stop);
        call.meet();
        for (const Message& question :
             {request::version(), request::power(), request::card_present(), request::card_size(),
              request::dark_gains(Binning::none), request::dark_gains(Binning::two)}) {
            if (stop.stop_requested()) throw Interrupted();
            call.driver().send(question, kEach);
        }
        out.insert(out.end(), {firmware(call), battery(call), card(call), darks(call)});
    } catch (const DeviceError& e) {
        out.push_back({"scope language", false, printable(e.what())});
    }
}

Finding clock(Utc now) {
    jobs::Clock clock;
    clock.now = now;
    clock.built = Utc(std::chrono::seconds(kReleased));
    if (const auto why = jobs::doubt(clock))
        return {"clock", false, *why + "; set it, the scope takes its time from here"};
    return {"clock", true, "looks right; the scope takes its time from this computer"};
}

}  // namespace

std::vector<Finding> examine_scope(const ScopeFlags& flags, const std::stop_token& stop) {
    std::vector<Finding> out;
    if (examine_ports(flags.place(), stop, out)) examine_state(flags, stop, out);
    out.push_back(clock(flags.utc()));
    return out;
}

}  // namespace nightstack::tools
