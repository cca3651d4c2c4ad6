// SPDX-License-Identifier: MIT
// The twin's streams on a server of their own, without the rest of the twin; pictures by a stand-in.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/sim/servers/preview_room.h"
#include "device/sim/servers/twin_streams.h"
#include "io/http/server.h"
#include "io/http/server_loop.h"

namespace nightstack::device::sim::test {

// Shows the same JPEG again and again, the same for both sizes; one for each camera, another for captures.
class StandIn final : public Viewfinder {
public:
    explicit StandIn(std::vector<std::string> jpegs) : jpegs_(std::move(jpegs)) {}
    std::vector<std::string> live(const Exposed& sample, std::span<const StreamSize> sizes, int quality) override;
    std::vector<std::string> capture(int source, std::span<const StreamSize> sizes, int quality) override;
    std::uint64_t captured() const override { return frames; }

    std::atomic<std::uint64_t> frames{0};
    std::atomic<int> drawn{0}, last_quality{0}, last_source{-1};
    std::atomic<bool> fails{false};

private:
    std::vector<std::string> again(std::size_t which, std::size_t count) const;
    const std::vector<std::string> jpegs_;
};

class StreamHost {
public:
    // `cut_every`: all streams end after so many parts; 0: never.
    StreamHost(std::shared_ptr<Viewfinder> view, std::chrono::nanoseconds pace, int cut_every);
    ~StreamHost();
    std::uint16_t port() const { return server_->port(); }
    int parts() const { return parts_; }

private:
    TwinStreams::World world(std::chrono::nanoseconds pace);
    bool strikes(std::string_view fault);
    StreamState state();

    const int cut_every_;
    std::atomic<int> parts_{0};
    int next_cut_;
    std::uint64_t exposures_ = 0;
    io::ServerLoop loop_;
    PreviewRoom room_;
    TwinStreams streams_;
    std::optional<io::HttpServer> server_;
};

}  // namespace nightstack::device::sim::test
