// SPDX-License-Identifier: MIT
#include "io/sftp/login.h"

#include <libssh/libssh.h>

#include <memory>

#include "io/remote/remote_files.h"
#include "pipeline/core/printable.h"

namespace nightstack::io::sftp {
namespace {

constexpr int kMostQuestions = 3;  // rounds of a server that asks in words

[[noreturn]] void refused(const std::string& text) { throw RemoteError(RemoteError::Kind::refused, text); }

int checked(int rc, ssh_session_struct* session, const std::string& where) {
    if (rc == SSH_AUTH_ERROR)
        throw RemoteError(RemoteError::Kind::lost, "the connection ended while logging in as " + where + ": " +
                                                       printable(ssh_get_error(session)));
    return rc;
}

using Key = std::unique_ptr<ssh_key_struct, void (*)(ssh_key_struct*)>;

Key read_key(const std::filesystem::path& file) {
    ssh_key key = nullptr;
    // A callback that knows no passphrase: without it libssh would ask on the terminal.
    const auto no_passphrase = [](const char*, char*, std::size_t, int, int, void*) { return -1; };
    const int rc = ssh_pki_import_privkey_file(file.c_str(), nullptr, no_passphrase, nullptr, &key);
    if (rc != SSH_OK)
        throw OptionError(printable(file.string()) + " is no private key that can be read without a passphrase");
    return {key, ssh_key_free};
}

bool with_key(ssh_session_struct* session, const Login& login, const Drive& drive) {
    const Key key = read_key(login.key_file);
    const int rc = drive([&] { return ssh_userauth_publickey(session, nullptr, key.get()); }, SSH_AUTH_AGAIN);
    return checked(rc, session, login.where) == SSH_AUTH_SUCCESS;
}

// The server asks in words, mostly for the password; only a question with a hidden answer gets it, and once.
bool in_words(ssh_session_struct* session, const Login& login, const Drive& drive) {
    bool answered = false;
    for (int round = 0; round < kMostQuestions; ++round) {
        const int rc = checked(drive([&] { return ssh_userauth_kbdint(session, nullptr, nullptr); }, SSH_AUTH_AGAIN),
                               session, login.where);
        if (rc != SSH_AUTH_INFO) return rc == SSH_AUTH_SUCCESS;
        const int questions = ssh_userauth_kbdint_getnprompts(session);
        if (questions > 1 || (questions == 1 && answered)) return false;
        char echoed = 0;
        if (questions == 1 && (ssh_userauth_kbdint_getprompt(session, 0, &echoed) == nullptr || echoed != 0))
            return false;
        if (questions == 1) ssh_userauth_kbdint_setanswer(session, 0, login.password.c_str());
        answered = answered || questions == 1;
    }
    return false;
}

bool with_password(ssh_session_struct* session, const Login& login, const Drive& drive, int methods) {
    if ((methods & SSH_AUTH_METHOD_PASSWORD) == 0) return in_words(session, login, drive);
    const int rc =
        drive([&] { return ssh_userauth_password(session, nullptr, login.password.c_str()); }, SSH_AUTH_AGAIN);
    return checked(rc, session, login.where) == SSH_AUTH_SUCCESS;
}

}  // namespace

void log_in(ssh_session_struct* session, const Login& login, const Drive& drive) {
    const int none = drive([&] { return ssh_userauth_none(session, nullptr); }, SSH_AUTH_AGAIN);
    if (checked(none, session, login.where) == SSH_AUTH_SUCCESS) return;
    const int methods = ssh_userauth_list(session, nullptr);
    std::string tried;
    if (!login.key_file.empty() && (methods & SSH_AUTH_METHOD_PUBLICKEY) != 0) {
        if (with_key(session, login, drive)) return;
        tried = "key " + printable(login.key_file.string());
    }
    if (!login.password.empty() && (methods & (SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE)) != 0) {
        if (with_password(session, login, drive, methods)) return;
        tried += tried.empty() ? "password" : " and password";
    }
    if (tried.empty()) refused("nothing to log in with that " + login.where + " would take: a password or a key file");
    refused(tried + " refused for " + login.where);
}

}  // namespace nightstack::io::sftp
