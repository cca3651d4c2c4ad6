// SPDX-License-Identifier: MIT
// The card's part of a night: the lights of its captures come into a folder, each is told once, whole and under its
// name. Before the first is told, the darks that fit it have come too. Breaks, a scope that is away and a full disk are
// waited out. One thread's, but for `lights`, `changed` and `all_taken`.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "io/fetch/fetch.h"
#include "io/fetch/fetch_clock.h"
#include "io/remote/remote_files.h"
#include "tools/night/scope/arrivals.h"
#include "tools/night/scope/light_settings.h"
#include "tools/night/scope/session_pick.h"

namespace nightstack::tools {

struct MirrorPlan {
    io::RemoteConnector connect;
    std::filesystem::path to;
    std::uint64_t reserve_bytes = std::uint64_t{1} << 30;  // stays free on the disk
    std::chrono::milliseconds away{1'800'000};             // a scope that is away for longer than this is given up
    LightSettings settings;  // as planned; what the first light's header says counts before it
    // A light has come, so many are here; the sensor's temperature where its name tells it.
    std::function<void(std::int64_t lights, std::optional<double> celsius)> come{};
    io::FetchClock clock = io::real_clock();  // of the fetching
};

class CardMirror {
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class End { stopped, given_up };

    CardMirror(MirrorPlan plan, SessionPick& pick, Arrivals& to);

    void know(const std::string& name, std::uint64_t bytes);
    // Until a stop. Throws DeviceError: refused (password, host key), or a scope that was never there; IoError.
    End follow(const std::stop_token& stop);
    // Once the captures are over: all lights they have, looked for until there are `expected`, some seconds long; a
    // scope that is away is waited for 30 min at most. Stopped: also when all was done.
    End catch_up(std::int64_t expected, const std::stop_token& stop);

    std::int64_t lights() const { return lights_; }  // told, in this run and before
    Time changed() const { return Time(Time::duration(changed_.load())); }
    bool all_taken() const { return all_taken_; }            // says the scope's own account
    std::size_t not_had() const { return not_had_.size(); }  // lights that could not be fetched; after catch_up

private:
    io::FetchOptions options(std::function<bool(const io::CardFile&)> wanted) const;
    io::FetchWatcher watcher(bool lights);
    using Fetch = std::function<io::FetchResult()>;
    std::optional<End> patiently(const Fetch& fetch, const std::stop_token& stop);
    void file(const io::FileOutcome& outcome);
    void light(const io::FileOutcome& outcome, bool marked_failed);
    std::optional<End> fetch_darks(const std::stop_token& stop);
    void notice(const std::string& text) const;

    MirrorPlan plan_;
    SessionPick& pick_;
    Arrivals& to_;
    std::map<std::string, std::uint64_t> told_;  // bytes, by local name
    std::set<std::string> not_had_;
    std::vector<Arrival> held_;   // lights that wait for their darks
    std::stop_source for_darks_;  // ends the fetch under way
    bool darks_here_ = false, met_ = false, disk_told_ = false;
    Time seen_;
    std::atomic<std::int64_t> lights_{0};
    std::atomic<Time::rep> changed_;
    std::atomic<bool> all_taken_{false};
};

}  // namespace nightstack::tools
