// SPDX-License-Identifier: MIT
#include "device/sim/servers/twin_servers.h"

#include <array>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "device/sim/servers/card_servers.h"
#include "device/sim/servers/control_plane.h"
#include "device/sim/servers/darkroom.h"
#include "device/sim/servers/preview_room.h"
#include "io/http/server.h"
#include "io/http/server_loop.h"

namespace nightstack::device::sim {
namespace {

constexpr std::uint16_t kNormalEnd = 1000;
constexpr auto kLastWords = std::chrono::milliseconds(100);  // until what is said of the last picture has left

// Clients on one machine share an address: apps, scripts and a browser beside each other.
io::HttpServerOptions server_options(const std::string& address, std::uint16_t port) {
    io::HttpServerOptions options;
    options.address = address;
    options.port = port;
    options.limits.connections_per_address = options.limits.connections;
    return options;
}

// A page in a browser must not play with the twin: only this machine's names, and no Origin at all.
io::HttpServerOptions control_options(std::uint16_t port) {
    io::HttpServerOptions options = server_options("127.0.0.1", port);
    options.hosts = {"127.0.0.1", "localhost"};
    options.origins.emplace();
    return options;
}

}  // namespace

// Everything on the loop's thread but construction, destruction and what wait() looks at.
class TwinServers::Host {
public:
    Host(std::unique_ptr<SimDevice> device, const TwinServersOptions& options);
    ~Host();
    ServerPorts ports() const {
        ServerPorts out{servers_[0]->port(), servers_[1]->port(), servers_[2]->port(), servers_[3]->port(), 0, 0, 0};
        if (card_servers_) {
            out.file = card_servers_->file();
            out.sftp = card_servers_->sftp();
            out.ftp = card_servers_->ftp();
        }
        return out;
    }
    void wait(const std::stop_token& stop, const Until& until);
    int finish(std::chrono::milliseconds at_most);

private:
    void listen(const TwinServersOptions& options);
    io::HttpHandlers socket_handlers();
    io::HttpHandlers service_handlers(HttpService service);
    io::HttpHandlers control_handlers();
    void serve_card(const TwinServersOptions& options);
    TwinStreams::World stream_world(const TwinServersOptions& options);
    void quit();
    void advance();
    void deliver(const Outgoing& out);
    bool open(const io::WebSocketPtr& socket);
    void forget(const io::WebSocketPtr& socket);
    ClientId client(const io::WebSocketPtr& socket) const { return numbers_.at(socket->id()); }

    void start_darkroom(const TwinServersOptions& options);
    Pictures pictures();
    void developed(std::uint64_t exposure, bool whole);
    void follow_card();

