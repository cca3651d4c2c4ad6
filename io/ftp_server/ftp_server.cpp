// SPDX-License-Identifier: MIT
#include "io/ftp_server/ftp_server.h"

#include "io/ftp_server/ftp_conversation.h"
#include "io/served/client_threads.h"

namespace nightstack::io {

class FtpServer::Host {
public:
    Host(std::shared_ptr<const ServedFolder> folder, const FtpServerOptions& options)
        : folder_(std::move(folder)),
          options_(options),
          clients_(options.address, options.port, options.clients, options.login_time,
                   [this](int fd, std::atomic<bool>& logged_in) {
                       try {
                           FtpConversation(fd, *folder_, options_, logged_in).run();
                       } catch (const std::exception&) {
                           // out of memory: costs this client its connection
                       }
                   }) {}
    ClientThreads& clients() { return clients_; }

private:
    const std::shared_ptr<const ServedFolder> folder_;
    const FtpServerOptions options_;
    ClientThreads clients_;
};

FtpServer::FtpServer(std::shared_ptr<const ServedFolder> folder, const FtpServerOptions& options)
    : host_(std::make_unique<Host>(std::move(folder), options)) {}

FtpServer::~FtpServer() = default;

std::uint16_t FtpServer::port() const { return host_->clients().port(); }

void FtpServer::admit(bool on) { host_->clients().admit(on); }

}  // namespace nightstack::io
