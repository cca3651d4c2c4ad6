// SPDX-License-Identifier: MIT
// Why a connection ended, for people.
#pragma once

#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>
#include <exception>
#include <string>

#include "device/dwarf/protocol/json.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::dwarf {

inline std::string seconds_in_words(std::chrono::milliseconds time) {
    const auto tenths = (time.count() + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

inline std::string in_words(const boost::system::error_code& ec) {
    namespace ws = boost::beast::websocket;
    if (ec == boost::beast::error::timeout) return "no answer in time";
    if (ec == boost::asio::error::eof || ec == boost::beast::http::error::end_of_stream)
        return "the scope closed the connection without a word";
    if (ec == boost::asio::error::operation_aborted) return "ended by us";
    if (ec == ws::error::message_too_big)
        return "a frame of more than " + std::to_string(kMaxMessageBytes) + " bytes, which no scope sends";
    if (ec == ws::condition::handshake_failed) return "not a WebSocket of a scope (" + printable(ec.message()) + ")";
    if (ec == ws::condition::protocol_violation) return "broken WebSocket frames (" + printable(ec.message()) + ")";
    return printable(ec.message());
}

// Also with what the other side gave as its reason.
inline std::string end_in_words(const boost::system::error_code& ec,
                                const boost::beast::websocket::close_reason& reason) {
    if (ec != boost::beast::websocket::error::closed) return in_words(ec);
    std::string text = "the scope closed the connection, code " + std::to_string(reason.code);
    const std::string_view said(reason.reason.data(), reason.reason.size());
    if (!said.empty()) text += " (" + printable(said) + ")";
    return text;
}

inline std::string in_words(const std::exception_ptr& problem) {
    try {
        std::rethrow_exception(problem);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "an unknown error";
    }
}

}  // namespace nightstack::device::dwarf