    std::unique_ptr<SimDevice> device_;
    const std::shared_ptr<Developer> developer_;
    bool card_visible_ = true;
    Pump pump_;
    ControlPlane control_;
    std::map<ClientId, io::WebSocketPtr> clients_;
    std::map<std::uint64_t, ClientId> numbers_;  // by the socket's own
    bool off_ = false, closing_ = false, ending_ = false;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool quit_ = false;  // guarded by mutex_
    io::ServerLoop loop_;
    io::Alarm alarm_;
    std::array<std::unique_ptr<io::HttpServer>, 4> servers_;  // WebSocket, control of the clock, version, control plane
    std::unique_ptr<PreviewRoom> previews_;                   // none without a viewfinder
    TwinStreams streams_;
    std::unique_ptr<CardServers> card_servers_;  // none without a folder
    std::unique_ptr<Darkroom> darkroom_;         // none without a developer
};

TwinServers::Host::Host(std::unique_ptr<SimDevice> device, const TwinServersOptions& options)
    : device_(std::move(device)),
      developer_(options.developer),
      pump_(
          *device_, options.speed, [] { return std::chrono::steady_clock::now(); },
          [this](const Outgoing& out) { deliver(out); }, options.slowed, pictures()),
      control_(*device_, pump_, [this] { quit(); }),
      alarm_(loop_, [this] { advance(); }),
      streams_(loop_, stream_world(options)) {
    start_darkroom(options);
    // On the loop's thread, so that no handler meets a host that is half there.
    std::exception_ptr failure;
    loop_.run([&] {
        try {
            serve_card(options);
            listen(options);
            advance();
        } catch (...) {
            failure = std::current_exception();
            ending_ = true;
        }
    });
    if (!failure) return;
    card_servers_.reset();
    for (auto& server : servers_) server.reset();
    loop_.stop();
    std::rethrow_exception(failure);
}

TwinServers::Host::~Host() {
    loop_.run([this] {
        ending_ = true;
        alarm_.cancel();
    });
    darkroom_.reset();
    card_servers_.reset();
    for (auto& server : servers_) server.reset();
    loop_.stop();  // before the alarm goes
}

Pictures TwinServers::Host::pictures() {
    if (!developer_) return {};
    return {[this](std::vector<Exposed> exposed) {
                if (!closing_) darkroom_->add(std::move(exposed));
            },
            [this] { return darkroom_->behind(); }};
}

void TwinServers::Host::start_darkroom(const TwinServersOptions& options) {
    if (!developer_) return;
    const auto done = [this](const Exposed& exposed, bool whole) {
        loop_.post([this, number = exposed.number, whole] { developed(number, whole); });
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
    };
    darkroom_ = std::make_unique<Darkroom>(developer_, Darkroom::Words{done, options.picture_lost});
}

// Now its frame may be counted.
void TwinServers::Host::developed(std::uint64_t exposure, bool whole) {
    if (ending_) return;
    advance();
    device_->developed(exposure, whole, pump_.now());
    advance();
}

void TwinServers::Host::serve_card(const TwinServersOptions& options) {
    if (options.card_folder.empty()) return;
    CardServersOptions card;
    card.folder = options.card_folder;
    card.bind = options.bind;
    card.file = options.ports.file;
    card.sftp = options.ports.sftp;
    card.ftp = options.ports.ftp;
    card.host_key = options.ssh_host_key;
    card.legacy_ssh = options.legacy_ssh;
    card_servers_ = std::make_unique<CardServers>(loop_, card);
}

TwinStreams::World TwinServers::Host::stream_world(const TwinServersOptions& options) {
    TwinStreams::World world;
    world.now = [this] {
        advance();
        return pump_.now();
    };
    world.state = [this] {
        advance();
        return device_->streams(pump_.now());
    };
    world.strikes = [this](std::string_view fault) { return device_->stream_fault(fault, pump_.now()); };
    world.raw_frames = [this] { return developer_ ? developer_->frames() : 0; };
    world.size = options.stream_size;
    if (!options.viewfinder) return world;
    previews_ = std::make_unique<PreviewRoom>(options.viewfinder, options.stream_size, options.picture_lost);
    world.picture = [this](const StreamWish& wish) {
        const int camera = wish.name == StreamName::wide ? 1 : 0;
        return previews_->picture(wish, [&] { return device_->live(camera, wish.now); });
    };
    return world;
}

void TwinServers::Host::follow_card() {
    if (card_servers_) {
        card_servers_->show(device_->card_visible());
        card_servers_->reach(device_->streams(pump_.now()).reachable);
    }
    if (!developer_ || device_->card_visible() == card_visible_) return;
    card_visible_ = !card_visible_;
    developer_->show_card(card_visible_);
}

void TwinServers::Host::listen(const TwinServersOptions& options) {
    const auto make = [&](io::HttpServerOptions server, io::HttpHandlers handlers) {
        return std::make_unique<io::HttpServer>(loop_, server, std::move(handlers));
    };
    const ServerPorts& ports = options.ports;
    servers_[0] = make(server_options(options.bind, ports.ws), socket_handlers());
    servers_[1] = make(server_options(options.bind, ports.http), service_handlers(HttpService::control));
    servers_[2] = make(server_options(options.bind, ports.version), service_handlers(HttpService::version));
    servers_[3] = make(control_options(ports.control), control_handlers());
}

io::HttpHandlers TwinServers::Host::socket_handlers() {
    io::HttpHandlers handlers;
    handlers.opened = [this](const io::WebSocketPtr& socket, const io::HttpRequest&) { return open(socket); };
    handlers.message = [this](const io::WebSocketPtr& socket, std::string_view bytes, bool binary) {
        advance();
        device_->receive(client(socket), bytes, binary, pump_.now());
        advance();
    };
    handlers.closed = [this](const io::WebSocketPtr& socket) { forget(socket); };
    handlers.pong = [this](const io::WebSocketPtr& socket, std::string_view ping) {
        advance();
        return device_->pong(client(socket), ping, pump_.now());
    };
    return handlers;
}

io::HttpHandlers TwinServers::Host::service_handlers(HttpService service) {
    io::HttpHandlers handlers;
    handlers.request = [this, service](const io::HttpRequest& request) -> std::optional<io::HttpResponse> {
        if (request.method != "GET" && request.method != "HEAD")
            return io::HttpResponse{405, "text/plain", "GET expected\n", {{"Allow", "GET, HEAD"}}};
        advance();
        if (service == HttpService::control && device_->streams(pump_.now()).reachable)
            if (auto stream = streams_.answer(request.path())) return stream;
        HttpAnswer answer = device_->get(service, request.target, pump_.now());
        advance();
        if (answer.status == 0) return std::nullopt;
        return io::HttpResponse{static_cast<unsigned>(answer.status), answer.type, std::move(answer.body), {}};
    };
    return handlers;
}

io::HttpHandlers TwinServers::Host::control_handlers() {
    io::HttpHandlers handlers;
    handlers.request = [this](const io::HttpRequest& request) -> std::optional<io::HttpResponse> {
        advance();
        io::HttpResponse answer = control_.answer(request);
        advance();
        return answer;
    };
    return handlers;
}

bool TwinServers::Host::open(const io::WebSocketPtr& socket) {
    advance();
    if (ending_) return false;
    const std::optional<ClientId> number = device_->connect(pump_.now());
    if (!number) return false;
    clients_[*number] = socket;
    numbers_[socket->id()] = *number;
    advance();
    return true;
}

void TwinServers::Host::forget(const io::WebSocketPtr& socket) {
    const auto number = numbers_.find(socket->id());
    if (number == numbers_.end()) return;
    const ClientId gone = number->second;
    numbers_.erase(number);
    clients_.erase(gone);
    if (ending_) return;
    advance();
    device_->disconnect(gone, pump_.now());
    advance();
}

void TwinServers::Host::advance() {
    if (ending_) return;
    const std::optional<RealTime> next = pump_.run();
    follow_card();
    if (next)
        alarm_.set(*next);
    else
        alarm_.cancel();
    if (off_ || !device_->shut_down()) return;
    off_ = true;
    for (const std::size_t i : {2, 1, 0}) servers_[i]->shut();  // who sees its socket end finds the others closed
}

void TwinServers::Host::deliver(const Outgoing& out) {
    for (const auto& [number, socket] : clients_) {
        if (out.to != kEveryClient && out.to != number) continue;
        switch (out.what) {
            case Outgoing::What::text: socket->send(out.bytes, false); break;
            case Outgoing::What::binary: socket->send(out.bytes, true); break;
            case Outgoing::What::close: socket->close(kNormalEnd, out.bytes); break;
            case Outgoing::What::drop: socket->drop(); break;
        }
    }
}

void TwinServers::Host::quit() {
    const std::lock_guard lock(mutex_);
    quit_ = true;
    changed_.notify_all();
}

void TwinServers::Host::wait(const std::stop_token& stop, const Until& until) {
    std::unique_lock lock(mutex_);
    const auto done = [&] { return quit_ || (until.frames && developer_ && developer_->frames() >= *until.frames); };
    if (until.time)
        changed_.wait_for(lock, stop, *until.time, done);
    else
        changed_.wait(lock, stop, done);
}

int TwinServers::Host::finish(std::chrono::milliseconds at_most) {
    if (!darkroom_) return 0;
    loop_.run([this] { closing_ = true; });
    const int left = darkroom_->finish(at_most);
    std::this_thread::sleep_for(kLastWords);
    return left;
}

TwinServers::TwinServers(std::unique_ptr<SimDevice> device, const TwinServersOptions& options)
    : host_(std::make_unique<Host>(std::move(device), options)) {}

TwinServers::~TwinServers() = default;

ServerPorts TwinServers::ports() const { return host_->ports(); }

void TwinServers::wait(const std::stop_token& stop, const Until& until) { host_->wait(stop, until); }

int TwinServers::finish(std::chrono::milliseconds at_most) { return host_->finish(at_most); }

}  // namespace nightstack::device::sim
