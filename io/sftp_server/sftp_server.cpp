// SPDX-License-Identifier: MIT
#include "io/sftp_server/sftp_server.h"

#include <unistd.h>

#include <utility>

#include "io/served/client_threads.h"
#include "io/sftp_server/host_key-inl.h"
#include "io/sftp_server/sftp_conversation-inl.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

using Bind = std::unique_ptr<ssh_bind_struct, void (*)(ssh_bind)>;
using Session = std::unique_ptr<ssh_session_struct, void (*)(ssh_session)>;

void set_legacy(ssh_bind bind) {
    constexpr const char* kCiphers = "aes128-cbc,3des-cbc";
    constexpr const char* kMacs = "hmac-sha1";
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_KEY_EXCHANGE, "diffie-hellman-group14-sha1,diffie-hellman-group1-sha1");
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_CIPHERS_C_S, kCiphers);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_CIPHERS_S_C, kCiphers);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HMAC_C_S, kMacs);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HMAC_S_C, kMacs);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, "ssh-rsa");
}

}  // namespace

class SftpServer::Host {
public:
    Host(std::shared_ptr<const ServedFolder> folder, const SftpServerOptions& options)
        : folder_(std::move(folder)),
          options_(options),
          key_(host_key(options.host_key, options.legacy_only)),
          clients_(options.address, options.port, options.clients, options.login_time,
                   [this](int fd, std::atomic<bool>& logged_in) { serve(fd, logged_in); }) {}

    ClientThreads& clients() { return clients_; }
    std::string fingerprint() const { return key_fingerprint(key_.get()); }

private:
    void serve(int fd, std::atomic<bool>& logged_in);

    const std::shared_ptr<const ServedFolder> folder_;
    const SftpServerOptions options_;
    const SshKey key_;
    ClientThreads clients_;
};

// A bind of its own for each client: libssh's is not for several threads. libssh closes the descriptor it gets, so it
// gets a second one of the same socket.
void SftpServer::Host::serve(int fd, std::atomic<bool>& logged_in) {
    const Bind bind(ssh_bind_new(), &ssh_bind_free);
    const Session session(ssh_new(), &ssh_free);
    if (!bind || !session) return;
    const bool no_files = false;  // neither libssh's nor the machine's settings
    ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_PROCESS_CONFIG, &no_files);
    if (options_.legacy_only) set_legacy(bind.get());
    ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_IMPORT_KEY, ssh_key_dup(key_.get()));
    const int own = ::dup(fd);
    if (own < 0) return;
    if (ssh_bind_accept_fd(bind.get(), session.get(), own) != SSH_OK) {
        ::close(own);
        return;
    }
    try {
        SftpConversation(session.get(), *folder_, options_, logged_in).run();
    } catch (const std::exception&) {
        // out of memory: costs this client its connection
    }
    ssh_disconnect(session.get());
}

SftpServer::SftpServer(std::shared_ptr<const ServedFolder> folder, const SftpServerOptions& options)
    : host_(std::make_unique<Host>(std::move(folder), options)) {}

SftpServer::~SftpServer() = default;

std::uint16_t SftpServer::port() const { return host_->clients().port(); }

std::string SftpServer::fingerprint() const { return host_->fingerprint(); }

void SftpServer::admit(bool on) { host_->clients().admit(on); }

}  // namespace nightstack::io
