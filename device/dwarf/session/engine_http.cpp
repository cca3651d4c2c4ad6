// SPDX-License-Identifier: MIT
// The engine's other half: names and HTTP.
#include "device/dwarf/session/engine-inl.h"
//
#include <boost/asio/ip/address.hpp>
#include <future>

#include "device/dwarf/protocol/http_calls.h"

namespace nightstack::device::dwarf {
namespace {

constexpr Milliseconds kAliveTimeout{5000};  // as real clients have it

}  // namespace

std::optional<HttpResult> Scope::Engine::get(HttpPort port, std::string target, Milliseconds timeout) {
    const Caller caller(*this);
    const auto result = std::make_shared<std::promise<std::optional<HttpResult>>>();
    const Moment deadline = deadline_after(timeout);
    const bool taken = hand_over([this, result, port, target = std::move(target), deadline] {
        net::co_spawn(io_, fetch(port, target, deadline),
                      [this, result](const std::exception_ptr& problem, HttpResult told) {
                          if (problem) note("HTTP: " + in_words(problem));
                          result->set_value(problem ? std::nullopt : std::optional(std::move(told)));
                      });
    });
    // The thread ends it in time; the second only guards this caller against one that does not.
    std::future<std::optional<HttpResult>> answer = result->get_future();
    if (!taken || answer.wait_until(deadline + kGrace) != std::future_status::ready) return {};
    return answer.get();
}

net::awaitable<HttpResult> Scope::Engine::fetch(HttpPort port, std::string target, Moment deadline) {
    const int number = port == HttpPort::control ? address_.http_port : address_.version_port;
    const Endpoints endpoints = co_await resolve(number, deadline);
    if (stopping_) throw DeviceError("closed by us");
    const auto stream = std::make_shared<beast::tcp_stream>(io_);
    remember(streams_, stream);
    stream->expires_at(deadline);
    note("HTTP GET :" + std::to_string(number) + target);
    co_await stream->async_connect(endpoints, net::use_awaitable);
    HttpResult result = co_await http_get(*stream, host_and_port(number), target);
    note("HTTP " + std::to_string(result.status) + " " + result.body);
    co_return result;
}

// Always ends by the deadline or by stop(); what then is still being looked up is joined by the next try.
net::awaitable<Scope::Engine::Endpoints> Scope::Engine::resolve(int port, Moment deadline) {
    const auto port_number = static_cast<unsigned short>(port);
    boost::system::error_code ec;
    const net::ip::address number = net::ip::make_address(address_.host, ec);
    if (!ec) co_return Endpoints{{number, port_number}};

    if (!lookup_) lookup_ = look_up(address_.host);
    const auto lookup = lookup_;
    const auto bell = std::make_shared<net::steady_timer>(io_, std::min(deadline, Clock::now() + Milliseconds(20)));
    remember(lookup_bells_, bell);
    for (;;) {
        {
            const std::lock_guard lock(lookup->mutex);
            if (lookup->finished) break;
        }
        if (stopping_ || Clock::now() >= deadline) throw DeviceError(address_.host + ": no address in time");
        co_await bell->async_wait(net::redirect_error(net::use_awaitable, ec));
        bell->expires_after(Milliseconds(20));
    }
    if (lookup_ == lookup) lookup_.reset();  // addresses change: the next connection asks again
    Endpoints endpoints;
    for (const std::string& text : lookup->addresses) {
        const net::ip::address one = net::ip::make_address(text, ec);
        if (!ec) endpoints.emplace_back(one, port_number);
    }
    if (endpoints.empty()) {
        in_the_way_ = Obstacle::Kind::no_such_name;
        throw DeviceError(address_.host + ": " + lookup->problem);
    }
    co_return endpoints;
}

// A scope may take a client that says nothing for long for gone; whether one does is not known. The answer is no
// matter.
net::awaitable<void> Scope::Engine::keep_alive() {
    while (!stopping_) {
        alive_.expires_after(options_.keep_alive);
        boost::system::error_code ec;
        co_await alive_.async_wait(net::redirect_error(net::use_awaitable, ec));
        if (stopping_ || !connected_) continue;
        try {
            co_await fetch(HttpPort::control, std::string(kStayAliveTarget), Clock::now() + kAliveTimeout);
        } catch (const std::exception& problem) {
            note(std::string("HTTP: ") + problem.what());
        }
    }
}

}  // namespace nightstack::device::dwarf
