// SPDX-License-Identifier: MIT
#include "pipeline/core/name_lookup.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <thread>

namespace nightstack {
namespace {

void run(const std::shared_ptr<NameLookup>& lookup, const std::string& host) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int problem = getaddrinfo(host.c_str(), nullptr, &wanted, &found);
    std::vector<std::string> addresses;
    for (const addrinfo* one = found; problem == 0 && one != nullptr && addresses.size() < 8; one = one->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
            addresses.emplace_back(text.data());
    }
    if (found != nullptr) freeaddrinfo(found);

    const std::lock_guard lock(lookup->mutex);
    lookup->addresses = std::move(addresses);
    if (problem != 0) lookup->problem = gai_strerror(problem);
    lookup->finished = true;
}

}  // namespace

std::shared_ptr<NameLookup> look_up(const std::string& host) {
    auto lookup = std::make_shared<NameLookup>();
    std::thread(run, lookup, host).detach();
    return lookup;
}

}  // namespace nightstack
