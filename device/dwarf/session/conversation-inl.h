// SPDX-License-Identifier: MIT
// One WebSocket to the scope, from handshake to its end: reads, sends what the desk gives, pings,
// and learns the state before commands may leave. Over any stream: TCP in the product, memory in
// tests. Everything runs on one thread; the desk and the outlets outlive the conversation.
#pragma once

#include <utility>  // boost 1.74's awaitable.hpp forgets it

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket.hpp>

#include "device/dwarf/protocol/dialect.h"
#include "device/dwarf/protocol/json.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/session/desk.h"
#include "device/dwarf/session/scope.h"
#include "device/dwarf/session/signs_of_life.h"
#include "device/dwarf/session/state_query-inl.h"
#include "device/dwarf/session/words-inl.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

struct ConversationOutlets {
    WireTap tap;
    std::function<void()> ready;                           // the state is known, commands leave
    std::function<void()> json;                            // a message was read: this scope speaks our language
    std::function<void(const std::string& text)> foreign;  // it does not, in words
};

template <class Stream>
class Conversation : public std::enable_shared_from_this<Conversation<Stream>> {
public:
    Conversation(Stream&& stream, Desk& desk, const ScopeOptions& options, Counts& counts, ConversationOutlets outlets)
        : ws_(std::move(stream)),
          pump_bell_(ws_.get_executor()),
          pulse_(ws_.get_executor()),
          farewell_(ws_.get_executor()),
          desk_(desk),
          options_(options),
          counts_(counts),
          outlets_(std::move(outlets)) {
        ws_.read_message_max(kMaxMessageBytes);
        ws_.auto_fragment(false);  // a small server may not know continuation frames
        ws_.text(true);
    }

    // Runs until the connection has ended and says why, in words. `prove`: nothing in JSON was ever
    // heard from this scope, so it is asked for something every firmware 1.x answers.
    net::awaitable<std::string> run(std::string host, Milliseconds handshake, bool prove) {
        const auto self = this->shared_from_this();
        websocket::stream_base::timeout limits{};
        limits.handshake_timeout = handshake;
        limits.idle_timeout = websocket::stream_base::none();  // pulse() does that
        limits.keep_alive_pings = false;
        ws_.set_option(limits);
        ws_.control_callback([this](websocket::frame_type kind, beast::string_view) { control(kind); });
        boost::system::error_code ec;
        co_await ws_.async_handshake(host, "/", net::redirect_error(net::use_awaitable, ec));
        if (ec) {
            hang_up("WebSocket handshake: " + in_words(ec));
            co_return why_;
        }
        open_ = !gone_;
        signs_.heard(Clock::now());
        begin(pulse());
        begin(pump());
        begin(introduce(prove));
        try {
            co_await read();
        } catch (const std::exception& problem) {
            hang_up(problem.what());  // else its companions would go on beside the next connection
        }
        co_return why_;
    }

    // Something may be due.
    void poke() { pump_bell_.cancel(); }

    // Ends politely: a close frame, and not longer than a moment for the other's.
    void leave() {
        if (!open_ || gone_) return hang_up("closed by us");
        leaving_ = true;
        const auto self = this->shared_from_this();
        farewell_.expires_after(Milliseconds(300));
        farewell_.async_wait([self](boost::system::error_code) { self->hang_up("closed by us"); });
        // Beast's own time limit of a closing handshake strikes read(), which waits behind it, with an error that Beast
        // asserts it cannot get (1.74, read_some_op); the farewell ends the wait instead.
        constexpr auto kNever = websocket::stream_base::none;
        ws_.set_option(websocket::stream_base::timeout{kNever(), kNever(), false});
        ws_.async_close(websocket::close_code::normal,
                        [self](boost::system::error_code) { self->hang_up("closed by us"); });
    }

    void hang_up(const std::string& why) {
        if (gone_) return;
        gone_ = true;
        why_ = leaving_ ? "closed by us" : why;
        beast::close_socket(beast::get_lowest_layer(ws_));
        pump_bell_.cancel();
        pulse_.cancel();
        farewell_.cancel();
        desk_.hang_up(Clock::now());
    }

    bool gone() const { return gone_; }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr const char* kMuteText = "the scope answers pings but no commands";

    // A companion of run(); whatever escapes it ends the connection, not the process.
    void begin(net::awaitable<void> companion) {
        const auto self = this->shared_from_this();
        net::co_spawn(
            ws_.get_executor(),
            [](auto keep, net::awaitable<void> work) -> net::awaitable<void> {
                (void)keep;
                co_await std::move(work);
            }(self, std::move(companion)),
            [self](const std::exception_ptr& problem) {
                if (problem) self->hang_up(in_words(problem));
            });
    }

    void tell(WireRecord::Way way, std::string bytes, bool binary = false) const {
        if (outlets_.tap) outlets_.tap({way, std::move(bytes), binary});
    }

    void control(websocket::frame_type kind) {
        kind == websocket::frame_type::pong ? signs_.pong(Clock::now()) : signs_.heard(Clock::now());
        if (kind == websocket::frame_type::pong) tell(WireRecord::Way::note, "pong received");
        if (kind == websocket::frame_type::ping) tell(WireRecord::Way::note, "ping received");
    }

    net::awaitable<void> read() {
        beast::flat_buffer buffer(kMaxMessageBytes + 1);
        while (!gone_) {
            boost::system::error_code ec;
            buffer.clear();
            co_await ws_.async_read(buffer, net::redirect_error(net::use_awaitable, ec));
            if (ec) {
                hang_up(end_in_words(ec, ws_.reason()));
            } else {
                signs_.heard(Clock::now());
                frame(beast::buffers_to_string(buffer.data()));
            }
        }
    }

