// SPDX-License-Identifier: MIT
#include "tests/device/dwarf/session/scope_server.h"

#include <utility>  // boost 1.74's awaitable.hpp forgets it
//
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "device/dwarf/protocol/json.h"

namespace nightstack::device::dwarf {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using net::ip::tcp;

Act text(const std::string& bytes, int after_ms) { return {Act::Do::text, bytes, std::chrono::milliseconds(after_ms)}; }

std::string code(const Message& request, int value) {
    Message reply(request.interface());
    reply.set("camId", static_cast<int>(request.integer("camId").value_or(0)));
    return encode(reply.set("code", value));
}

bool is_state_query(const Message& request) {
    const int number = request.interface();
    return number == 10022 || number == 10215 || number == 11407 || number == 11410;
}

Acts friendly(const Message& request) { return {text(code(request, 0))}; }

namespace {

// A socket that swallows pongs when told so: Beast sends them by itself, real scopes may not.
class Line {
public:
    using executor_type = tcp::socket::executor_type;
    Line(tcp::socket socket, Pings pings) : socket_(std::move(socket)), pings_(pings) {}
    executor_type get_executor() { return socket_.get_executor(); }
    void close(boost::system::error_code& ec) { socket_.close(ec); }
    tcp::socket& socket() { return socket_; }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        socket_.async_read_some(buffers, std::forward<Handler>(handler));
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (!swallows(buffers)) return socket_.async_write_some(buffers, std::forward<Handler>(handler));
        net::post(get_executor(), beast::bind_handler(std::forward<Handler>(handler), boost::system::error_code{},
                                                      net::buffer_size(buffers)));
    }
    template <class Buffers, class... Code>
    std::size_t read_some(const Buffers& buffers, Code&... ec) {
        return socket_.read_some(buffers, ec...);
    }
    template <class Buffers, class... Code>
    std::size_t write_some(const Buffers& buffers, Code&... ec) {
        return socket_.write_some(buffers, ec...);
    }

private:
    template <class Buffers>
    bool swallows(const Buffers& buffers) const {
        constexpr char kPong = static_cast<char>(0x8A);
        const std::string bytes = beast::buffers_to_string(buffers);
        return pings_ == Pings::ignored && !bytes.empty() && bytes[0] == kPong;
    }

    tcp::socket socket_;
    Pings pings_;
};

// Found by Beast through its argument.
[[maybe_unused]] void teardown(beast::role_type role, Line& line, boost::system::error_code& ec) {
    websocket::teardown(role, line.socket(), ec);
}
void beast_close_socket(Line& line) {
    boost::system::error_code ec;
    line.close(ec);
}
template <class Handler>
void async_teardown(beast::role_type role, Line& line, Handler&& handler) {
    websocket::async_teardown(role, line.socket(), std::forward<Handler>(handler));
}

net::ip::tcp::endpoint loopback() { return {net::ip::address_v4::loopback(), 0}; }

}  // namespace

struct ScopeServer::Impl {
    using Socket = websocket::stream<Line>;

    Impl(Script s, Pings p) : script(std::move(s)), pings_wanted(p), acceptor(io, loopback()) {
        net::co_spawn(io, accept(), net::detached);
        thread = std::thread([this] { io.run(); });
    }
    ~Impl() {
        io.stop();
        thread.join();
    }

    net::awaitable<void> accept() {
        for (;;) {
            boost::system::error_code ec;
            tcp::socket socket = co_await acceptor.async_accept(net::redirect_error(net::use_awaitable, ec));
            if (ec) co_return;
            socket.set_option(tcp::no_delay(true));  // two frames in a row: else the second waits 40 ms
            net::co_spawn(io, serve(std::make_shared<Socket>(Line(std::move(socket), pings_wanted))), net::detached);
        }
    }

    net::awaitable<void> serve(std::shared_ptr<Socket> ws) {
        boost::system::error_code ec;
        ws->control_callback([this](websocket::frame_type kind, beast::string_view payload) {
            if (kind != websocket::frame_type::ping) return;
            const std::lock_guard lock(mutex);
            ++pings;
            empty_pings &= payload.empty();
        });
        co_await ws->async_accept(net::redirect_error(net::use_awaitable, ec));
        if (ec) co_return;
        const int number = begin(ws);
        beast::flat_buffer buffer;
        for (;;) {
            buffer.clear();
            co_await ws->async_read(buffer, net::redirect_error(net::use_awaitable, ec));
            if (ec) break;
            const Message message = decode(beast::buffers_to_string(buffer.data()));
            {
                const std::lock_guard lock(mutex);
                seen.push_back({number, message});
            }
            bool goes_on = true;
            for (const Act& act : script(number, message)) goes_on = goes_on && co_await perform(*ws, act);
            if (!goes_on) break;
        }
        const std::lock_guard lock(mutex);
        open.erase(ws);
    }

    int begin(const std::shared_ptr<Socket>& ws) {
        const std::lock_guard lock(mutex);
        open.insert(ws);
        most = std::max(most, static_cast<int>(open.size()));
        return connections++;
    }

