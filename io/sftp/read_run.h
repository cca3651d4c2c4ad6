// SPDX-License-Identifier: MIT
// Reading a remote file with many requests under way: over Wi-Fi a request needs milliseconds there and back, and one
// at a time would leave the way empty. Answers may come short or in any order; what is handed on is in order.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "io/remote/rate_floor.h"
#include "io/remote/remote_files.h"
#include "io/sftp/conversation.h"

namespace nightstack::io::sftp {

inline constexpr std::uint32_t kReadBytes = 32 * 1024;  // every server takes this; a shorter answer makes it smaller
inline constexpr std::size_t kFirstRequests = 8;        // under way at the beginning, more with every answer
inline constexpr std::size_t kMostRequests = 64;        // 2 MiB: 25 MB/s at 80 ms

// One reading; made, run once, thrown away. Nothing of it is open afterwards, however it ends.
class ReadRun {
public:
    // `handle` of the open file; bytes [from, end). A file that goes on beyond the limit is `broken`, a server that
    // drips is `lost`.
    ReadRun(Conversation& conversation, std::string handle, std::uint64_t from, std::uint64_t end,
            const RemoteLimits& limits);
    ~ReadRun();
    ReadRun(const ReadRun&) = delete;
    ReadRun& operator=(const ReadRun&) = delete;

    // How many bytes were handed over. Throws what a status of the server means, RemoteError, Interrupted.
    std::uint64_t run(const RemoteFiles::Sink& sink, const std::stop_token& stop, const std::string& path);

private:
    struct Piece {
        std::uint32_t id = 0;  // 0: its answer is here
        std::uint64_t offset = 0;
        std::uint32_t bytes = 0;
        std::vector<std::byte> data;
        bool file_ends = false;
    };
    Piece requested(std::uint64_t offset, std::uint32_t bytes);
    void top_up();
    void take(const Answer& answer, const RemoteFiles::Sink& sink, const std::string& path);
    void take_data(std::deque<Piece>::iterator piece, std::span<const std::byte> data, const RemoteFiles::Sink& sink);
    void hand_on(std::span<const std::byte> data, const RemoteFiles::Sink& sink);
    void hand_on_waiting(const RemoteFiles::Sink& sink);

    Conversation& conversation_;
    std::string handle_;
    std::uint64_t next_, end_, limit_;
    std::uint64_t handed_ = 0;
    RateFloor floor_;
    std::uint32_t piece_bytes_ = kReadBytes;
    std::size_t most_ = kFirstRequests;
    std::deque<Piece> pieces_;  // by offset, without gaps
    bool over_ = false;
};

// What a status that is neither good nor the end means for `path`.
[[noreturn]] void throw_status(const Status& status, const std::string& path);

}  // namespace nightstack::io::sftp