    void frame(std::string bytes) {
        const Frame received{ws_.got_binary(), std::move(bytes)};
        tell(WireRecord::Way::received, received.bytes, received.binary);
        try {
            const Message message = v1_dialect().decode(received);
            ++counts_.received;
            json_ = true;
            outlets_.json();
            desk_.arrive(message, Clock::now());
        } catch (const FormatError& problem) {
            ++counts_.bad_frames;
            tell(WireRecord::Way::note, std::string("a frame was no message: ") + problem.what());
        } catch (const DeviceError& problem) {
            foreign(problem.what());
        }
    }

    void foreign(const std::string& text) {
        outlets_.foreign(text);
        hang_up(text);
    }

    net::awaitable<void> pump() {
        while (!gone_) {
            probe_if_mute();
            const Desk::Step step = desk_.next(Clock::now());
            boost::system::error_code ec;
            if (step.send) {
                tell(WireRecord::Way::sent, step.send->bytes);
                co_await ws_.async_write(net::buffer(step.send->bytes), net::redirect_error(net::use_awaitable, ec));
                if (ec) hang_up("sending: " + in_words(ec));
            } else {
                pump_bell_.expires_at(step.until.value_or(Clock::now() + std::chrono::hours(1)));
                co_await pump_bell_.async_wait(net::redirect_error(net::use_awaitable, ec));
            }
        }
    }

    // Half of `silence` without a sign of life: a ping; all of it: the scope is gone. A ping is never
    // waited for, since nothing may leave a dead connection any more.
    net::awaitable<void> pulse() {
        ping();  // tells early whether this scope answers pings at all
        Moment asked{};
        while (!gone_) {
            const Moment now = Clock::now();
            const Moment quiet = signs_.quiet_since(desk_.answer_due());
            if (now - quiet >= options_.silence) {
                hang_up("nothing was heard for " + seconds_in_words(options_.silence));
                co_return;
            }
            if (now - quiet >= options_.silence / 2 && asked != quiet) {
                asked = quiet;
                ping();
                if (!signs_.pongs() && desk_.idle()) ask_alive();
            }
            const Moment due = quiet + (asked == quiet ? options_.silence : options_.silence / 2);
            pulse_.expires_at(std::min(due, now + options_.silence / 2));  // a request may leave or end meanwhile
            boost::system::error_code ec;
            co_await pulse_.async_wait(net::redirect_error(net::use_awaitable, ec));
        }
    }

    void ping() {
        if (pinging_ || gone_) return;
        pinging_ = true;
        tell(WireRecord::Way::note, "ping sent");
        const websocket::ping_data payload(kPingPayload.data(), kPingPayload.size());
        ws_.async_ping(payload, [self = this->shared_from_this()](boost::system::error_code ec) {
            self->pinging_ = false;
            if (ec) self->hang_up("ping: " + in_words(ec));
        });
    }

    // No pong was ever seen here: a scope that answers none must not be taken for lost.
    void ask_alive() {
        const TicketPtr ticket = state_query(10022, Clock::now() + options_.silence / 2);
        ticket->done = [](const Outcome&) {};
        desk_.take(ticket);
    }

    // Several requests in a row without an answer, nothing but pongs came: perhaps each was lost by its own bad luck,
    // so one question that every scope answers decides. It goes before all that waits.
    void probe_if_mute() {
        if (probing_ || !known_ || !signs_.pongs() || !mute()) return;
        probing_ = true;
        tell(WireRecord::Way::note, "requests are not answered; asking for the state");
        const TicketPtr probe = state_query(10022, Clock::now() + options_.mute_proof);
        probe->done = [self = this->shared_from_this()](const Outcome& outcome) {
            self->probing_ = false;
            if (outcome.reply.fate == Reply::Fate::unknown && self->mute()) self->hang_up(kMuteText);
        };
        desk_.take(probe);
    }
    bool mute() const { return options_.mute_requests > 0 && desk_.unanswered() >= options_.mute_requests; }

    // True when answered.
    net::awaitable<bool> query(int interface, Milliseconds timeout) {
        if (gone_) co_return false;
        co_return co_await ask_state(ws_.get_executor(), desk_, interface, Clock::now() + timeout);
    }

    net::awaitable<void> introduce(bool prove) {
        bool picture_known = false;
        if (prove) {
            picture_known = co_await query(10215, options_.proof / 2);
            if (!json_ && !gone_) co_await query(11410, options_.proof - options_.proof / 2);
            if (!json_ && !gone_) foreign(silent_scope_text());
        }
        const bool working_known = co_await query(10022, options_.query);
        const bool system_known = co_await query(11407, options_.query);
        if (!system_known && !picture_known) picture_known = co_await query(10215, options_.query);
        if (gone_) co_return;
        if (!working_known && !system_known && !picture_known) {
            hang_up("the scope answers no question about its state");
        } else {
            known_ = true;
            outlets_.ready();
            desk_.open();
        }
    }

    websocket::stream<Stream> ws_;
    net::steady_timer pump_bell_;
    net::steady_timer pulse_;
    net::steady_timer farewell_;
    Desk& desk_;
    const ScopeOptions options_;
    Counts& counts_;
    const ConversationOutlets outlets_;
    std::string why_;
    SignsOfLife signs_;
    bool open_ = false;     // the handshake is done
    bool known_ = false;    // the state is, commands leave
    bool gone_ = false;     // the socket is closed
    bool leaving_ = false;  // by our own will
    bool json_ = false;
    bool pinging_ = false;
    bool probing_ = false;
};

}  // namespace nightstack::device::dwarf
