// SPDX-License-Identifier: MIT
#include "device/sim/servers/twin_streams.h"

#include <algorithm>

#include "device/sim/servers/test_card.h"

namespace nightstack::device::sim {
namespace {

constexpr auto kPace = std::chrono::milliseconds(33);  // 30 pictures a second of real time, whatever the twin's speed
constexpr int kWidth = 480, kHeight = 270;             // as seen on firmware 2.2.18
constexpr int kOtherWidth = 1280, kOtherHeight = 720;  // and on 2.1.6
constexpr SimTime kAfterLastSocket{60'000};            // then firmware 2.x shows nothing more
constexpr StreamName kAll[] = {StreamName::tele, StreamName::wide, StreamName::raw};

std::optional<StreamName> named(std::string_view path, bool v2) {
    if (path == "/mainstream") return StreamName::tele;
    if (path == (v2 ? "/secondstream" : "/thirdstream")) return StreamName::wide;
    if (path == "/rawstream" && !v2) return StreamName::raw;
    return std::nullopt;
}

std::string card(const StreamWish& wish) {
    return test_card(wish.width, wish.height, static_cast<int>(wish.name), wish.number, wish.now);
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
        channel(name).shown_frames = 0;  // who comes late is shown the last one
        if (!running_) alarm_.set(std::chrono::steady_clock::now());
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
    alarm_.set(std::chrono::steady_clock::now() + kPace);
}

bool TwinStreams::session_lost(const StreamState& state) {
    const SimTime now = world_.now();
    if (state.sockets > 0) last_socket_ = now;
    return state.v2 && now - last_socket_ > kAfterLastSocket;
}

bool TwinStreams::has_picture(StreamName name, const StreamState& state) {
    if (name != StreamName::raw) return name == StreamName::tele ? state.tele_open : state.wide_open;
    const int frames = world_.raw_frames();
    return frames != std::exchange(channel(name).shown_frames, frames) && frames > 0;
}

void TwinStreams::show(StreamName name, const StreamState& state) {
    Channel& to = channel(name);
    if (to.clients.empty() || !has_picture(name, state) || world_.strikes("mjpeg.stall")) return;
    std::string bytes = part(name);
    if (bytes.empty()) return;
    const auto shared = std::make_shared<const std::string>(std::move(bytes));
    for (const io::HttpStreamPtr& client : to.clients) client->offer(shared);
}

std::string TwinStreams::part(StreamName name) {
    const bool other = world_.strikes("mjpeg.size");
    Channel& to = channel(name);
    const std::uint64_t number = name == StreamName::raw ? static_cast<std::uint64_t>(to.shown_frames) : to.number++;
    const StreamWish wish{name, other ? kOtherWidth : kWidth, other ? kOtherHeight : kHeight, number, world_.now()};
    std::string jpeg = world_.picture ? world_.picture(wish) : card(wish);
    if (jpeg.empty()) return {};
    if (world_.strikes("mjpeg.truncate")) jpeg.resize(jpeg.size() / 2);
    std::string head = "--dwarf\r\nContent-Type: image/jpeg\r\n";
    if (!world_.strikes("mjpeg.no_length")) head += "Content-Length: " + std::to_string(jpeg.size()) + "\r\n";
    return head + "\r\n" + jpeg + "\r\n";
}

}  // namespace nightstack::device::sim
