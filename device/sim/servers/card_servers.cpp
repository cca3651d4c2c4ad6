// SPDX-License-Identifier: MIT
#include "device/sim/servers/card_servers.h"

#include <optional>
#include <span>

#include "io/ftp_server/ftp_server.h"
#include "io/served/http_files.h"
#include "io/sftp_server/sftp_server.h"

namespace nightstack::device::sim {
namespace {

constexpr const char* kPassword = "rockchip";

io::HttpServerOptions file_options(const CardServersOptions& options) {
    io::HttpServerOptions out;
    out.address = options.bind;
    out.port = options.file;
    out.limits.connections_per_address = out.limits.connections;
    return out;
}

io::SftpServerOptions sftp_options(const CardServersOptions& options) {
    io::SftpServerOptions out;
    out.address = options.bind;
    out.port = options.sftp;
    out.password = kPassword;
    out.mounts = {"/mnt/sdcard", "/sdcard"};
    out.host_key = options.host_key;
    out.legacy_only = options.legacy_ssh;
    return out;
}

io::FtpServerOptions ftp_options(const CardServersOptions& options) {
    io::FtpServerOptions out;
    out.address = options.bind;
    out.port = options.ftp;
    out.users = {{"ftp", kPassword}};
    return out;
}

}  // namespace

class CardServers::Parts {
public:
    Parts(io::ServerLoop& loop, const CardServersOptions& options)
        : folder(std::make_shared<io::ServedFolder>(options.folder, [this] { return visible.load(); })),
          sftp(folder, sftp_options(options)),
          ftp(folder, ftp_options(options)),
          http(loop, file_options(options), handlers()) {}

    io::HttpHandlers handlers() {
        io::HttpHandlers out;
        out.request = [this](const io::HttpRequest& request) -> std::optional<io::HttpResponse> {
            if (!reachable) return std::nullopt;
            // Older firmware: /file/ on 8090; newer: /sdcard/ of nginx.
            const std::string prefix = request.path().starts_with("/sdcard") ? "/sdcard" : "/file";
            io::HttpResponse answer = io::answer_file_request(folder, prefix, request);
            if (answer.source)
                answer.source->read = [this, read = answer.source->read](std::span<char> into) {
                    return reachable ? read(into) : 0;
                };
            return answer;
        };
        return out;
    }

    std::atomic<bool> visible{true}, reachable{true};
    const std::shared_ptr<const io::ServedFolder> folder;
    io::SftpServer sftp;
    io::FtpServer ftp;
    io::HttpServer http;
};

CardServers::CardServers(io::ServerLoop& loop, const CardServersOptions& options)
    : parts_(std::make_unique<Parts>(loop, options)) {}

CardServers::~CardServers() = default;

std::uint16_t CardServers::file() const { return parts_->http.port(); }
std::uint16_t CardServers::sftp() const { return parts_->sftp.port(); }
std::uint16_t CardServers::ftp() const { return parts_->ftp.port(); }
std::string CardServers::fingerprint() const { return parts_->sftp.fingerprint(); }

void CardServers::show(bool visible) { parts_->visible = visible; }

void CardServers::reach(bool reachable) {
    if (parts_->reachable.exchange(reachable) == reachable) return;
    parts_->sftp.admit(reachable);
    parts_->ftp.admit(reachable);
}

}  // namespace nightstack::device::sim
