// SPDX-License-Identifier: MIT
#include "tests/device/sim/streams/stream_host.h"

#include <limits>
#include <stdexcept>

namespace nightstack::device::sim::test {

std::vector<std::string> StandIn::again(std::size_t which, std::size_t count) const {
    if (fails) throw std::runtime_error("no light");
    return std::vector<std::string>(count, jpegs_.at(which % jpegs_.size()));
}

std::vector<std::string> StandIn::live(const Exposed& sample, std::span<const StreamSize> sizes, int quality) {
    ++drawn;
    last_quality = quality;
    return again(static_cast<std::size_t>(sample.camera), sizes.size());
}

std::vector<std::string> StandIn::capture(int source, std::span<const StreamSize> sizes, int quality) {
    ++drawn;
    last_source = source;
    last_quality = quality;
    return again(2, sizes.size());
}

StreamHost::StreamHost(std::shared_ptr<Viewfinder> view, std::chrono::nanoseconds pace, int cut_every)
    : cut_every_(cut_every),
      next_cut_(cut_every > 0 ? cut_every : std::numeric_limits<int>::max()),
      room_(std::move(view), kStreamSize, nullptr),
      streams_(loop_, world(pace)) {
    io::HttpHandlers handlers;
    handlers.request = [this](const io::HttpRequest& request) { return streams_.answer(request.path()); };
    server_.emplace(loop_, io::HttpServerOptions{}, std::move(handlers));
}

StreamHost::~StreamHost() {
    server_.reset();
    loop_.stop();
}

TwinStreams::World StreamHost::world(std::chrono::nanoseconds pace) {
    TwinStreams::World out;
    out.state = [this] { return state(); };
    out.strikes = [this](std::string_view fault) { return strikes(fault); };
    out.now = [] { return SimTime(0); };
    out.raw_frames = [] { return 0; };
    out.pace = pace;
    out.picture = [this](const StreamWish& wish) {
        return room_.picture(wish, [&]() -> std::optional<Exposed> {
            Exposed sample;
            sample.camera = wish.name == StreamName::wide ? 1 : 0;
            sample.automatic = true;
            sample.begin += std::chrono::milliseconds(++exposures_);
            return sample;
        });
    };
    return out;
}

// Asked once for each part.
bool StreamHost::strikes(std::string_view fault) {
    if (fault == "mjpeg.truncate") ++parts_;
    return false;
}

StreamState StreamHost::state() {
    StreamState out;
    out.tele_open = out.wide_open = true;
    if (parts_ < next_cut_) return out;
    next_cut_ += cut_every_;
    out.reachable = false;
    return out;
}

}  // namespace nightstack::device::sim::test
