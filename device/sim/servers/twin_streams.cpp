// SPDX-License-Identifier: MIT
#include "device/sim/servers/twin_streams.h"

#include <algorithm>

#include "device/sim/servers/test_card.h"

namespace nightstack::device::sim {
namespace {

constexpr SimTime kAfterLastSocket{60'000};  // then firmware 2.x shows nothing more
constexpr StreamName kAll[] = {StreamName::tele, StreamName::wide, StreamName::raw};

std::optional<StreamName> named(std::string_view path, bool v2) {
    if (path == "/mainstream") return StreamName::tele;
    if (path == (v2 ? "/secondstream" : "/thirdstream")) return StreamName::wide;
    if (path == "/rawstream" && !v2) return StreamName::raw;
    return std::nullopt;
}

}  // namespace

TwinStreams::TwinStreams(io::ServerLoop& loop, World world)
    : world_(std::move(world)), alarm_(loop, [this] { tick(); }) {}

std::optional<io::HttpResponse> TwinStreams::answer(std::string_view path) {
    const auto name = named(path, world_.state().v2);
    if (!name) return std::nullopt;
    io::HttpResponse out;
    out.type = "multipart/x-mixed-replace; boundary=dwarf";
    out.headers.emplace_back("Cache-Control", "no-cache");
    out.stream = [this, name = *name](const io::HttpStreamPtr& stream) {
        if (world_.strikes("mjpeg.empty")) return stream->end();
        channel(name).clients.push_back(stream);
        channel(name).shown = 0;  // who comes late is shown the last one
        if (!running_) alarm_.set(next_ = std::chrono::steady_clock::now());
        running_ = true;
    };
    return out;
}

bool TwinStreams::looked_at() {
    bool any = false;
    for (Channel& one : channels_) {
        std::erase_if(one.clients, [](const io::HttpStreamPtr& client) { return !client->open(); });
        any = any || !one.clients.empty();
    }
    return any;
}

void TwinStreams::end_all() {
    for (Channel& one : channels_) {
        for (const io::HttpStreamPtr& client : one.clients) client->end();
        one.clients.clear();
    }
}

void TwinStreams::tick() {
    running_ = looked_at();
    if (!running_) return;
    const StreamState state = world_.state();
    if (!state.reachable || session_lost(state)) {
        end_all();
        running_ = false;
        return;
    }
    for (const StreamName name : kAll) show(name, state);
    // In step, unless this comes too late for the next one already.
    next_ = std::max(next_ + world_.pace, std::chrono::steady_clock::now());
    alarm_.set(next_);
}

bool TwinStreams::session_lost(const StreamState& state) {
    const SimTime now = world_.now();
    if (state.sockets > 0) last_socket_ = now;
    return state.v2 && now - last_socket_ > kAfterLastSocket;
}

bool TwinStreams::has_picture(StreamName name, const StreamState& state) const {
    if (name == StreamName::tele) return state.tele_open;
    return name == StreamName::raw || state.wide_open;
}

void TwinStreams::show(StreamName name, const StreamState& state) {
    Channel& to = channel(name);
    if (to.clients.empty() || !has_picture(name, state)) return;
    StreamWish wish{name, world_.size, to.number, world_.now(), state};
    StreamShot next = shot(wish);
    if (!next.jpeg || (name == StreamName::raw && next.number == to.shown) || world_.strikes("mjpeg.stall")) return;
    to.shown = next.number;
    ++to.number;
    if (world_.strikes("mjpeg.size")) {
        wish.size = kOtherStreamSize;
        if (const StreamShot other = shot(wish); other.jpeg) next = other;
    }
    const auto shared = std::make_shared<const std::string>(part(*next.jpeg));
    for (const io::HttpStreamPtr& client : to.clients) client->offer(shared);
}

StreamShot TwinStreams::shot(const StreamWish& wish) const {
    return world_.picture ? world_.picture(wish) : card(wish);
}

StreamShot TwinStreams::card(const StreamWish& wish) const {
    const bool raw = wish.name == StreamName::raw;
    const auto number = raw ? static_cast<std::uint64_t>(world_.raw_frames()) : wish.number;
    if (raw && number == 0) return {};
    return {std::make_shared<const std::string>(
                test_card(wish.size.width, wish.size.height, static_cast<int>(wish.name), number, wish.now)),
            number};
}

std::string TwinStreams::part(const std::string& jpeg) const {
    const std::size_t bytes = world_.strikes("mjpeg.truncate") ? jpeg.size() / 2 : jpeg.size();
    std::string out = "--dwarf\r\nContent-Type: image/jpeg\r\n";
    if (!world_.strikes("mjpeg.no_length")) out += "Content-Length: " + std::to_string(bytes) + "\r\n";
    out.append("\r\n").append(jpeg, 0, bytes).append("\r\n");
    return out;
}

}  // namespace nightstack::device::sim
