// SPDX-License-Identifier: MIT
#include "io/fetch/download.h"

#include <exception>
#include <utility>

#include "io/fits/completeness.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr int kRounds = 3;                  // for a file that changes while it is read
constexpr int kBreaksWithoutGain = 8;       // of the connection, then the file itself is to blame
constexpr std::uint64_t kGain = 16 * 1024;  // what a server that only drips does not reach (RemoteLimits::slow_bytes)
constexpr std::uint64_t kSpaceCheck = std::uint64_t{8} << 20;

std::string megabytes(std::uint64_t bytes) { return std::to_string(bytes >> 20U) + " MiB"; }

Attempt failed(const std::string& why) {
    Attempt attempt;
    attempt.why = why;
    return attempt;
}

Attempt unfinished(Attempt attempt, const std::string& why) {
    attempt.end = Attempt::End::unfinished;
    attempt.why = why;
    return attempt;
}

}  // namespace

RemoteVersion version_of(const RemoteEntry& entry) { return {entry.bytes.value_or(0), entry.modified_s}; }

void Downloader::check_space(std::uint64_t wanted) const {
    const std::uint64_t free = mirror_.free_bytes();
    if (free >= options_.reserve_bytes && free - options_.reserve_bytes >= wanted) return;
    throw NoSpace(printable(mirror_.path().string()) + ": " + megabytes(free) + " free, " + megabytes(wanted) +
                  " wanted, and " + megabytes(options_.reserve_bytes) + " are kept free");
}

Attempt Downloader::fetch(const CardFile& file, RemoteVersion version, LocalState state, bool steady,
                          const std::stop_token& stop) {
    try {
        return try_to_fetch(file, version, state, steady, stop);
    } catch (const ScopeAway&) {
        throw;
    } catch (const RemoteError& e) {
        if (e.kind() == RemoteError::Kind::refused) throw;
        return failed(e.kind() == RemoteError::Kind::missing ? "missing: " + std::string(e.what()) : e.what());
    } catch (const NoSpace&) {
        throw;
    } catch (const IoError& e) {
        if (e.disk_full()) throw NoSpace(e.what(), e.code());
        return failed(e.what());
    }
}

Attempt Downloader::try_to_fetch(const CardFile& file, RemoteVersion version, LocalState state, bool steady,
                                 const std::stop_token& stop) {
    const bool fits = tells_its_size(file.name);
    if (version.bytes > options_.file_bytes)
        return failed(std::to_string(version.bytes) + " bytes; " + std::to_string(options_.file_bytes) +
                      " are the most");
    if (!fits && !steady) return unfinished({}, "changed within the last seconds");
    const Descriptor folder = mirror_.enter(file.folders);
    PartFile part(folder.get(), file.name);
    Attempt attempt;
    for (int round = 0; round < kRounds; ++round) {
        take_up(file, part, version, attempt, stop);
        check_space(version.bytes - part.size());
        transfer(file, part, version.bytes, attempt, stop);
        const RemoteVersion now = version_of(line_.stat(file.remote, stop));
        if (now == version && part.size() == version.bytes) {
            const Completion whole = completion_of(part.descriptor(), part.size(), file.name);
            if (whole.state == Completeness::broken) {
                part.remove();
                return failed(whole.why);
            }
            if (whole.state == Completeness::growing) return unfinished(attempt, "still being written: " + whole.why);
            if (whole.state == Completeness::not_told && !steady)
                return unfinished(attempt, "changed within the last seconds");
            publish(file, part, version, state, folder.get(), attempt, stop);
            return attempt;
        }
        if (now != version) steady = false;  // what two listings said is over
        if (!fits && !steady) break;
        version = now;
    }
    return unfinished(attempt, "changes while it is read");
}

