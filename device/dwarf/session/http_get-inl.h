// SPDX-License-Identifier: MIT
// One GET over a stream that is connected already: status, body and the header Date.
#pragma once

#include <utility>  // boost 1.74's awaitable.hpp forgets it

#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <string>

namespace nightstack::device::dwarf {

inline constexpr std::size_t kMaxHttpBody = 64 * 1024;
inline constexpr std::uint32_t kMaxHttpHeader = 8 * 1024;

struct HttpResult {
    unsigned status = 0;
    std::string body;
    std::string date;  // the header, as it came; "" none
};

// Throws boost::system::system_error; the stream's own timeout bounds the time.
template <class Stream>
boost::asio::awaitable<HttpResult> http_get(Stream& stream, const std::string& host, const std::string& target) {
    namespace net = boost::asio;
    namespace http = boost::beast::http;
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, host);
    request.set(http::field::connection, "close");
    co_await http::async_write(stream, request, net::use_awaitable);

    boost::beast::flat_buffer buffer(kMaxHttpHeader + kMaxHttpBody);
    http::response_parser<http::string_body> parser;
    parser.header_limit(kMaxHttpHeader);
    parser.body_limit(kMaxHttpBody);
    // The header alone first: reading both at once, Beast 1.74 forgets that Content-Length was beyond
    // the limit when bytes of the body are there already.
    co_await http::async_read_header(stream, buffer, parser, net::use_awaitable);
    co_await http::async_read(stream, buffer, parser, net::use_awaitable);
    const auto date = parser.get()[http::field::date];
    co_return HttpResult{parser.get().result_int(), std::move(parser.get().body()),
                         std::string(date.data(), date.size())};
}

}  // namespace nightstack::device::dwarf
