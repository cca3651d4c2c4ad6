// SPDX-License-Identifier: MIT
// Who may speak with a night's server. Nothing on the network and no page in a browser may, unless the user said so:
// it listens on this machine alone, or asks for a token that only the user has; and it answers to its own names
// alone, so that a foreign page cannot come in by a name that was turned to this machine's address. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::tools {

struct ListenAddress {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any that is free
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:0", ":8080" and "8080" for this machine. Throws OptionError.
ListenAddress listen_address(std::string_view text);

// Whether only this machine can reach it. False also for what is no address.
bool is_loopback(const std::string& address);

// What may stand in Host for a server on that address, without port: the address and, where that is one of it,
// localhost. For 0.0.0.0 and :: all addresses this machine has at present.
std::vector<std::string> host_names(const std::string& address);

// 128 bits that nobody can guess, as 32 hexadecimal digits. Throws IoError when the system gives none.
std::string make_token();

// Whether an Authorization header carries the token ("Bearer TOKEN"). The time it takes does not tell how much of it
// was right.
bool carries_token(std::string_view authorization, std::string_view token);

}  // namespace nightstack::tools
