// SPDX-License-Identifier: MIT
// A connection that comes back: what is `lost` is waited for and tried again on a new connection, with growing pauses,
// until the scope has been away for too long; one that was never there is not waited for like that. One thread's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "io/fetch/fetch_clock.h"
#include "io/remote/remote_files.h"

namespace nightstack::io {

// The scope was away for longer than allowed.
class ScopeAway : public DeviceError {
public:
    using DeviceError::DeviceError;
};

class RemoteLine {
public:
    RemoteLine(RemoteConnector connector, FetchClock clock, std::chrono::milliseconds away,
               std::function<void(const std::string&)> notice);

    // RemoteError but `lost`, ScopeAway, Interrupted.
    std::vector<RemoteEntry> list(const std::string& path, const std::stop_token& stop);
    RemoteEntry stat(const std::string& path, const std::stop_token& stop);

    // A small piece, fewer bytes where the file ends before.
    std::vector<std::byte> read_piece(const std::string& path, std::uint64_t from, std::size_t count,
                                      const std::stop_token& stop);

    // One attempt; `lost` is thrown too: then `pause_after` and try again.
    std::uint64_t read_once(const std::string& path, std::uint64_t from, std::uint64_t count,
                            const RemoteFiles::Sink& sink, const std::stop_token& stop);
    // Waits before a next attempt. Throws ScopeAway when it has been too long since the last sign of life.
    void pause_after(const RemoteError& lost, const std::stop_token& stop);

private:
    RemoteFiles& connected(const std::stop_token& stop);
    void alive();
    template <class Call>
    auto patiently(const Call& call, const std::stop_token& stop);

    RemoteConnector connector_;
    FetchClock clock_;
    std::chrono::milliseconds away_;
    std::function<void(const std::string&)> notice_;
    std::unique_ptr<RemoteFiles> files_;
    FetchClock::Time last_sign_;
    bool met_ = false;  // there was a scope at all
    bool told_ = false;
    int attempts_ = 0;
};

}  // namespace nightstack::io
