// SPDX-License-Identifier: MIT
#include "io/fetch/remote_line.h"

#include <algorithm>
#include <utility>

namespace nightstack::io {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{2'000};
constexpr milliseconds kFirstMeeting{5'000};  // for a scope that has never answered

std::string seconds_text(milliseconds time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

RemoteLine::RemoteLine(RemoteConnector connector, FetchClock clock, milliseconds away,
                       std::function<void(const std::string&)> notice)
    : connector_(std::move(connector)),
      clock_(std::move(clock)),
      away_(away),
      notice_(std::move(notice)),
      last_sign_(clock_.now()) {}

RemoteFiles& RemoteLine::connected(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Interrupted();
    if (!files_) files_ = connector_(stop);
    return *files_;
}

void RemoteLine::alive() {
    if (told_ && notice_) notice_("the scope is back");
    met_ = true;
    told_ = false;
    attempts_ = 0;
    last_sign_ = clock_.now();
}

void RemoteLine::pause_after(const RemoteError& lost, const std::stop_token& stop) {
    files_.reset();
    const auto gone = std::chrono::duration_cast<milliseconds>(clock_.now() - last_sign_);
    if (!met_ && gone >= std::min(away_, kFirstMeeting)) throw ScopeAway(lost.what());
    if (gone >= away_)
        throw ScopeAway("the scope has been away for " + seconds_text(gone) + ": " + std::string(lost.what()));
    if (!told_ && attempts_ > 0 && notice_)
        notice_(std::string(lost.what()) + "; waiting for the scope, at most " + seconds_text(away_));
    told_ = told_ || attempts_ > 0;
    clock_.wait(std::min(kFirstPause * (1 << std::min(attempts_, 4)), kLongestPause), stop);
    ++attempts_;
    if (stop.stop_requested()) throw Interrupted();
}

template <class Call>
auto RemoteLine::patiently(const Call& call, const std::stop_token& stop) {
    for (;;) {
        try {
            auto answer = call(connected(stop));
            alive();
            return answer;
        } catch (const RemoteError& e) {
            if (e.kind() != RemoteError::Kind::lost) throw;
            pause_after(e, stop);
        }
    }
}

std::vector<RemoteEntry> RemoteLine::list(const std::string& path, const std::stop_token& stop) {
    return patiently([&](RemoteFiles& files) { return files.list(path, stop); }, stop);
}

RemoteEntry RemoteLine::stat(const std::string& path, const std::stop_token& stop) {
    return patiently([&](RemoteFiles& files) { return files.stat(path, stop); }, stop);
}

std::vector<std::byte> RemoteLine::read_piece(const std::string& path, std::uint64_t from, std::size_t count,
                                              const std::stop_token& stop) {
    return patiently(
        [&](RemoteFiles& files) {
            std::vector<std::byte> piece;
            const RemoteFiles::Sink gather = [&](std::span<const std::byte> bytes) {
                piece.insert(piece.end(), bytes.begin(), bytes.end());
                return piece.size() < count;
            };
            files.read(path, from, count, gather, stop);
            return piece;
        },
        stop);
}

std::uint64_t RemoteLine::read_once(const std::string& path, std::uint64_t from, std::uint64_t count,
                                    const RemoteFiles::Sink& sink, const std::stop_token& stop) {
    const RemoteFiles::Sink noted = [&](std::span<const std::byte> bytes) {
        alive();
        return sink(bytes);
    };
    return connected(stop).read(path, from, count, noted, stop);
}

}  // namespace nightstack::io
