// SPDX-License-Identifier: MIT
#include "io/sftp/sftp_files.h"

#include <optional>
#include <utility>

#include "io/sftp/sftp_client.h"
#include "io/sftp/ssh_link.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

using namespace sftp;

std::string place(const SftpOptions& o) { return printable(o.host) + ":" + std::to_string(o.port); }

std::string place_flags(const SftpOptions& o) {
    return "--host " + printable(o.host) + (o.port == 22 ? "" : " --ports sftp=" + std::to_string(o.port));
}

SshPlace ssh_place(const SftpOptions& o, const std::string& known_type) {
    return {o.host, o.port, o.user, o.legacy_algorithms, known_type};
}

// Before anything of ours is sent.
void check_host_key(const SftpOptions& o, const HostKey& shown) {
    const HostKeyStore store(o.host_keys);
    std::optional<HostKey> trusted = store.find(o.host, o.port);
    if (!trusted) {
        trusted = store.trust_first(o.host, o.port, shown);
        if (*trusted == shown && o.on_new_key) o.on_new_key(shown);
    }
    if (*trusted == shown) return;
    throw RemoteError(RemoteError::Kind::refused,
                      place(o) + " shows another host key than before; trusted is " + fingerprint(*trusted) + " (" +
                          printable(trusted->type) + "), shown was " + fingerprint(shown) + " (" +
                          printable(shown.type) +
                          "). No password was sent. If you know why (another scope, a reset): "
                          "nightstack scope trust " +
                          place_flags(o) + " --replace");
}

}  // namespace

std::unique_ptr<RemoteFiles> connect_sftp(const SftpOptions& o, const std::stop_token& stop) {
    const std::optional<HostKey> known = HostKeyStore(o.host_keys).find(o.host, o.port);
    auto link = std::make_unique<SshLink>(ssh_place(o, known ? known->type : ""), o.limits, stop);
    check_host_key(o, link->host_key());
    link->log_in({o.user, o.password, o.key_file, printable(o.user) + "@" + printable(o.host)}, stop);
    link->open_sftp(stop);
    const std::string where =
        "sftp://" + printable(o.user) + "@" + place(o) + (o.root.starts_with("/") ? "" : "/") + printable(o.root);
    return std::make_unique<SftpClient>(std::move(link), o.root, where, o.limits, stop);
}

RemoteConnector sftp_connector(SftpOptions options) {
    return [options = std::move(options)](const std::stop_token& stop) { return connect_sftp(options, stop); };
}

HostKey ask_host_key(const SftpOptions& o, const std::stop_token& stop) {
    const std::optional<HostKey> known = HostKeyStore(o.host_keys).find(o.host, o.port);
    return SshLink(ssh_place(o, known ? known->type : ""), o.limits, stop).host_key();
}

}  // namespace nightstack::io
