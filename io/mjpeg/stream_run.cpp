// SPDX-License-Identifier: MIT
#include "io/mjpeg/stream_run-inl.h"
//
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>

#include "pipeline/core/error.h"
#include "pipeline/core/name_lookup.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::uint32_t kHeaderBytes = 8 * 1024;

std::string in_words(const error_code& ec) {
    if (ec == beast::error::timeout) return "no answer in time";
    if (ec == net::error::eof || ec == http::error::end_of_stream || ec == http::error::partial_message)
        return "the stream was closed at its other end";
    if (ec == http::error::header_limit) return "an answer with more than 8 KiB of headers";
    return printable(ec.message());
}

std::string seconds(std::chrono::milliseconds time) {
    const auto tenths = (time.count() + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

// A scope that is gone says nothing: 5 s of silence and three unanswered questions 2 s apart end the connection.
void ask_for_life(net::ip::tcp::socket& socket) {
    error_code ignored;
    socket.set_option(net::socket_base::keep_alive(true), ignored);
    constexpr std::pair<int, int> kTimes[] = {{TCP_KEEPIDLE, 5}, {TCP_KEEPINTVL, 2}, {TCP_KEEPCNT, 3}};
    for (const auto& [option, value] : kTimes)
        ::setsockopt(socket.native_handle(), IPPROTO_TCP, option, &value, sizeof value);
}

}  // namespace

StreamRun::StreamRun(const MjpegSource& source, const MjpegTimes& times, const SplitLimits& limits, PartQueue& queue,
                     MjpegClient::News& news)
    : source_(source),
      times_(times),
      queue_(queue),
      news_(news),
      splitter_(
          "", [this](Bytes jpeg) { take(jpeg); }, limits),
      backoff_(times.first_pause, times.last_pause, std::random_device()()) {}

void StreamRun::run(const std::stop_token& stopped) {
    std::exception_ptr problem;
    net::co_spawn(io_, keep_streaming(), [&](std::exception_ptr thrown) { problem = std::move(thrown); });
    const std::stop_callback on_stop(stopped, [this] { net::post(io_, [this] { stop(); }); });
    io_.run();
    if (problem) std::rethrow_exception(problem);  // no fault of the stream: out of memory, for example
}

void StreamRun::stop() {
    stopping_ = true;
    watching_ = false;
    pause_.cancel();
    watch_.cancel();
    if (stream_) stream_->close();
}

void StreamRun::told(StreamState state) {
    news_.set([&](auto& all) { all.state = state; });
}

net::awaitable<void> StreamRun::keep_streaming() {
    while (!stopping_) {
        answered_ = pictures_ = quiet_ = false;
        lost_.clear();
        std::string why;
        try {
            co_await one_connection();
            why = "the stream ended";
        } catch (const DeviceError& problem) {
            why = problem.what();
        }
        finish(why);
        if (!stopping_ && !next_path()) co_await pause();
    }
}

// Puts away what the connection used; the picture it was in the middle of is counted as cut off, unless we have ended
// it.
void StreamRun::finish(const std::string& why) {
    watching_ = false;
    watch_.cancel();
    if (stream_) stream_->close();
    stream_.reset();
    if (answered_ && !stopping_) splitter_.end();
    const SplitCounts stream = answered_ ? splitter_.counts() : SplitCounts{};
    news_.set([&](auto& all) {
        all.counts.stream += stream;
        all.open = {};
        if (stopping_) return;
        all.problem = lost_.empty() ? why : lost_;
        if (!lost_.empty()) ++all.counts.lost;
    });
}

// True: another path may be the right one, and is tried at once.
bool StreamRun::next_path() {
    if (pictures_) {
        backoff_.reset();
        paths_tried_ = 0;
        return false;
    }
    if (!answered_) return false;
    path_ = (path_ + 1) % source_.paths.size();
    return ++paths_tried_ % source_.paths.size() != 0;
}

net::awaitable<void> StreamRun::pause() {
    told(StreamState::pausing);
    error_code ignored;
    pause_.expires_after(backoff_.next());
    co_await pause_.async_wait(net::redirect_error(net::use_awaitable, ignored));
}

net::awaitable<void> StreamRun::one_connection() {
    news_.set([&](auto& all) {
        ++all.counts.tries;
        all.state = StreamState::connecting;
        all.path = source_.paths[path_];
    });
    co_await connect();
    beast::flat_buffer buffer(kPiece + kHeaderBytes);
    buffer.reserve(kPiece);  // Beast reads as much as there is room, from 512 bytes up
    Parser parser;
    parser.header_limit(kHeaderBytes);
    parser.body_limit(boost::none);  // a stream is endless; parts have a limit
    co_await ask(buffer, parser);
    connected(parser);
    co_await read(buffer, parser);
}

net::awaitable<std::vector<StreamRun::Tcp::endpoint>> StreamRun::addresses(Clock::time_point deadline) {
    error_code ec;
    const net::ip::address number = net::ip::make_address(source_.host, ec);
    if (!ec) co_return std::vector<Tcp::endpoint>{{number, source_.port}};
    const auto lookup = look_up(source_.host);
    for (;;) {
        {
            const std::lock_guard lock(lookup->mutex);
            if (lookup->finished) break;
        }
        if (stopping_ || Clock::now() >= deadline) throw DeviceError(printable(source_.host) + ": no address in time");
        pause_.expires_after(std::chrono::milliseconds(20));
        co_await pause_.async_wait(net::redirect_error(net::use_awaitable, ec));
    }
    std::vector<Tcp::endpoint> found;
    for (const std::string& text : lookup->addresses) {
        const net::ip::address one = net::ip::make_address(text, ec);
        if (!ec) found.emplace_back(one, source_.port);
    }
    if (found.empty()) throw DeviceError(printable(source_.host) + ": " + printable(lookup->problem));
    co_return found;
}

net::awaitable<void> StreamRun::connect() {
    const auto deadline = Clock::now() + times_.connect;
    const std::vector<Tcp::endpoint> where = co_await addresses(deadline);
    if (stopping_) throw DeviceError("ended by us");
    stream_.emplace(io_);
    stream_->expires_at(deadline);
    error_code ec;
    co_await stream_->async_connect(where, net::redirect_error(net::use_awaitable, ec));
    if (ec) throw DeviceError("connecting: " + in_words(ec));
    ask_for_life(stream_->socket());
}

net::awaitable<void> StreamRun::ask(beast::flat_buffer& buffer, Parser& parser) {
    http::request<http::empty_body> request(http::verb::get, source_.paths[path_], 11);
    const bool colons = source_.host.find(':') != std::string::npos;  // an address of IPv6
    const std::string host = colons ? "[" + source_.host + "]" : source_.host;
    request.set(http::field::host, host + ":" + std::to_string(source_.port));
    request.set(http::field::user_agent, "nightstack");
    error_code ec;
    stream_->expires_after(times_.answer);
    co_await http::async_write(*stream_, request, net::redirect_error(net::use_awaitable, ec));
    if (!ec) co_await http::async_read_header(*stream_, buffer, parser, net::redirect_error(net::use_awaitable, ec));
    if (ec) throw DeviceError(source_.paths[path_] + ": " + in_words(ec));
    stream_->expires_never();  // from here watch() does that
}

void StreamRun::connected(const Parser& parser) {
    answered_ = true;
    const beast::string_view type = parser.get()[http::field::content_type];
    splitter_.restart({type.data(), type.size()});
    if (parser.get().result() != http::status::ok)
        throw DeviceError(source_.paths[path_] + ": HTTP " + std::to_string(parser.get().result_int()));
    ++connection_;
    last_picture_ = Clock::now();
    news_.set([&](auto& all) {
        if (++all.counts.connections > 1) ++all.counts.reconnects;
        all.state = StreamState::waiting;
    });
    watching_ = true;
    watch();
}

net::awaitable<void> StreamRun::read(beast::flat_buffer& buffer, Parser& parser) {
    while (!parser.is_done()) {
        const std::span<std::byte> room = splitter_.prepare(kPiece);
        http::buffer_body::value_type& body = parser.get().body();
        body.data = room.data();
        body.size = room.size();
        error_code ec;
        co_await http::async_read_some(*stream_, buffer, parser, net::redirect_error(net::use_awaitable, ec));
        splitter_.commit(room.size() - body.size);
        news_.set([&](auto& all) { all.open = splitter_.counts(); });
        if (ec && ec != http::error::need_buffer) throw DeviceError(source_.paths[path_] + ": " + in_words(ec));
    }
}

void StreamRun::take(Bytes jpeg) {
    last_picture_ = Clock::now();
    news_.set([&](auto& all) { all.open = splitter_.counts(); });  // whoever gets the picture finds it counted
    queue_.push(jpeg, last_picture_, ++number_, connection_);
    if (queue_.closed()) return stop();
    if (pictures_ && !quiet_) return;
    pictures_ = true;
    quiet_ = false;
    told(StreamState::running);
    if (watching_) watch();
}

// Looks whether pictures come, and when to look again.
void StreamRun::watch() {
    const Clock::duration without = Clock::now() - last_picture_;
    if (without >= times_.lost) {
        lost_ = source_.paths[path_] + ": no picture for " + seconds(times_.lost);
        stream_->close();
        return;
    }
    if (without >= times_.quiet && !quiet_) {
        quiet_ = true;
        news_.set([](auto& all) {
            ++all.counts.quiet;
            all.state = StreamState::quiet;
        });
    }
    watch_.expires_at(last_picture_ + (quiet_ ? times_.lost : std::min(times_.quiet, times_.lost)));
    watch_.async_wait([this](error_code ec) {
        if (!ec && watching_) watch();
    });
}

}  // namespace nightstack::io
