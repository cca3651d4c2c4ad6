// SPDX-License-Identifier: MIT
// How the files of a scope are reached over SFTP: who logs in, with what, and which host keys are trusted. A password
// is never on the command line: it comes from NIGHTSTACK_SFTP_PASSWORD, else from a file, else it is that of every
// DWARF.
#pragma once

#include <filesystem>
#include <string>

#include "io/sftp/sftp_files.h"
#include "tools/scope/scope_address.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

struct SftpFlags {
    std::string user = "root";
    std::filesystem::path key_file;       // "" none
    std::filesystem::path password_file;  // "" none; its first line
    bool legacy = false;
};

// --sftp-user, --sftp-key, --sftp-password-file, --legacy-ssh. The value must outlive the parser.
void add_sftp_flags(CLI::App& app, SftpFlags& flags);
void add_legacy_flag(CLI::App& app, bool& legacy);

// ~/.config/nightstack/known_hosts, beside the settings file.
std::filesystem::path host_keys_file();

// What a connection needs before a log-in.
io::SftpOptions sftp_server(const ScopePlace& place, bool legacy);
// And with it. Throws OptionError for a file of a password that others may read, IoError.
io::SftpOptions sftp_options(const ScopePlace& place, const SftpFlags& flags);

}  // namespace nightstack::tools
