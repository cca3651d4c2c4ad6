// SPDX-License-Identifier: MIT
#include "tools/sim_arguments.h"

#include <algorithm>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tools/cli/option_text.h"

namespace nightstack::tools {
namespace {

[[noreturn]] void refuse(const char* option, std::string_view text, const std::string& expected) {
    throw OptionError(std::string(option) + " '" + io::printable(text) + "': " + expected);
}

std::uint16_t* port_named(device::sim::ServerPorts& ports, std::string_view name) {
    if (name == "ws") return &ports.ws;
    if (name == "http") return &ports.http;
    if (name == "version") return &ports.version;
    if (name == "control") return &ports.control;
    if (name == "file") return &ports.file;
    if (name == "sftp") return &ports.sftp;
    if (name == "ftp") return &ports.ftp;
    return nullptr;
}

}  // namespace

device::sim::ServerPorts read_sim_ports(const std::string& text) {
    device::sim::ServerPorts out;
    std::vector<std::string> named;
    if (text.empty()) return out;
    for (const std::string_view item : comma_items(text)) {
        const std::size_t equals = std::min(item.find('='), item.size());
        const std::string_view name = item.substr(0, equals);
        const auto value = number_of<std::uint16_t>(item.substr(std::min(equals + 1, item.size())));
        if (!value) refuse("--ports", item, "NAME=PORT expected, the port from 0 (any that is free) to 65535");
        if (std::uint16_t* port = port_named(out, name)) {
            *port = *value;
            named.emplace_back(name);
        } else {
            refuse("--ports", item, "the names are ws, http, version, control, file, sftp, ftp");
        }
    }
    // Who wants any free port for the commands does not want the card's on fixed ones.
    for (const char* of_card : {"file", "sftp", "ftp"})
        if (out.ws == 0 && std::ranges::find(named, of_card) == named.end()) *port_named(out, of_card) = 0;
    return out;
}

std::uint64_t read_seed(const std::string& text) {
    const auto seed = number_of<std::uint64_t>(text);
    if (!seed) refuse("--seed", text, "a whole number from 0 to 18446744073709551615 expected");
    return *seed;
}

device::sim::TwinServers::Until read_until(const std::string& text) {
    constexpr std::string_view kSeconds = "seconds=", kFrames = "frames=";
    constexpr int kMostFrames = 1'000'000;
    constexpr double kLongest_s = 1e9;
    if (text.rfind(kFrames, 0) == 0) {
        const auto frames = number_of<int>(std::string_view(text).substr(kFrames.size()));
        if (!frames || *frames < 1 || *frames > kMostFrames) refuse("--until", text, "frames=N expected, 1 or more");
        return {{}, *frames};
    }
    const auto seconds =
        text.rfind(kSeconds, 0) == 0 ? number_of<double>(std::string_view(text).substr(kSeconds.size())) : std::nullopt;
    if (!seconds || !(*seconds >= 0 && *seconds <= kLongest_s))
        refuse("--until", text, "seconds=S or frames=N expected");
    return {std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000)), {}};
}

}  // namespace nightstack::tools
