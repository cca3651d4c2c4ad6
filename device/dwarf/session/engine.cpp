// SPDX-License-Identifier: MIT
#include "device/dwarf/session/engine-inl.h"
//
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <future>

namespace nightstack::device::dwarf {
namespace {

constexpr Milliseconds kAfterTrouble{100};  // before work that failed begins anew
}  // namespace

Moment deadline_after(Milliseconds timeout) {
    return std::chrono::steady_clock::now() + std::min<Milliseconds>(timeout, std::chrono::hours(24));
}

Obstacle::Kind obstacle_of(const boost::system::error_code& ec) {
    namespace error = net::error;
    if (ec == error::connection_refused) return Obstacle::Kind::refused;
    const bool no_way = ec == error::host_unreachable || ec == error::network_unreachable ||
                        ec == error::network_down || ec == boost::system::errc::address_not_available;
    return no_way ? Obstacle::Kind::unreachable : Obstacle::Kind::other;
}

Scope::Engine::Engine(const ScopeAddress& address, const ScopeOptions& options, WireTap tap)
    : address_(address),
      options_(options),
      tap_(std::move(tap)),
      desk_(options.pauses, counts_,
            {[this] { changed(); },
             [this](const Message& message) {
                 fan_.put({Event::Kind::push, Clock::now(), message, {}});
             }}),
      backoff_(options.first_pause, options.last_pause, options.seed) {
    keep_up(&Engine::keep_connected);
    keep_up(&Engine::keep_deadlines);
    if (options_.keep_alive.count() > 0) keep_up(&Engine::keep_alive);
    thread_ = std::thread([this] { run(); });
}

void Scope::Engine::keep_up(Work work) { net::co_spawn(io_, without_end(work), net::detached); }

// An exception (no memory) must not end reconnecting or the watch over deadlines for good.
net::awaitable<void> Scope::Engine::without_end(Work work) {
    while (!stopping_) {
        try {
            co_await (this->*work)();
        } catch (const std::exception& problem) {
            note(std::string("session: ") + problem.what());
        }
        if (stopping_) break;
        boost::system::error_code ec;
        net::steady_timer rest(io_, kAfterTrouble);
        co_await rest.async_wait(net::redirect_error(net::use_awaitable, ec));
    }
}

// The close frame gets a moment; what has not ended by then is cut off.
Scope::Engine::~Engine() {
    std::unique_lock lock(gate_);
    closing_ = true;
    net::post(io_, [this] { stop(); });
    fan_.close();
    standing_.close();
    if (!gate_changed_.wait_for(lock, std::chrono::milliseconds(800), [&] { return ended_; })) io_.stop();
    lock.unlock();
    thread_.join();
    end_what_waits();
    lock.lock();
    gate_changed_.wait(lock, [&] { return callers_ == 0; });
}

// Our code ends its coroutines by words, not by exceptions; what comes up here all the same (no memory)
// must not end the process that may be taking pictures.
void Scope::Engine::run() {
    for (bool again = true; again;) {
        again = false;
        try {
            io_.run();
        } catch (const std::exception& problem) {
            note(std::string("session: ") + problem.what());
            again = true;
        }
    }
    const std::lock_guard lock(gate_);
    ended_ = true;
    gate_changed_.notify_all();
}

// A thread that was held for long (by a tap, say) was cut off before it came to stop(), or before what stop() ended
// was told: that is done here, so that every caller that waits has its end. Nothing else runs any more.
void Scope::Engine::end_what_waits() {
    try {
        io_.restart();
        io_.poll();
        if (!stopping_) stop();
        io_.poll();
    } catch (const std::exception& problem) {
        note(std::string("session: ") + problem.what());
    }
    desk_.close();
}

void Scope::Engine::stop() {
    stopping_ = true;
    connected_ = false;
    desk_.close();
    clerk_.cancel();
    pause_.cancel();
    alive_.cancel();
    for (const auto& weak : streams_) {
        if (const auto stream = weak.lock()) stream->close();
    }
    for (const auto& weak : lookup_bells_) {
        if (const auto bell = weak.lock()) bell->cancel();
    }
    if (conversation_) conversation_->leave();
}

Scope::Engine::Caller::Caller(Engine& engine) : engine_(engine) {
    const std::lock_guard lock(engine_.gate_);
    ++engine_.callers_;
}

Scope::Engine::Caller::~Caller() {
    const std::lock_guard lock(engine_.gate_);
    if (--engine_.callers_ == 0) engine_.gate_changed_.notify_all();
}

bool Scope::Engine::hand_over(std::function<void()> work) {
    const std::lock_guard lock(gate_);
    if (closing_) return false;
    net::post(io_, std::move(work));
    return true;
}

Outcome Scope::Engine::ask(const Message& request, Milliseconds timeout) {
    const Caller caller(*this);
    const auto answer = std::make_shared<std::promise<Outcome>>();
    const auto ticket = std::make_shared<Ticket>();
    ticket->request = request;
    ticket->bytes = v1_dialect().encode(request).bytes;
    ticket->deadline = deadline_after(timeout);
    ticket->done = [answer](Outcome outcome) { answer->set_value(std::move(outcome)); };
    if (!hand_over([this, ticket] { desk_.take(ticket); })) return {};
    // The thread ends it in time; the wait's end only guards this caller against one that does not.
    std::future<Outcome> end = answer->get_future();
    if (end.wait_until(ticket->deadline + kGrace) != std::future_status::ready) return {{Reply::Fate::unknown, {}}, {}};
    return end.get();
}

std::optional<Event> Scope::Engine::next_event(Moment until, const std::stop_token& stop) {
    const Caller caller(*this);
    return events_->take(until, stop);
}

bool Scope::Engine::wait_until_known(Moment until, const std::stop_token& stop, int most_noes) {
    const Caller caller(*this);
    return standing_.wait(until, stop, most_noes);
}

net::awaitable<std::string> Scope::Engine::one_connection() {
    const Moment deadline = Clock::now() + options_.connect_timeout;
    const Endpoints endpoints = co_await resolve(address_.ws_port, deadline);
    if (stopping_) co_return "closed by us";
    auto stream = std::make_shared<beast::tcp_stream>(io_);
    remember(streams_, stream);
    stream->expires_at(deadline);
    boost::system::error_code ec;
    co_await stream->async_connect(endpoints, net::redirect_error(net::use_awaitable, ec));
    if (ec) {
        in_the_way_ = obstacle_of(ec);
        co_return in_words(ec);
    }
    if (stopping_) co_return "closed by us";
    stream->expires_never();  // from here the conversation watches the time
    stream->socket().set_option(net::ip::tcp::no_delay(true), ec);
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    conversation_ = std::make_shared<TcpConversation>(std::move(*stream), desk_, options_, counts_, outlets());
    stream.reset();  // empty now, and nothing for stop() to close
    co_return co_await conversation_->run(host_and_port(address_.ws_port), std::max(left, Milliseconds(50)),
                                          !json_known_);
}

net::awaitable<void> Scope::Engine::keep_connected() {
    while (!stopping_) {
        const Moment begun = Clock::now();
        was_up_ = foreign_ = false;
        in_the_way_ = Obstacle::Kind::other;
        std::string why;
        try {
            why = co_await one_connection();
        } catch (const std::exception& problem) {
            why = problem.what();
        }
        if (conversation_) conversation_->hang_up(why);  // it has, unless something threw
        conversation_.reset();
        connected_ = false;
        if (stopping_) break;
        report_lost(why);
        standing_.failed(foreign_ ? Obstacle::Kind::foreign : in_the_way_, why);
        // From the beginning of a try that failed: one that took long has waited enough.
        Moment next = (was_up_ ? Clock::now() : begun) + backoff_.next();
        if (foreign_) next = Clock::now() + options_.last_pause;
        pause_.expires_at(std::max(next, Clock::now() + options_.first_pause / 4));
        boost::system::error_code ec;
        co_await pause_.async_wait(net::redirect_error(net::use_awaitable, ec));
    }
}

net::awaitable<void> Scope::Engine::keep_deadlines() {
    while (!stopping_) {
        desk_.expire(Clock::now());
        clerk_.expires_at(desk_.next_deadline().value_or(Clock::now() + std::chrono::hours(1)));
        boost::system::error_code ec;
        co_await clerk_.async_wait(net::redirect_error(net::use_awaitable, ec));
    }
}

ConversationOutlets Scope::Engine::outlets() {
    ConversationOutlets outlets;
    outlets.tap = tap_;
    outlets.ready = [this] { ready(); };
    outlets.json = [this] {
        if (!json_known_) desk_.refuse("");
        json_known_ = true;
    };
    outlets.foreign = [this](const std::string& text) {
        foreign_ = true;
        json_known_ = false;
        desk_.refuse(address_.host + ": " + text);
    };
    return outlets;
}

void Scope::Engine::changed() {
    clerk_.cancel();
    if (conversation_) conversation_->poke();
}

void Scope::Engine::ready() {
    was_up_ = true;
    connected_ = true;
    standing_.known();
    ++counts_.connections;
    backoff_.reset();
    if (!std::exchange(lost_told_, false)) return;
    const auto away = std::chrono::duration_cast<Milliseconds>(Clock::now() - lost_since_);
    put(Event::Kind::back, "connected again after " + seconds_in_words(away));
}

// Once per outage, with the first reason: the later ones are mostly "refused".
void Scope::Engine::report_lost(const std::string& why) {
    note("connection ended: " + why);
    if (std::exchange(lost_told_, true)) return;
    lost_since_ = Clock::now();
    put(Event::Kind::lost, host_and_port(address_.ws_port) + ": " + why);
}

void Scope::Engine::put(Event::Kind kind, std::string text) {
    note((kind == Event::Kind::lost ? "lost: " : "back: ") + text);
    fan_.put({kind, Clock::now(), {}, std::move(text)});
}

// Also told while an exception is handled: a tap that throws costs its record and nothing else.
void Scope::Engine::note(std::string text) const {
    if (!tap_) return;
    try {
        tap_({WireRecord::Way::note, std::move(text), false});
    } catch (...) {
    }
}

std::string Scope::Engine::host_and_port(int port) const {
    const bool six = address_.host.find(':') != std::string::npos;
    return (six ? "[" + address_.host + "]" : address_.host) + ":" + std::to_string(port);
}

ScopeCounters Scope::Engine::counters() const {
    return {counts_.connections, counts_.sent, counts_.resent,    counts_.received,
            counts_.bad_frames,  counts_.late, events_->dropped()};
}

}  // namespace nightstack::device::dwarf
