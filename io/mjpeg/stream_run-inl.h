// SPDX-License-Identifier: MIT
// One run of a client: everything on the thread that calls run(). Part of the .cpp files of this folder only.
#pragma once

#include <utility>  // before Asio, whose awaitable.hpp forgets it

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>

#include "io/mjpeg/client_news.h"
#include "pipeline/core/backoff.h"

namespace nightstack::io {

class StreamRun {
public:
    StreamRun(const MjpegSource& source, const MjpegTimes& times, const SplitLimits& limits, PartQueue& queue,
              MjpegClient::News& news);
    void run(const std::stop_token& stop);

private:
    using Clock = std::chrono::steady_clock;
    using Tcp = boost::asio::ip::tcp;
    using Parser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;
    template <class T>
    using Awaitable = boost::asio::awaitable<T>;

    void stop();
    Awaitable<void> keep_streaming();
    Awaitable<void> pause();
    // One connection from the address to its end. Throws DeviceError with the reason; returns at the stream's own end.
    Awaitable<void> one_connection();
    Awaitable<std::vector<Tcp::endpoint>> addresses(Clock::time_point deadline);
    Awaitable<void> connect();
    Awaitable<void> ask(boost::beast::flat_buffer& buffer, Parser& parser);
    Awaitable<void> read(boost::beast::flat_buffer& buffer, Parser& parser);
    void connected(const Parser& parser);
    void finish(const std::string& why);
    bool next_path();
    void take(Bytes jpeg);
    void watch();
    void told(StreamState state);

    const MjpegSource& source_;
    const MjpegTimes& times_;
    PartQueue& queue_;
    MjpegClient::News& news_;
    boost::asio::io_context io_{1};
    boost::asio::steady_timer pause_{io_}, watch_{io_};
    std::optional<boost::beast::tcp_stream> stream_;
    PartSplitter splitter_;
    Backoff backoff_;
    bool stopping_ = false;
    bool watching_ = false;  // whether pictures come

    std::size_t path_ = 0;
    std::size_t paths_tried_ = 0;  // one after the other without a picture
    std::uint64_t number_ = 0, connection_ = 0;
    bool answered_ = false;  // this connection, by whatever
    bool pictures_ = false;  // this connection gave some
    bool quiet_ = false;
    std::string lost_;  // why watch() closed it
    Clock::time_point last_picture_{};
};

}  // namespace nightstack::io
