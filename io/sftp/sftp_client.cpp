// SPDX-License-Identifier: MIT
#include "io/sftp/sftp_client.h"

#include <algorithm>
#include <deque>
#include <limits>

#include "io/remote/remote_name.h"
#include "io/sftp/read_run.h"
#include "pipeline/core/printable.h"

namespace nightstack::io::sftp {
namespace {

constexpr int kPacketLimits = 12;       // one answer, however it trickles, within so many times the silence
constexpr std::size_t kNamesAhead = 4;  // requests of a listing under way
constexpr std::size_t kMostNameBytes = std::size_t{32} << 20;  // of one listing

[[noreturn]] void broken(const std::string& text) { throw RemoteError(RemoteError::Kind::broken, text); }

// Whatever happens: the server may forget the handle, and its answer is of no interest.
class OpenHandle {
public:
    OpenHandle(Conversation& conversation, Packet how, const std::string& path, const std::string& shown,
               const std::stop_token& stop)
        : conversation_(conversation) {
        const Answer answer = conversation.answer_to(conversation.ask_path(how, path), stop);
        if (answer.kind == Packet::status) throw_status(read_status(answer), shown);
        handle_ = read_handle(answer);
    }
    ~OpenHandle() { conversation_.forget(conversation_.ask_handle(Packet::close, handle_)); }
    OpenHandle(const OpenHandle&) = delete;
    OpenHandle& operator=(const OpenHandle&) = delete;
    const std::string& text() const { return handle_; }

private:
    Conversation& conversation_;
    std::string handle_;
};

// Questions for the next names of a folder, several under way.
class Listing {
public:
    Listing(Conversation& conversation, const std::string& handle) : conversation_(conversation), handle_(handle) {}
    ~Listing() {
        for (const std::uint32_t id : open_) conversation_.forget(id);
    }
    Listing(const Listing&) = delete;
    Listing& operator=(const Listing&) = delete;
    // The next answer; valid until the next call.
    Answer next(const std::stop_token& stop) {
        while (open_.size() < kNamesAhead) open_.push_back(conversation_.ask_handle(Packet::readdir, handle_));
        const Answer answer = conversation_.next(stop);
        std::erase(open_, answer.id);
        return answer;
    }

private:
    Conversation& conversation_;
    const std::string& handle_;
    std::deque<std::uint32_t> open_;
};

}  // namespace

SftpClient::SftpClient(std::unique_ptr<ByteLine> line, std::string root, std::string where, const RemoteLimits& limits,
                       const std::stop_token& stop)
    : root_(std::move(root)),
      where_(std::move(where)),
      limits_(limits),
      line_(std::move(line)),
      conversation_(*line_, kPacketLimits * limits.silence) {
    conversation_.greet(stop);
}

std::vector<RemoteEntry> SftpClient::list(const std::string& path, const std::stop_token& stop) {
    const OpenHandle handle(conversation_, Packet::opendir, remote(path), shown(path), stop);
    Listing listing(conversation_, handle.text());
    std::vector<RemoteEntry> entries;
    std::size_t name_bytes = 0;
    for (;;) {
        if (stop.stop_requested()) throw Interrupted();
        const Answer answer = listing.next(stop);
        if (answer.kind == Packet::status) {
            const Status status = read_status(answer);
            if (status.code == kEof) return entries;
            throw_status(status, shown(path));
        }
        name_bytes += answer.body.size();
        if (name_bytes > kMostNameBytes) broken(printable(path) + ": a listing without an end");
        read_names(answer, limits_.entries, entries);
    }
}

RemoteEntry SftpClient::stat(const std::string& path, const std::stop_token& stop) {
    const Packet how = path.empty() ? Packet::stat : Packet::lstat;
    RemoteEntry entry = attributes(conversation_.ask_path(how, remote(path)), path, stop);
    entry.name = path.substr(path.rfind('/') + 1);
    return entry;
}

std::uint64_t SftpClient::read(const std::string& path, std::uint64_t from, std::uint64_t count, const Sink& sink,
                               const std::stop_token& stop) {
    const OpenHandle handle(conversation_, Packet::open, remote(path), path, stop);
    const RemoteEntry now = attributes(conversation_.ask_handle(Packet::fstat, handle.text()), path, stop);
    if (now.kind != RemoteEntry::Kind::file) broken(printable(path) + " is no file");
    const std::uint64_t end = from + std::min(count, std::numeric_limits<std::uint64_t>::max() - from);
    ReadRun run(conversation_, handle.text(), from, end, limits_);
    return run.run(sink, stop, path);
}

std::string SftpClient::remote(const std::string& path) const {
    check_remote_path(path);
    if (path.empty()) return root_.empty() ? "." : root_;
    return root_.empty() ? path : root_ + (root_.ends_with("/") ? "" : "/") + path;
}

RemoteEntry SftpClient::attributes(std::uint32_t id, const std::string& path, const std::stop_token& stop) {
    const Answer answer = conversation_.answer_to(id, stop);
    if (answer.kind == Packet::status) throw_status(read_status(answer), shown(path));
    RemoteEntry entry = read_attributes(answer);
    if (entry.kind == RemoteEntry::Kind::file && entry.bytes.value_or(0) > limits_.file_bytes)
        broken(printable(path) + ": " + std::to_string(*entry.bytes) + " bytes; " + std::to_string(limits_.file_bytes) +
               " are the most");
    return entry;
}

}  // namespace nightstack::io::sftp
