// SPDX-License-Identifier: MIT
#include "tools/night/show/night_access.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include "pipeline/core/ascii.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

// Bytes in network order: 4 or 16; nothing for what is no address.
std::optional<std::string> bytes_of(const std::string& address) {
    char bytes[16];
    if (::inet_pton(AF_INET, address.c_str(), bytes) == 1) return std::string(bytes, 4);
    if (::inet_pton(AF_INET6, address.c_str(), bytes) == 1) return std::string(bytes, 16);
    return std::nullopt;
}

bool is_any(const std::string& address) {
    const auto bytes = bytes_of(address);
    return bytes && std::ranges::all_of(*bytes, [](char c) { return c == 0; });
}

// As it stands in an address of the web.
std::string in_brackets(const std::string& address) {
    return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

std::string text_of(const sockaddr& address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address.sa_family == AF_INET)
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
    if (address.sa_family == AF_INET6)
        ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
    return text;
}

std::vector<std::string> own_addresses() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    std::vector<std::string> all;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr) continue;
        const std::string text = text_of(*entry->ifa_addr);
        if (!text.empty() && std::ranges::find(all, text) == all.end()) all.push_back(text);
    }
    return all;
}

std::uint16_t port_of(std::string_view text, std::string_view whole) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        throw OptionError("'" + printable(whole) + "' has no port from 0 to 65535; 127.0.0.1:8080 is an example");
    return port;
}

}  // namespace

ListenAddress listen_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const bool port_alone = colon == std::string_view::npos && text.find('.') == std::string_view::npos;
    if (port_alone) return {"127.0.0.1", port_of(text, text)};
    std::string_view host = colon == std::string_view::npos ? text : text.substr(0, colon);
    const std::uint16_t port = port_of(colon == std::string_view::npos ? "" : text.substr(colon + 1), text);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        throw OptionError("'" + printable(text) + "': an address with colons stands in brackets, [::1]:8080");
    if (host.empty() || host == "localhost") return {"127.0.0.1", port};
    if (!bytes_of(std::string(host)))
        throw OptionError("'" + printable(host) + "' is no address to listen on; 127.0.0.1 for this machine only");
    return {std::string(host), port};
}

bool is_loopback(const std::string& address) {
    const auto bytes = bytes_of(address);
    if (!bytes) return false;
    if (bytes->size() == 4) return bytes->front() == 127;
    return bytes->back() == 1 && std::all_of(bytes->begin(), bytes->end() - 1, [](char c) { return c == 0; });
}

std::vector<std::string> host_names(const std::string& address) {
    std::vector<std::string> names;
    for (const std::string& own : is_any(address) ? own_addresses() : std::vector{address})
        names.push_back(in_brackets(own));
    const auto is = [&](const char* name) { return std::ranges::find(names, name) != names.end(); };
    if (is("127.0.0.1") || is("[::1]")) names.emplace_back("localhost");
    return names;
}

std::string make_token() {
    std::array<unsigned char, 16> bytes{};
    // At most 256 bytes come whole or not at all.
    while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        if (errno != EINTR) throw IoError(std::string("no random bytes: ") + std::strerror(errno), errno);
    }
    static constexpr char kHex[] = "0123456789abcdef";
    std::string token;
    for (const unsigned char byte : bytes) token += {kHex[byte >> 4U], kHex[byte & 15U]};
    return token;
}

bool carries_token(std::string_view authorization, std::string_view token) {
    constexpr std::string_view kScheme = "bearer ";
    if (authorization.size() < kScheme.size() || token.empty()) return false;
    if (lower_case(authorization.substr(0, kScheme.size())) != kScheme) return false;
    const std::string_view given = authorization.substr(kScheme.size());
    unsigned different = given.size() == token.size() ? 0U : 1U;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const char c = i < given.size() ? given[i] : '\0';
        different |= static_cast<unsigned char>(static_cast<unsigned char>(c) ^ static_cast<unsigned char>(token[i]));
    }
    return different == 0;
}

}  // namespace nightstack::tools
