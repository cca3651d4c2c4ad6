// SPDX-License-Identifier: MIT
#include "tests/support/remote/sshd.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace nightstack::test {
namespace {

// crypt() of kTestPassword
constexpr const char* kShadow =
    "$6$nightstack$I4Kz0vSKr6sSMmPsdnFiZseAUA1cCGnLWS8Y3GwZEL2O0THS7ZFn0NFzXsG21EWe7r4Bhx3eKdAGrJUAUq.bZ0";

std::string key_file(const std::string& type) { return "host_" + type; }

void make_key(const std::string& type, const std::filesystem::path& file) {
    std::filesystem::remove(file);
    std::filesystem::remove(file.string() + ".pub");
    std::vector<std::string> words{"/usr/bin/ssh-keygen", "-q", "-t", type, "-N", "", "-C", "test", "-f",
                                   file.string()};
    if (type == "rsa") words.insert(words.end(), {"-b", "2048"});  // quicker made
    run_helper(words);
}

// sshd insists on this folder of the package when it is root.
void make_privilege_folder() {
    if (::getuid() == 0) ::mkdir("/run/sshd", 0755);
}

}  // namespace

std::string test_user() {
    const passwd* entry = ::getpwuid(::getuid());
    if (entry == nullptr) throw std::runtime_error("the user who runs the test has no name");
    return entry->pw_name;
}

ChildServer::Environment login_environment(const std::filesystem::path& home) {
    return {{"LD_PRELOAD", LOGIN_SHIM}, {"NS_TEST_HOME", home.string()}, {"NS_TEST_SHADOW", kShadow}};
}

Sshd::Sshd(const SshdOptions& options) : port_(free_port()) {
    std::filesystem::create_directories(home() / ".ssh");
    make_key("ed25519", client_key());
    std::filesystem::copy_file(client_key().string() + ".pub", home() / ".ssh/authorized_keys");
    make_privilege_folder();
    start(options);
}

void Sshd::restart(const SshdOptions& options) {
    server_.reset();
    start(options);
}

void Sshd::start(const SshdOptions& options) {
    std::ofstream config(temp_ / "sshd_config");
    config << "ListenAddress 127.0.0.1\nPort " << port_ << "\nPidFile none\nUsePAM no\nUseDNS no\nStrictModes no\n"
           << "AuthorizedKeysFile " << (home() / ".ssh/authorized_keys").string() << "\n"
           << "PermitRootLogin yes\nPasswordAuthentication yes\nLogLevel VERBOSE\nMaxStartups 500\n"
           << "Subsystem sftp " << options.subsystem << "\n"
           << options.more;
    for (const std::string& type : options.key_types) {
        make_key(type, temp_ / key_file(type));
        config << "HostKey " << (temp_ / key_file(type)).string() << "\n";
    }
    config.close();
    server_ = std::make_unique<ChildServer>(
        std::vector<std::string>{"/usr/sbin/sshd", "-D", "-e", "-f", (temp_ / "sshd_config").string()}, port_,
        temp_ / "sshd.log", login_environment(home()));
}

std::string Sshd::fingerprint(const std::string& type) const {
    const std::string command = "ssh-keygen -l -f '" + (temp_ / key_file(type)).string() + "'";
    FILE* pipe = ::popen(command.c_str(), "r");
    char bits[32], text[128];
    const int read = pipe == nullptr ? 0 : std::fscanf(pipe, "%31s %127s", bits, text);
    if (pipe != nullptr) ::pclose(pipe);
    if (read != 2) throw std::runtime_error("ssh-keygen -l failed");
    return text;
}

}  // namespace nightstack::test
