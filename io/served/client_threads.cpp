// SPDX-License-Identifier: MIT
#include "io/served/client_threads.h"

#include <sys/socket.h>
#include <unistd.h>

#include "io/served/listening_socket.h"

namespace nightstack::io {
namespace {

constexpr auto kLook = std::chrono::milliseconds(50);  // how often ends and times are looked at

}  // namespace

ClientThreads::ClientThreads(const std::string& address, std::uint16_t port, std::size_t most,
                             std::chrono::milliseconds login_time, Serve serve)
    : most_(most),
      login_time_(login_time),
      serve_(std::move(serve)),
      fd_(listen_on(address, port)),
      port_(local_port(fd_)),
      listener_([this] { listen(); }) {}

ClientThreads::~ClientThreads() {
    stopping_ = true;
    listener_.join();
    drop_all();  // nobody else is left who would touch the list but clients at their end, and they do not
    for (Client& client : clients_) {
        client.thread.join();
        ::close(client.fd);
    }
    ::close(fd_);
}

void ClientThreads::admit(bool on) {
    const std::lock_guard lock(mutex_);
    admitting_ = on;
    if (!on) drop_all();
}

void ClientThreads::drop_all() {
    for (const Client& client : clients_) ::shutdown(client.fd, SHUT_RDWR);
}

void ClientThreads::listen() {
    while (!stopping_) {
        const int fd = accept_within(fd_, kLook);
        tidy();
        if (fd >= 0) take(fd);
    }
}

void ClientThreads::take(int fd) {
    const std::lock_guard lock(mutex_);
    if (!admitting_ || clients_.size() >= most_) {
        ::close(fd);
        return;
    }
    Client& client = clients_.emplace_back();
    client.fd = fd;
    client.since = std::chrono::steady_clock::now();
    client.thread = std::thread([this, &client] {
        serve_(client.fd, client.logged_in);
        ::shutdown(client.fd, SHUT_RDWR);
        client.over = true;
    });
}

// Descriptors are closed here and nowhere else, so that none is shut down that is somebody else's by now.
void ClientThreads::tidy() {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    for (auto client = clients_.begin(); client != clients_.end();) {
        if (client->over) {
            client->thread.join();
            ::close(client->fd);
            client = clients_.erase(client);
            continue;
        }
        if (!client->logged_in && now - client->since > login_time_) ::shutdown(client->fd, SHUT_RDWR);
        ++client;
    }
}

}  // namespace nightstack::io
