// SPDX-License-Identifier: MIT
// A question about the state, awaited. Runs on the desk's thread.
#pragma once

#include <utility>  // boost 1.74's awaitable.hpp forgets it

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "device/dwarf/session/state_query.h"

namespace nightstack::device::dwarf {

// True when answered. The desk outlives it and ends every ticket.
inline boost::asio::awaitable<bool> ask_state(boost::asio::any_io_executor on, Desk& desk, int interface,
                                              Moment deadline) {
    namespace net = boost::asio;
    const auto bell = std::make_shared<net::steady_timer>(on);
    const auto outcome = std::make_shared<std::optional<Outcome>>();
    const TicketPtr ticket = state_query(interface, deadline);
    ticket->done = [bell, outcome](Outcome one) {
        *outcome = std::move(one);
        bell->cancel();
    };
    desk.take(ticket);
    while (!*outcome) {
        boost::system::error_code ec;
        bell->expires_after(std::chrono::hours(1));
        co_await bell->async_wait(net::redirect_error(net::use_awaitable, ec));
    }
    co_return (*outcome)->reply.fate == Reply::Fate::answered;
}

}  // namespace nightstack::device::dwarf
