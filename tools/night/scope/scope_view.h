// SPDX-License-Identifier: MIT
// The scope's own video for whoever looks at a night: /rawstream while RAW frames are taken, else /mainstream of the
// tele camera. The newest whole picture is kept and no other, not decoded.
//
// Frames come first on a weak link, so it is read only while somebody looks: from an ask() until a while after the
// last. Nothing it meets is told or thrown: a night goes on without it. What it holds is bounded: kLargestPicture for
// the picture, for the one that waits and for the one that comes.
//
// Thread rule: ask() from any thread. Two threads of its own, one of which lives as long as something is read.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "io/mjpeg/mjpeg_client.h"
#include "tools/night/show/night_video.h"
#include "tools/scope/scope_address.h"

namespace nightstack::tools {

inline constexpr std::size_t kLargestPicture = std::size_t{4} << 20;

struct ViewTimes {
    std::chrono::milliseconds unasked{30'000};         // read so long after the last ask()
    std::chrono::milliseconds fresh{10'000};           // an older picture is not shown
    std::chrono::milliseconds fresh_exposure{60'000};  // likewise of /rawstream
    io::MjpegTimes video{};
    io::MjpegTimes exposures = io::times_for_exposures(std::chrono::milliseconds(15'000));  // no scope exposes longer
};

class ScopeView {
public:
    // Connects to nothing yet. Throws OptionError for a host that cannot be one.
    explicit ScopeView(const ScopePlace& place, const ViewTimes& times = {});
    ~ScopeView();  // within a moment, whatever the scope does
    ScopeView(const ScopeView&) = delete;
    ScopeView& operator=(const ScopeView&) = delete;

    // Somebody looks; `raw`: the scope takes RAW frames now. Returns at once, with what is new enough to be shown.
    std::optional<NightVideo> ask(bool raw);

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Newest {
        NightVideo video;
        Moment arrived;
        std::chrono::milliseconds fresh;
    };
    void run(const std::stop_token& stop);
    void read(const std::stop_token& stop);
    void take(const io::MjpegClient& client, Moment until);
    bool wanted() const;  // under the lock
    bool goes_on(bool raw) const;

    const ViewTimes times_;
    io::PartQueue queue_;  // the newest wins
    io::MjpegClient video_, exposures_;
    mutable std::mutex mutex_;  // guards those below
    std::condition_variable_any news_;
    std::optional<Moment> asked_;
    bool raw_ = false;
    std::optional<Newest> newest_;
    std::jthread thread_;  // behind all it uses
};

}  // namespace nightstack::tools
