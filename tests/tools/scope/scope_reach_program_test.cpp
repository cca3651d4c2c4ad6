// SPDX-License-Identifier: MIT
// What a user hears, and how soon, when no scope is where it should be.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A port that nobody else gets and that refuses, as long as this lives.
class RefusingPort {
public:
    RefusingPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket_, any, size) != 0 || ::getsockname(socket_, any, &size) != 0)
            throw std::runtime_error("no port");
        port_ = ntohs(address.sin_port);
    }
    ~RefusingPort() { ::close(socket_); }
    RefusingPort(const RefusingPort&) = delete;
    RefusingPort& operator=(const RefusingPort&) = delete;
    std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
    int port() const { return port_; }

private:
    int socket_;
    int port_ = 0;
};

struct Timed {
    Finished finished;
    std::chrono::duration<double> time{};
};

Timed timed(const World& world, const Words& words) {
    const auto begun = std::chrono::steady_clock::now();
    Timed result{world.run(words), {}};
    result.time = std::chrono::steady_clock::now() - begun;
    return result;
}

TEST(ScopeReach, ARefusedConnectionIsToldAtOnceInOneLine) {
    const World world;
    const RefusingPort port;
    for (const Words& verb : {Words{"status"}, Words{"raw", "--count", "2"}, Words{"watch"}, Words{"stop"},
                              Words{"send", R"({"interface":11003})"}}) {
        Words words{"scope"};
        words.insert(words.end(), verb.begin(), verb.end());
        words.insert(words.end(), {"--host", port.host()});
        const auto [refused, time] = timed(world, words);
        EXPECT_EQ(refused.code, 5) << verb[0];
        EXPECT_EQ(lines_of(refused.err).size(), 1u) << refused.err;
        EXPECT_THAT(refused.err, HasSubstr(port.host() + " is refused"));
        EXPECT_THAT(refused.err, HasSubstr("--wait"));
        EXPECT_THAT(refused.err, HasSubstr("doctor --host " + port.host() + " looks closer"));
        EXPECT_LT(time, 3s) << "half a second, and what a busy machine adds";
    }
}

TEST(ScopeReach, WaitsNoLongerThanAsked) {
    const World world;
    const RefusingPort port;
    const auto [refused, time] = timed(world, {"scope", "status", "--wait", "1.5", "--host", port.host()});
    EXPECT_EQ(refused.code, 5);
    EXPECT_THAT(refused.err, HasSubstr("refused"));
    EXPECT_GE(time, 1.5s);
    EXPECT_LT(time, 5s);
    for (const char* wrong : {"-1", "3601", "soon"})
        EXPECT_EQ(world.run({"scope", "status", "--wait", wrong, "--host", port.host()}).code, 2) << wrong;
}

TEST(ScopeReach, WaitsForAScopeThatIsStarting) {
    const World world;
    auto port = std::make_unique<RefusingPort>();
    const std::string number = std::to_string(port->port());
    const pid_t call = world.start({"scope", "power", "--wait", "40", "--host", port->host()}, "call");
    std::this_thread::sleep_for(1200ms);  // refused at least once
    port.reset();
    const pid_t twin = world.start(
        {"sim", "--ports", "ws=" + number + ",http=0,version=0,control=0", "--until", "seconds=60"}, "twin");
    const Finished found = world.wait(call, "call");
    ::kill(twin, SIGTERM);
    world.wait(twin, "twin");
    EXPECT_EQ(found.code, 0) << found.err;
    EXPECT_THAT(found.out, HasSubstr("battery"));
}

}  // namespace
}  // namespace nightstack::test
