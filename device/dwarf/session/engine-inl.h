// SPDX-License-Identifier: MIT
// What runs behind Scope: one thread, one io_context, at most one WebSocket at a time. Methods of
// the first group are for any thread, all others run on the engine's own.
#pragma once

#include "device/dwarf/session/tcp_conversation-inl.h"
//
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "device/dwarf/session/event_fan.h"
#include "device/dwarf/session/http_get-inl.h"
#include "device/dwarf/session/scope.h"
#include "pipeline/core/backoff.h"
#include "pipeline/core/name_lookup.h"

namespace nightstack::device::dwarf {

inline constexpr std::chrono::seconds kGrace{1};  // for the thread, beyond a deadline

// At most a day ahead, so that no caller's "for ever" overflows the clock.
Moment deadline_after(Milliseconds timeout);
Obstacle::Kind obstacle_of(const boost::system::error_code& ec);  // of a connect

class Scope::Engine {
public:
    Engine(const ScopeAddress& address, const ScopeOptions& options, WireTap tap);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    Outcome ask(const Message& request, Milliseconds timeout);
    std::optional<Event> next_event(Moment until, const std::stop_token& stop);
    Subscription subscribe(std::size_t most_pushes) { return Subscription(fan_.add(most_pushes)); }
    std::optional<HttpResult> get(HttpPort port, std::string target, Milliseconds timeout);
    bool wait_until_known(Moment until, const std::stop_token& stop, int most_noes);
    Obstacle obstacle() const { return standing_.obstacle(); }
    bool connected() const { return connected_; }
    ScopeCounters counters() const;

private:
    using Clock = std::chrono::steady_clock;
    using Endpoints = std::vector<net::ip::tcp::endpoint>;

    // A caller inside; the destructor waits until the last one has left.
    class Caller {
    public:
        explicit Caller(Engine& engine);
        ~Caller();

    private:
        Engine& engine_;
    };

    // Runs `work` on the thread, in order with stop(); false when the engine is ending.
    bool hand_over(std::function<void()> work);
    // Into a list of what stop() ends; what is over goes out of it.
    template <class T>
    static void remember(std::vector<std::weak_ptr<T>>& all, const std::shared_ptr<T>& one) {
        std::erase_if(all, [](const std::weak_ptr<T>& old) { return old.expired(); });
        all.push_back(one);
    }
    void run();
    void end_what_waits();
    void stop();

    using Work = net::awaitable<void> (Engine::*)();
    void keep_up(Work work);
    net::awaitable<void> without_end(Work work);
    net::awaitable<void> keep_connected();
    net::awaitable<std::string> one_connection();
    net::awaitable<void> keep_deadlines();
    net::awaitable<void> keep_alive();
    net::awaitable<Endpoints> resolve(int port, Moment deadline);
    net::awaitable<HttpResult> fetch(HttpPort port, std::string target, Moment deadline);

    ConversationOutlets outlets();
    void changed();
    void ready();
    void report_lost(const std::string& why);
    void note(std::string text) const;
    void put(Event::Kind kind, std::string text);
    std::string host_and_port(int port) const;

    const ScopeAddress address_;
    const ScopeOptions options_;
    const WireTap tap_;
    Counts counts_;
    EventFan fan_;
    const std::shared_ptr<EventQueue> events_ = fan_.add(1024);  // of next_event()
    Standing standing_;
    Desk desk_;
    Backoff backoff_;

    net::io_context io_{1};
    net::steady_timer clerk_{io_};
    net::steady_timer pause_{io_};
    net::steady_timer alive_{io_};
    std::shared_ptr<TcpConversation> conversation_;
    std::vector<std::weak_ptr<beast::tcp_stream>> streams_;       // connecting, and HTTP: closed by stop()
    std::vector<std::weak_ptr<net::steady_timer>> lookup_bells_;  // of names being resolved
    std::shared_ptr<NameLookup> lookup_;
    bool stopping_ = false;
    bool json_known_ = false;  // since the last verdict
    bool foreign_ = false;
    Obstacle::Kind in_the_way_ = Obstacle::Kind::other;  // of the try that goes on
    bool was_up_ = false;                                // this connection reached a known state
    bool lost_told_ = false;                             // a `lost` without its `back`
    Moment lost_since_{};
    std::atomic<bool> connected_{false};

    std::mutex gate_;  // guards the four below
    std::condition_variable gate_changed_;
    bool closing_ = false;
    bool ended_ = false;
    int callers_ = 0;
    std::thread thread_;
};

}  // namespace nightstack::device::dwarf
