// SPDX-License-Identifier: MIT
// Which algorithms a connection may use. Scopes run Linux of past years: what is out of date is used only when asked
// for, and the text of a failure names what is missing. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace nightstack::io::sftp {

// Lists separated by commas, the best first.
struct Algorithms {
    std::string key_exchange, host_keys, ciphers, macs;
};

// `known_type`: of the key that is trusted for this host, "" none; that kind is asked for first, so that a server that
// has learned a new kind does not look like another one.
Algorithms allowed_algorithms(bool legacy, std::string_view known_type);

// libssh's words for "nothing in common" as ours: which kind, what the server offers, and whether --legacy-ssh would
// help. "" when `error` says something else.
std::string missing_algorithm(std::string_view error, bool legacy);

}  // namespace nightstack::io::sftp
