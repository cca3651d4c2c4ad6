// SPDX-License-Identifier: MIT
// Files on another machine, read only: what fetching needs of a scope's card, whichever protocol brings it. There is
// no call that writes or deletes, on purpose. One object is one connection and one thread's; after `lost` it is dead
// and a new one is made. Paths are relative to the root that was named when connecting, '/' between parts, no "..".
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/error.h"

namespace nightstack::io {

// What the other side or the way there did; the text says what, where, which number.
class RemoteError : public DeviceError {
public:
    enum class Kind {
        lost,     // unreachable, silent, connection ended: a new connection may help
        missing,  // no such file or folder, or not readable (any more)
        refused,  // password, host key, algorithms: trying again does not help
        broken,   // an answer that no honest server gives, or beyond a limit
    };
    RemoteError(Kind kind, const std::string& text) : DeviceError(text), kind_(kind) {}
    Kind kind() const { return kind_; }

private:
    Kind kind_;
};

struct RemoteEntry {
    enum class Kind { file, folder, other };  // other: links, devices
    std::string name;                         // one part of a path as the server said it: hostile, see remote_name.h
    Kind kind = Kind::file;
    std::optional<std::uint64_t> bytes;      // nothing: the protocol does not say it exactly
    std::optional<std::int64_t> modified_s;  // Unix seconds of the server's clock
    bool rough_time = false;                 // `modified_s` is of a listing to the minute: `stat` tells another one
};

struct RemoteLimits {
    std::size_t entries = 100'000;                        // of one listing
    std::uint64_t file_bytes = std::uint64_t{512} << 20;  // a larger file is `broken`
    std::chrono::milliseconds silence{5'000};             // without a byte: `lost`
    std::chrono::milliseconds connect{10'000};
    // While a file is read: fewer bytes than these within that time (546 a second) are as good as silence.
    std::uint64_t slow_bytes = 16 * 1024;
    std::chrono::milliseconds slow_window{30'000};
};

class RemoteFiles {
public:
    // Gets the next bytes of a file, in order; false ends the reading.
    using Sink = std::function<bool(std::span<const std::byte>)>;

    virtual ~RemoteFiles() = default;

    // All throw RemoteError; Interrupted when `stop` was asked, within a quarter of a second.
    // Without "." and ".."; in the server's order. "" is the root.
    virtual std::vector<RemoteEntry> list(const std::string& path, const std::stop_token& stop) = 0;
    // One file or folder now, `bytes` exact.
    virtual RemoteEntry stat(const std::string& path, const std::stop_token& stop) = 0;
    // Bytes [from, from + count) in pieces, fewer where the file ends before; how many were handed over.
    virtual std::uint64_t read(const std::string& path, std::uint64_t from, std::uint64_t count, const Sink& sink,
                               const std::stop_token& stop) = 0;

    // For messages: "sftp://root@192.168.88.1:22/sdcard/DWARF_II". Never a password.
    virtual const std::string& where() const = 0;
};

// Connects (and reconnects: every call makes a new connection).
using RemoteConnector = std::function<std::unique_ptr<RemoteFiles>(const std::stop_token&)>;

}  // namespace nightstack::io