    net::awaitable<bool> perform(Socket& ws, const Act& act) {
        boost::system::error_code ec;
        net::steady_timer timer(io);
        if (act.after.count() > 0) {
            timer.expires_after(act.after);
            co_await timer.async_wait(net::redirect_error(net::use_awaitable, ec));
        }
        switch (act.what) {
            case Act::Do::text:
            case Act::Do::binary:
                ws.binary(act.what == Act::Do::binary);
                co_await ws.async_write(net::buffer(act.bytes), net::redirect_error(net::use_awaitable, ec));
                break;
            case Act::Do::cut: ws.next_layer().close(ec); co_return false;
            case Act::Do::close:
                co_await ws.async_close({websocket::close_code::going_away, "good night"},
                                        net::redirect_error(net::use_awaitable, ec));
                co_return false;
            case Act::Do::stall:
                timer.expires_after(std::chrono::hours(1));
                co_await timer.async_wait(net::redirect_error(net::use_awaitable, ec));
        }
        co_return !ec;
    }

    void on_thread(const std::function<void()>& work) {
        std::promise<void> done;
        net::post(io, [&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }

    Script script;
    const Pings pings_wanted;
    net::io_context io;
    tcp::acceptor acceptor;
    std::thread thread;
    mutable std::mutex mutex;  // guards the rest
    std::vector<Seen> seen;
    std::set<std::shared_ptr<Socket>> open;
    int connections = 0;
    int most = 0;
    int pings = 0;
    bool empty_pings = true;
};

ScopeServer::ScopeServer(Script script, Pings pings) : impl_(std::make_unique<Impl>(std::move(script), pings)) {}
ScopeServer::~ScopeServer() = default;

int ScopeServer::port() const { return impl_->acceptor.local_endpoint().port(); }

std::vector<Seen> ScopeServer::seen() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->seen;
}

int ScopeServer::connections() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->connections;
}

int ScopeServer::most_at_once() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->most;
}

int ScopeServer::pings() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->pings;
}

bool ScopeServer::pings_were_empty() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->empty_pings;
}

void ScopeServer::forget() {
    const std::lock_guard lock(impl_->mutex);
    impl_->seen.clear();
}

void ScopeServer::cut() {
    impl_->on_thread([this] {
        const std::lock_guard lock(impl_->mutex);
        for (const auto& ws : impl_->open) {
            boost::system::error_code ec;
            ws->next_layer().close(ec);
        }
    });
}

void ScopeServer::push(const std::string& bytes) {
    impl_->on_thread([this, &bytes] {
        const std::lock_guard lock(impl_->mutex);
        for (const auto& ws : impl_->open) {
            boost::system::error_code ec;
            ws->text(true);
            ws->write(net::buffer(bytes), ec);
        }
    });
}

void ScopeServer::stop_listening() {
    impl_->on_thread([this] { impl_->acceptor.close(); });
}

struct HttpStub::Impl {
    explicit Impl(std::string r) : response(std::move(r)), acceptor(io, loopback()) {
        net::co_spawn(io, serve(), net::detached);
        thread = std::thread([this] { io.run(); });
    }
    ~Impl() {
        io.stop();
        thread.join();
    }

    net::awaitable<void> serve() {
        for (;;) {
            boost::system::error_code ec;
            tcp::socket socket = co_await acceptor.async_accept(net::use_awaitable);
            std::string bytes;
            co_await net::async_read_until(socket, net::dynamic_buffer(bytes), "\r\n\r\n",
                                           net::redirect_error(net::use_awaitable, ec));
            {
                const std::lock_guard lock(mutex);
                lines.push_back(bytes.substr(0, bytes.find("\r\n")));
            }
            if (!response.empty())
                co_await net::async_write(socket, net::buffer(response), net::redirect_error(net::use_awaitable, ec));
            else
                silent.push_back(std::make_unique<tcp::socket>(std::move(socket)));
        }
    }

    const std::string response;
    net::io_context io;
    tcp::acceptor acceptor;
    std::vector<std::unique_ptr<tcp::socket>> silent;
    std::thread thread;
    mutable std::mutex mutex;
    std::vector<std::string> lines;
};

HttpStub::HttpStub(std::string response) : impl_(std::make_unique<Impl>(std::move(response))) {}
HttpStub::~HttpStub() = default;
int HttpStub::port() const { return impl_->acceptor.local_endpoint().port(); }
std::vector<std::string> HttpStub::lines() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->lines;
}

struct MuteServer::Impl {
    net::io_context io;
    tcp::acceptor acceptor{io, loopback()};
};

MuteServer::MuteServer() : impl_(std::make_unique<Impl>()) {}
MuteServer::~MuteServer() = default;
int MuteServer::port() const { return impl_->acceptor.local_endpoint().port(); }

ScopeOptions quick() {
    ScopeOptions options;
    options.connect_timeout = Milliseconds(400);
    options.first_pause = Milliseconds(20);
    options.last_pause = Milliseconds(80);
    options.silence = Milliseconds(1500);
    options.proof = Milliseconds(1000);
    options.query = Milliseconds(1000);
    options.pauses.isp_gap = Milliseconds(0);
    options.pauses.same_gap = Milliseconds(0);
    options.pauses.patience = Milliseconds(100);
    options.pauses.doubt = Milliseconds(50);
    return options;
}

ScopeAddress at(int ws_port) {
    ScopeAddress address;
    address.host = "127.0.0.1";
    address.ws_port = ws_port;
    return address;
}

Message request(int interface, int camera) { return Message(interface).set("camId", camera); }

Message capture(const std::string& name) {
    Message raw = request(10011);
    raw.set("target", "NULL").set("RA", "NULL").set("DEC", "NULL").set("exp", 15).set("gain", 80).set("binning", 1);
    return raw.set("count", 3).set("name", Value(name)).set("overlayCount", 1).set("format", 0);
}

bool soon(const std::function<bool()>& is) {
    for (int i = 0; i < 2000; ++i) {
        if (is()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

}  // namespace nightstack::device::dwarf
