// SPDX-License-Identifier: MIT
#include "io/sftp/read_run.h"

#include <algorithm>

#include "pipeline/core/printable.h"

namespace nightstack::io::sftp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostPieces = 4096;    // under way or waiting for their turn; an honest server needs hundreds
constexpr std::uint32_t kLeastPiece = 1024;  // below that a server's short answers are not made its habit

[[noreturn]] void broken(const std::string& what) {
    throw RemoteError(RemoteError::Kind::broken, "the SFTP server's answer is broken: " + what);
}

}  // namespace

void throw_status(const Status& status, const std::string& path) {
    const std::string said = status.text.empty() ? "status " + std::to_string(status.code) : status.text;
    const std::string text = printable(path) + ": " + said;
    if (status.code == kNoConnection || status.code == kConnectionLost)
        throw RemoteError(RemoteError::Kind::lost, text);
    if (status.code == kNoSuchFile || status.code == kPermissionDenied || status.code == kFailure ||
        status.code == kEof)
        throw RemoteError(RemoteError::Kind::missing, text);
    throw RemoteError(RemoteError::Kind::broken, text + " (status " + std::to_string(status.code) + ")");
}

ReadRun::ReadRun(Conversation& conversation, std::string handle, std::uint64_t from, std::uint64_t end,
                 const RemoteLimits& limits)
    : conversation_(conversation),
      handle_(std::move(handle)),
      next_(from),
      end_(end),
      limit_(limits.file_bytes),
      floor_(limits, Clock::now()) {}

ReadRun::~ReadRun() {
    for (const Piece& piece : pieces_)
        if (piece.id != 0) conversation_.forget(piece.id);
}

ReadRun::Piece ReadRun::requested(std::uint64_t offset, std::uint32_t bytes) {
    Piece piece;
    piece.id = conversation_.ask_read(handle_, offset, bytes);
    piece.offset = offset;
    piece.bytes = bytes;
    return piece;
}

void ReadRun::top_up() {
    while (pieces_.size() < most_ && next_ < end_) {
        const auto bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(piece_bytes_, end_ - next_));
        pieces_.push_back(requested(next_, bytes));
        next_ += bytes;
    }
}

void ReadRun::hand_on(std::span<const std::byte> data, const RemoteFiles::Sink& sink) {
    if (over_) return;
    handed_ += data.size();
    over_ = !sink(data);
}

// Pieces at the front whose answers came early.
void ReadRun::hand_on_waiting(const RemoteFiles::Sink& sink) {
    while (!pieces_.empty() && pieces_.front().id == 0 && !over_) {
        if (pieces_.front().file_ends) {
            over_ = true;
            return;
        }
        hand_on(pieces_.front().data, sink);
        pieces_.pop_front();
    }
}

void ReadRun::take_data(std::deque<Piece>::iterator piece, std::span<const std::byte> data,
                        const RemoteFiles::Sink& sink) {
    if (data.empty() || data.size() > piece->bytes)
        broken(std::to_string(data.size()) + " bytes where " + std::to_string(piece->bytes) + " were asked for");
    if (piece->offset + data.size() > limit_) broken("a file of more than " + std::to_string(limit_) + " bytes");
    const auto got = static_cast<std::uint32_t>(data.size());
    const std::uint32_t lacking = piece->bytes - got;
    const std::uint64_t behind = piece->offset + got;
    const bool first = piece == pieces_.begin();
    if (first) hand_on(data, sink);
    if (pieces_.size() >= kMostPieces) broken("answers in crumbs of " + std::to_string(got) + " bytes");
    if (lacking > 0) {  // the rest of it is asked for anew, in its place
        piece_bytes_ = std::max(kLeastPiece, std::min(piece_bytes_, got));
        Piece rest = requested(behind, lacking);
        if (first) {
            *piece = std::move(rest);
            return;
        }
        piece = pieces_.insert(piece + 1, std::move(rest)) - 1;
    }
    piece->id = 0;
    if (first) {
        pieces_.pop_front();
    } else {
        piece->bytes = got;
        piece->data.assign(data.begin(), data.end());
    }
}

void ReadRun::take(const Answer& answer, const RemoteFiles::Sink& sink, const std::string& path) {
    const auto piece = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& p) { return p.id == answer.id; });
    if (piece == pieces_.end()) broken("number " + std::to_string(answer.id) + " answers nothing that was asked");
    if (answer.kind == Packet::status) {
        const Status status = read_status(answer);
        piece->id = 0;
        if (status.code != kEof) throw_status(status, path);
        piece->file_ends = true;
    } else {
        if (most_ < kMostRequests) ++most_;
        const std::span<const std::byte> data = read_data(answer);
        take_data(piece, data, sink);
        floor_.heard(data.size(), Clock::now());
    }
    hand_on_waiting(sink);
}

std::uint64_t ReadRun::run(const RemoteFiles::Sink& sink, const std::stop_token& stop, const std::string& path) {
    for (;;) {
        if (!over_) top_up();
        if (over_ || pieces_.empty()) return handed_;
        if (stop.stop_requested()) throw Interrupted();
        take(conversation_.next(stop), sink, path);
        if (!over_ && !pieces_.empty()) floor_.check(Clock::now());
    }
}

}  // namespace nightstack::io::sftp
