// SPDX-License-Identifier: MIT
#include "tools/scope/scope_address.h"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/option_text.h"

namespace nightstack::tools {
namespace {

int parse_port(std::string_view text, const std::string& where) {
    const auto port = written_number<int>(text);
    if (!port || *port < 1 || *port > 65535)
        throw OptionError(where + ": '" + printable(text) + "' is no port; 1 to 65535 expected");
    return *port;
}

void read_ports(std::string_view text, ScopePorts& ports) {
    if (trimmed(text).empty()) return;
    int control = 0;
    const std::pair<std::string_view, int*> names[] = {
        {"ws", &ports.ws},   {"http", &ports.http}, {"file", &ports.file}, {"version", &ports.version},
        {"ftp", &ports.ftp}, {"sftp", &ports.sftp}, {"control", &control}};
    for (const std::string_view item : comma_items(text)) {
        const std::size_t equals = item.find('=');
        const std::string_view name = trimmed(item.substr(0, equals));
        int* port = nullptr;
        for (const auto& [known, value] : names)
            if (known == name) port = value;
        if (port == nullptr || equals == std::string_view::npos)
            throw OptionError("--ports: '" + printable(item) +
                              "' is not understood; write for example ws=9900,http=8092,file=8090,version=9901");
        *port = parse_port(item.substr(equals + 1), "--ports " + std::string(name));
    }
}

}  // namespace

ScopePlace parse_scope_place(std::string_view host, std::string_view ports) {
    ScopePlace place;
    read_ports(ports, place.ports);
    host = trimmed(host);
    std::optional<std::string_view> port;
    if (host.starts_with("[")) {
        const std::size_t close = host.find(']');
        if (close == std::string_view::npos) throw OptionError("--host " + printable(host) + ": the ] is missing");
        const std::string_view rest = host.substr(close + 1);
        if (rest.starts_with(":")) port = rest.substr(1);
        host = host.substr(1, close - 1);
    } else if (const auto colon = host.find(':'); colon != std::string_view::npos && colon == host.rfind(':')) {
        port = host.substr(colon + 1);
        host = host.substr(0, colon);
    }
    if (port) place.ports.ws = parse_port(*port, "--host");
    for (const char c : host)
        if (std::string_view(" /?#@\t\r\n\"'\\").find(c) != std::string_view::npos)
            throw OptionError("--host " + printable(host) + ": an address or a name alone, for example 192.168.88.1");
    place.host = host;
    return place;
}

std::string known_zone(const std::string& zone) {
    const char* set = std::getenv("TZDIR");  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    const std::filesystem::path database = set == nullptr ? "/usr/share/zoneinfo" : set;
    const bool form = !zone.empty() && zone.front() != '/' && zone.find('.') == std::string::npos;
    std::error_code error;
    if (form &&
        (!std::filesystem::is_directory(database, error) || std::filesystem::is_regular_file(database / zone, error)))
        return zone;
    throw OptionError("--zone " + printable(zone.substr(0, 64)) +
                      ": no time zone is called so; a name like Europe/Berlin expected, as `timedatectl "
                      "list-timezones` shows them");
}

std::string system_zone() {
    const char* set = std::getenv("TZ");  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    std::string_view zone = set == nullptr ? "" : set;
    if (zone.starts_with(":")) zone.remove_prefix(1);
    if (zone.find('/') != std::string_view::npos && !zone.starts_with("/")) return std::string(zone);
    std::error_code error;
    const std::string link = std::filesystem::read_symlink("/etc/localtime", error).string();
    const std::size_t at = link.find("zoneinfo/");
    return error || at == std::string::npos ? "Etc/UTC" : link.substr(at + 9);
}

}  // namespace nightstack::tools
