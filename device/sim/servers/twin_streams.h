// SPDX-License-Identifier: MIT
// The scope's live pictures: MJPEG over HTTP (/mainstream tele, /thirdstream or /secondstream wide, /rawstream the
// RAW capture), with the habits of real ones. Pictures are made only while somebody looks; who reads slowly misses
// some. The loop's thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/sim/servers/sim_device.h"
#include "device/sim/twin/viewfinder.h"
#include "io/http/server.h"
#include "io/http/server_loop.h"

namespace nightstack::device::sim {

enum class StreamName { tele, wide, raw };

inline constexpr std::chrono::nanoseconds kStreamPace = std::chrono::microseconds(33'333);  // 30 a second
inline constexpr StreamSize kStreamSize{480, 270};        // as seen on firmware 2.2.18
inline constexpr StreamSize kOtherStreamSize{1280, 720};  // and on 2.1.6; mjpeg.size

struct StreamWish {
    StreamName name = StreamName::tele;
    StreamSize size;
    std::uint64_t number = 0;  // of the picture, from 0 in each stream
    SimTime now{};
    StreamState state;
};
struct StreamShot {
    std::shared_ptr<const std::string> jpeg;  // none: there is no picture now
    std::uint64_t number = 0;                 // of raw: each is shown once
};
using StreamPicture = std::function<StreamShot(const StreamWish&)>;

class TwinStreams {
public:
    struct World {
        std::function<StreamState()> state;
        std::function<bool(std::string_view fault)> strikes;
        std::function<SimTime()> now;
        std::function<int()> raw_frames;              // whole ones so far, for test cards
        StreamPicture picture;                        // none: a test card
        StreamSize size = kStreamSize;                // of the pictures
        std::chrono::nanoseconds pace = kStreamPace;  // from one to the next, of real time, whatever the twin's speed
    };
    TwinStreams(io::ServerLoop& loop, World world);

    // Nothing: not the path of a stream that this scope has.
    std::optional<io::HttpResponse> answer(std::string_view path);

private:
    struct Channel {
        std::vector<io::HttpStreamPtr> clients;
        std::uint64_t number = 0;
        std::uint64_t shown = 0;  // of raw
    };
    void tick();
    void show(StreamName name, const StreamState& state);
    bool has_picture(StreamName name, const StreamState& state) const;
    StreamShot shot(const StreamWish& wish) const;
    StreamShot card(const StreamWish& wish) const;
    std::string part(const std::string& jpeg) const;
    bool looked_at();
    void end_all();
    bool session_lost(const StreamState& state);
    Channel& channel(StreamName name) { return channels_[static_cast<std::size_t>(name)]; }

    const World world_;
    Channel channels_[3];
    SimTime last_socket_{0};
    std::chrono::steady_clock::time_point next_;
    io::Alarm alarm_;
    bool running_ = false;
};

}  // namespace nightstack::device::sim
