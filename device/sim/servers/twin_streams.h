// SPDX-License-Identifier: MIT
// The scope's live pictures: MJPEG over HTTP (/mainstream tele, /thirdstream or /secondstream wide, /rawstream the
// stack), with the habits of real ones. Pictures are made only while somebody looks; who reads slowly misses some.
// The loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/sim/servers/sim_device.h"
#include "io/http/server.h"
#include "io/http/server_loop.h"

namespace nightstack::device::sim {

enum class StreamName { tele, wide, raw };

struct StreamWish {
    StreamName name = StreamName::tele;
    int width = 0, height = 0;
    std::uint64_t number = 0;  // from 0 in each stream; of raw: RAW frames so far
    SimTime now{};
};
// Gives a JPEG; empty: none now.
using StreamPicture = std::function<std::string(const StreamWish&)>;

class TwinStreams {
public:
    struct World {
        std::function<StreamState()> state;
        std::function<bool(std::string_view fault)> strikes;
        std::function<SimTime()> now;
        std::function<int()> raw_frames;  // whole ones so far
        StreamPicture picture;            // none: a test card
    };
    TwinStreams(io::ServerLoop& loop, World world);

    // Nothing: not the path of a stream that this scope has.
    std::optional<io::HttpResponse> answer(std::string_view path);

private:
    struct Channel {
        std::vector<io::HttpStreamPtr> clients;
        std::uint64_t number = 0;
        int shown_frames = 0;  // of raw
    };
    void tick();
    void show(StreamName name, const StreamState& state);
    bool has_picture(StreamName name, const StreamState& state);
    std::string part(StreamName name);
    bool looked_at();
    void end_all();
    bool session_lost(const StreamState& state);
    Channel& channel(StreamName name) { return channels_[static_cast<std::size_t>(name)]; }

    const World world_;
    Channel channels_[3];
    SimTime last_socket_{0};
    io::Alarm alarm_;
    bool running_ = false;
};

}  // namespace nightstack::device::sim
