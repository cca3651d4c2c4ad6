// SPDX-License-Identifier: MIT
#include "io/sftp/ssh_link.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <chrono>

#include "io/sftp/algorithms.h"
#include "io/sftp/socket.h"
#include "pipeline/core/printable.h"

namespace nightstack::io::sftp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kTick = std::chrono::milliseconds(50);

// What a server writes besides the subsystem's bytes is thrown away at once, or it would pile up.
int drop_error_text(ssh_session, ssh_channel, void*, std::uint32_t length, int is_error_text, void*) {
    return is_error_text != 0 ? static_cast<int>(length) : 0;
}

}  // namespace

// libssh closes the descriptor it gets, but not on every path: it gets a second one of ours.
struct SshLink::Library {
    Library(const SshPlace& place, std::chrono::milliseconds limit, const std::stop_token& stop)
        : socket(place.host, place.port, limit, stop), session(ssh_new()) {
        ssh_callbacks_init(&callbacks);
        callbacks.channel_data_function = drop_error_text;
    }
    ~Library() {
        if (channel != nullptr) ssh_channel_free(channel);
        ssh_free(session);  // closes its descriptor; ssh_disconnect before it would forget it
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

    Socket socket;
    ssh_session session;
    ssh_channel channel = nullptr;
    ssh_channel_callbacks_struct callbacks{};
    ssh_counter_struct traffic{};  // bytes of the socket, both ways
};

SshLink::SshLink(const SshPlace& place, const RemoteLimits& limits, const std::stop_token& stop)
    : where_(printable(place.host) + ":" + std::to_string(place.port)),
      legacy_(place.legacy),
      limits_(limits),
      library_(std::make_unique<Library>(place, limits.connect, stop)) {
    if (library_->session == nullptr) throw IoError("no memory for an SSH session");
    set_options(place);
    const std::string doing = "connecting to " + where_;
    if (drive(doing, stop)([&] { return ssh_connect(library_->session); }, SSH_AGAIN) != SSH_OK) fail(doing);
}

SshLink::~SshLink() = default;

void SshLink::set_options(const SshPlace& place) {
    ssh_session session = library_->session;
    const Algorithms allowed = allowed_algorithms(place.legacy, place.known_key_type);
    const auto set = [&](ssh_options_e option, const void* value) {
        if (ssh_options_set(session, option, value) != SSH_OK) fail("preparing the connection to " + where_);
    };
    const bool no = false;
    const int fd = library_->socket.duplicate();
    set(SSH_OPTIONS_FD, &fd);
    set(SSH_OPTIONS_PROCESS_CONFIG, &no);  // the user's files for ssh are not for us
    set(SSH_OPTIONS_HOST, place.host.c_str());
    set(SSH_OPTIONS_USER, place.user.c_str());
    set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
    set(SSH_OPTIONS_COMPRESSION, "no");
    set(SSH_OPTIONS_KEY_EXCHANGE, allowed.key_exchange.c_str());
    set(SSH_OPTIONS_HOSTKEYS, allowed.host_keys.c_str());
    set(SSH_OPTIONS_CIPHERS_C_S, allowed.ciphers.c_str());
    set(SSH_OPTIONS_CIPHERS_S_C, allowed.ciphers.c_str());
    set(SSH_OPTIONS_HMAC_C_S, allowed.macs.c_str());
    set(SSH_OPTIONS_HMAC_S_C, allowed.macs.c_str());
    set(SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, allowed.host_keys.c_str());
    ssh_set_counters(session, &library_->traffic, nullptr);
    ssh_set_blocking(session, 0);
}

void SshLink::fail(const std::string& doing) const {
    const std::string error = ssh_get_error(library_->session);
    if (const std::string missing = missing_algorithm(error, legacy_); !missing.empty())
        throw RemoteError(RemoteError::Kind::refused, where_ + ": " + missing);
    throw RemoteError(RemoteError::Kind::lost, doing + ": " + printable(error.substr(0, 300)));
}

void SshLink::fail_silent() const {
    throw RemoteError(RemoteError::Kind::lost,
                      where_ + " has been silent for " + std::to_string(limits_.silence.count()) + " ms");
}

Drive SshLink::drive(const std::string& doing, const std::stop_token& stop) {
    return [this, doing, stop, end = Clock::now() + limits_.connect](const std::function<int()>& call, int again) {
        for (;;) {
            const int rc = call();
            if (rc != again) return rc;
            if (stop.stop_requested()) throw Interrupted();
            if (Clock::now() > end)
                throw RemoteError(RemoteError::Kind::lost,
                                  doing + ": no answer within " + std::to_string(limits_.connect.count()) + " ms");
            library_->socket.wait(kTick, (ssh_get_poll_flags(library_->session) & SSH_WRITE_PENDING) != 0);
        }
    };
}

HostKey SshLink::host_key() const {
    ssh_key key = nullptr;
    if (ssh_get_server_publickey(library_->session, &key) != SSH_OK) fail("the host key of " + where_);
    const std::unique_ptr<ssh_key_struct, void (*)(ssh_key)> owner(key, ssh_key_free);
    const ssh_keytypes_e kind = ssh_key_type(key);
    const bool elliptic = kind >= SSH_KEYTYPE_ECDSA_P256 && kind <= SSH_KEYTYPE_ECDSA_P521;
    const char* const name = elliptic ? ssh_pki_key_ecdsa_name(key) : ssh_key_type_to_char(kind);
    char* base64 = nullptr;
    if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK || name == nullptr) fail("the host key of " + where_);
    HostKey found{name, base64};
    ssh_string_free_char(base64);
    return found;
}

