// SPDX-License-Identifier: MIT
#include "tools/scope/sftp_login.h"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tools/cli/settings.h"

namespace nightstack::tools {
namespace {

constexpr std::uint64_t kLongestPassword = 1024;

void refuse_if_others_read(const std::filesystem::path& file) {
    struct stat s {};
    if (::stat(file.c_str(), &s) == 0 && (s.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        throw OptionError("--sftp-password-file " + io::printable(file.string()) +
                          ": others may read it; chmod 600 keeps it yours");
}

std::string first_line_of(const std::filesystem::path& file) {
    refuse_if_others_read(file);
    const std::string text = io::read_text_file(file, kLongestPassword);
    return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace

void add_legacy_flag(CLI::App& app, bool& legacy) {
    app.add_flag("--legacy-ssh", legacy, "accept SSH algorithms that are out of date, for a scope that has no others");
}

void add_sftp_flags(CLI::App& app, SftpFlags& flags) {
    app.add_option("--sftp-user", flags.user, "who logs in at the scope")->capture_default_str()->type_name("USER");
    app.add_option("--sftp-key", flags.key_file, "private key to log in with, without a passphrase")->type_name("FILE");
    app.add_option("--sftp-password-file", flags.password_file,
                   "file with the password in its first line; NIGHTSTACK_SFTP_PASSWORD comes first, a DWARF's own last")
        ->type_name("FILE");
    add_legacy_flag(app, flags.legacy);
}

std::filesystem::path host_keys_file() { return default_config_file().parent_path() / "known_hosts"; }

io::SftpOptions sftp_server(const ScopePlace& place, bool legacy) {
    io::SftpOptions options;
    options.host = place.host;
    options.port = place.ports.sftp;
    options.legacy_algorithms = legacy;
    options.host_keys = host_keys_file();
    return options;
}

io::SftpOptions sftp_options(const ScopePlace& place, const SftpFlags& flags) {
    io::SftpOptions options = sftp_server(place, flags.legacy);
    options.user = flags.user;
    options.key_file = flags.key_file;
    const char* const set = std::getenv("NIGHTSTACK_SFTP_PASSWORD");  // NOLINT(concurrency-mt-unsafe): nobody writes it
    if (set != nullptr)
        options.password = set;
    else if (!flags.password_file.empty())
        options.password = first_line_of(flags.password_file);
    return options;
}

}  // namespace nightstack::tools