// Goes on with what is here where that is the beginning of this version; else from nothing.
void Downloader::take_up(const CardFile& file, PartFile& part, const RemoteVersion& version, Attempt& attempt,
                         const std::stop_token& stop) {
    const std::string local = file.local();
    const MirrorRecord* known = index_.find(local);
    MirrorRecord record = known == nullptr ? MirrorRecord{} : *known;
    if (part.size() > 0) {
        const auto& before = record.part;
        const bool same = before == version;
        const bool grown = before && before->bytes < version.bytes;
        const bool fits_in = (same || grown) && part.size() <= version.bytes;
        if (!fits_in || !ends_agree(file.remote, part.descriptor(), part.size(), Ends::head_and_tail, line_, stop))
            part.cut_to(0);
        else if (!begun_.contains(local))
            attempt.resumed = true;
    }
    if (part.size() == 0) attempt.resumed = false;
    begun_.insert(local);
    if (record.part == version) return;
    record.part = version;
    index_.put(local, record);
}

Downloader::Moved Downloader::transfer(const CardFile& file, PartFile& part, std::uint64_t bytes, Attempt& attempt,
                                       const std::stop_token& stop) {
    int breaks = 0;
    while (part.size() < bytes) {
        const std::uint64_t before = part.size();
        try {
            read_on(file, part, bytes, stop);
            if (part.size() < bytes) return Moved::ends_early;
        } catch (const RemoteError& e) {
            if (e.kind() != RemoteError::Kind::lost) throw;
            breaks = part.size() >= before + kGain ? 0 : breaks + 1;
            if (breaks > kBreaksWithoutGain)
                throw RemoteError(RemoteError::Kind::broken,
                                  "the connection ends whenever " + printable(file.remote) + " is read: " + e.what());
            line_.pause_after(e, stop);
            if (part.size() == 0) continue;
            attempt.resumed = ends_agree(file.remote, part.descriptor(), part.size(), Ends::tail, line_, stop);
            if (!attempt.resumed) part.cut_to(0);
        }
    }
    return Moved::all;
}

// What goes wrong on the disk must not pass through the connection's code.
void Downloader::read_on(const CardFile& file, PartFile& part, std::uint64_t bytes, const std::stop_token& stop) {
    std::exception_ptr trouble;
    std::uint64_t since_check = 0;
    const RemoteFiles::Sink take = [&](std::span<const std::byte> piece) {
        try {
            received_ += piece.size();
            since_check += piece.size();
            part.append(piece);
            if (since_check >= kSpaceCheck) check_space(0);
            if (since_check >= kSpaceCheck) since_check = 0;
            if (watcher_.progress) watcher_.progress(file.local(), part.size(), bytes);
            return true;
        } catch (...) {
            trouble = std::current_exception();
            return false;
        }
    };
    line_.read_once(file.remote, part.size(), bytes - part.size(), take, stop);
    if (trouble) std::rethrow_exception(trouble);
}

// The transfer took its time: the user may have changed or removed the file meanwhile.
LocalState Downloader::ours_still(const CardFile& file, int folder) const {
    const auto here = local_file(folder, file.name);
    if (!here) return LocalState::absent;
    const MirrorRecord* known = index_.find(file.local());
    const bool touched =
        known == nullptr || here->bytes != known->remote.bytes || here->changed_ns != known->changed_ns;
    return touched ? LocalState::foreign : LocalState::ours;
}

void Downloader::publish(const CardFile& file, PartFile& part, const RemoteVersion& version, LocalState state,
                         int folder, Attempt& attempt, const std::stop_token& stop) {
    attempt.sha256 = part.sha256(stop);
    attempt.bytes = part.size();
    if (state == LocalState::ours) state = ours_still(file, folder);
    if (state == LocalState::foreign) {
        const std::string kept = set_aside(folder, file.name);
        if (watcher_.notice)
            watcher_.notice(printable(file.local()) + " here is not what was fetched; kept as " + printable(kept));
    }
    part.publish(state == LocalState::ours ? Publish::replace_ours : Publish::only_new);
    const auto here = local_file(folder, file.name);
    index_.put(file.local(), {version, attempt.sha256, here ? here->changed_ns : 0, {}});
    begun_.erase(file.local());
    attempt.end = Attempt::End::published;
}

}  // namespace nightstack::io
