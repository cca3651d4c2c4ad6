// SPDX-License-Identifier: MIT
#include "tools/scope/replay_server.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "io/http/server.h"
#include "tools/scope/message_text.h"
#include "tools/scope/replay_script.h"
#include "tools/scope/scope_call.h"

namespace nightstack::tools {
namespace {

using Clock = std::chrono::steady_clock;

// What is to be sent, and when. All on the loop's thread.
class Player {
public:
    Player(io::ServerLoop& loop, const WireFile& file, double speed, Talk& talk)
        : file_(file), speed_(speed), talk_(talk), alarm_(loop, [this] { ring(); }) {}

    void opened(const io::WebSocketPtr& socket) {
        scripts_.emplace(socket->id(), ReplayScript(file_));
        queue(socket, scripts_.at(socket->id()).opening());
    }
    void message(const io::WebSocketPtr& socket, std::string_view bytes, bool binary) {
        talk_.say("client: " + frame_text(bytes, binary));
        queue(socket, scripts_.at(socket->id()).answer(bytes));
    }
    void closed(const io::WebSocketPtr& socket) { scripts_.erase(socket->id()); }

private:
    void queue(const io::WebSocketPtr& socket, const std::vector<ReplayAnswer>& answers) {
        for (const ReplayAnswer& answer : answers) {
            const auto delay = std::chrono::duration<double>(answer.after_s / speed_);
            due_.emplace(Clock::now() + std::chrono::duration_cast<Clock::duration>(delay),
                         std::pair(socket, answer.line));
        }
        ring();
    }
    void ring() {
        while (!due_.empty() && due_.begin()->first <= Clock::now()) {
            const auto [socket, line] = due_.begin()->second;
            due_.erase(due_.begin());
            talk_.detail("scope: " + frame_text(line->bytes, line->binary));
            socket->send(line->bytes, line->binary);
        }
        if (!due_.empty()) alarm_.set(due_.begin()->first);
    }

    const WireFile& file_;
    const double speed_;
    Talk& talk_;
    std::map<std::uint64_t, ReplayScript> scripts_;
    std::multimap<Clock::time_point, std::pair<io::WebSocketPtr, const WireLine*>> due_;
    io::Alarm alarm_;
};

void wait_for(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait(lock, stop, [] { return false; });
}

}  // namespace

void serve_replay(const WireFile& file, const ReplayServerOptions& options, Talk& talk, const std::stop_token& stop) {
    io::ServerLoop loop;
    Player player(loop, file, options.speed, talk);
    io::HttpHandlers handlers;
    handlers.opened = [&](const io::WebSocketPtr& socket, const io::HttpRequest&) {
        player.opened(socket);
        return true;
    };
    handlers.message = [&](const io::WebSocketPtr& s, std::string_view bytes, bool binary) {
        player.message(s, bytes, binary);
    };
    handlers.closed = [&](const io::WebSocketPtr& socket) { player.closed(socket); };
    handlers.pong = [](const io::WebSocketPtr&, std::string_view) { return std::string(); };
    io::HttpServerOptions server_options;
    server_options.address = options.address;
    server_options.port = static_cast<std::uint16_t>(options.port);
    {
        const io::HttpServer server(loop, server_options, handlers);
        const std::string port = std::to_string(server.port());
        talk.event(event_line("ready", {{"ports", "{\"ws\":" + port + "}"}}));
        talk.say("replaying to clients at " + options.address + ":" + port + " until Ctrl-C");
        wait_for(stop);
    }
    loop.stop();
}

}  // namespace nightstack::tools
