// SPDX-License-Identifier: MIT
// Proving who we are to a server whose host key has been checked. One attempt with each thing we have: scopes and
// their owners' networks may count failures.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

struct ssh_session_struct;

namespace nightstack::io::sftp {

struct Login {
    std::string user;
    std::string password;            // "" none
    std::filesystem::path key_file;  // "" none; without a passphrase
    std::string where;               // "root@192.168.88.1", for messages
};

// Repeats a call of libssh until it does not say "again"; throws when the time is over or a stop was asked.
using Drive = std::function<int(const std::function<int()>& call, int again)>;

// Throws RemoteError (refused), OptionError for a key file that is none; never shows or stores the password.
void log_in(ssh_session_struct* session, const Login& login, const Drive& drive);

}  // namespace nightstack::io::sftp
