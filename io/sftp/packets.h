// SPDX-License-Identifier: MIT
// The packets of SFTP version 3 (draft-ietf-secsh-filexfer-02), those of them that only look and read: what is not
// named here cannot be sent. Bytes of a server are hostile: each length is held against what is there. Pure, any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/remote/remote_files.h"

namespace nightstack::io::sftp {

enum class Packet : std::uint8_t {
    init = 1,
    version = 2,
    open = 3,  // here always for reading
    close = 4,
    read = 5,
    lstat = 7,
    fstat = 8,
    opendir = 11,
    readdir = 12,
    stat = 17,
    status = 101,
    handle = 102,
    data = 103,
    name = 104,
    attributes = 105,
};

inline constexpr std::uint32_t kProtocolVersion = 3;
inline constexpr std::size_t kLargestPacket = 256 * 1024;  // as in OpenSSH
inline constexpr std::size_t kLargestHandle = 256;         // by the draft
inline constexpr std::size_t kLongestRemoteName = 4096;

// Status codes.
inline constexpr std::uint32_t kOk = 0, kEof = 1, kNoSuchFile = 2, kPermissionDenied = 3, kFailure = 4,
                               kNoConnection = 6, kConnectionLost = 7;

// Requests, whole with their lengths.
std::string init_packet();
std::string path_packet(Packet kind, std::uint32_t id, std::string_view path);      // open, lstat, stat, opendir
std::string handle_packet(Packet kind, std::uint32_t id, std::string_view handle);  // close, fstat, readdir
std::string read_packet(std::uint32_t id, std::string_view handle, std::uint64_t offset, std::uint32_t bytes);

// One answer; views into the bytes it was read from. Of `version` the id is the version.
struct Answer {
    Packet kind = Packet::status;
    std::uint32_t id = 0;
    std::span<const std::byte> body;
};
// `packet`: without its length. Throws RemoteError (broken), as all below.
Answer read_answer(std::span<const std::byte> packet);

struct Status {
    std::uint32_t code = kFailure;
    std::string text;  // fit for a screen, cut
};
Status read_status(const Answer& answer);
std::string read_handle(const Answer& answer);
std::span<const std::byte> read_data(const Answer& answer);  // into the answer
RemoteEntry read_attributes(const Answer& answer);           // without a name
// Appends; "." and ".." are left out. Throws also beyond `entries` in all.
void read_names(const Answer& answer, std::size_t entries, std::vector<RemoteEntry>& out);

// Cuts a stream of bytes into packets.
class PacketCutter {
public:
    // Room for new bytes at the end; call `filled` with how many came.
    std::span<std::byte> room();
    void filled(std::size_t bytes) { end_ += bytes; }
    // The next whole packet without its length, valid until `room`; nothing: more bytes are needed.
    std::optional<std::span<const std::byte>> next();

private:
    std::vector<std::byte> bytes_;
    std::size_t begin_ = 0, end_ = 0;
};

}  // namespace nightstack::io::sftp