void SshLink::log_in(const Login& login, const std::stop_token& stop) {
    sftp::log_in(library_->session, login, drive("logging in as " + login.where, stop));
}

void SshLink::open_sftp(const std::stop_token& stop) {
    library_->channel = ssh_channel_new(library_->session);
    ssh_channel channel = library_->channel;
    if (channel == nullptr) throw IoError("no memory for an SSH channel");
    ssh_set_channel_callbacks(channel, &library_->callbacks);
    const std::string doing = "opening a channel at " + where_;
    const Drive driven = drive(doing, stop);
    if (driven([&] { return ssh_channel_open_session(channel); }, SSH_AGAIN) != SSH_OK) fail(doing);
    if (driven([&] { return ssh_channel_request_subsystem(channel, "sftp"); }, SSH_AGAIN) == SSH_OK) return;
    if (ssh_is_connected(library_->session) == 0) fail("asking for SFTP at " + where_);
    throw RemoteError(RemoteError::Kind::refused, where_ + " offers no SFTP");
}

void SshLink::send(std::string& bytes, const std::stop_token& stop) {
    const Clock::time_point end = Clock::now() + limits_.silence;
    while (!bytes.empty()) {
        const int sent = ssh_channel_write(library_->channel, bytes.data(), static_cast<std::uint32_t>(bytes.size()));
        if (sent < 0) fail("sending to " + where_);
        bytes.erase(0, static_cast<std::size_t>(sent));
        if (bytes.empty()) return;
        if (stop.stop_requested()) throw Interrupted();
        if (Clock::now() > end) fail_silent();
        library_->socket.wait(kTick, false);  // until the server makes room in its window
    }
}

std::size_t SshLink::receive(std::span<std::byte> out, const std::stop_token& stop) {
    ssh_channel channel = library_->channel;
    std::uint64_t heard = library_->traffic.in_bytes;
    Clock::time_point heard_at = Clock::now();
    for (;;) {
        if (stop.stop_requested()) throw Interrupted();
        const int got = ssh_channel_read_timeout(channel, out.data(), static_cast<std::uint32_t>(out.size()), 0,
                                                 static_cast<int>(kTick.count()));
        if (got > 0) return static_cast<std::size_t>(got);
        if (got < 0 && got != SSH_AGAIN) fail("reading from " + where_);
        if (ssh_channel_is_eof(channel) != 0 || ssh_is_connected(library_->session) == 0)
            throw RemoteError(RemoteError::Kind::lost, where_ + " ended the connection");
        const Clock::time_point now = Clock::now();
        if (library_->traffic.in_bytes != heard) heard_at = now;
        heard = library_->traffic.in_bytes;
        if (now - heard_at > limits_.silence) fail_silent();
    }
}

}  // namespace nightstack::io::sftp
