// SPDX-License-Identifier: MIT
#include "tools/scope/card_evidence.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "pipeline/core/printable.h"
#include "tools/scope/sftp_login.h"

namespace nightstack::tools {

using device::dwarf::jobs::Outcome;

namespace {

constexpr std::chrono::milliseconds kPatience{4000};
constexpr std::chrono::milliseconds kBetweenLooks{1500};
constexpr int kLooks = 5;

bool is_frame(const io::RemoteEntry& entry) {
    if (entry.kind != io::RemoteEntry::Kind::file || entry.name.starts_with("stacked")) return false;
    return entry.name.ends_with(".fits") || entry.name.ends_with(".tif") || entry.name.ends_with(".tiff");
}

CardEvidence look_once(io::RemoteFiles& card, const std::string& session, const std::stop_token& stop) {
    try {
        const auto entries = card.list("DWARF_II/Astronomy/" + session, stop);
        return {std::count_if(entries.begin(), entries.end(), is_frame), {}};
    } catch (const io::RemoteError& e) {
        if (e.kind() == io::RemoteError::Kind::missing) return {};
        throw;
    }
}

void wait(std::chrono::milliseconds time, const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, time, [] { return false; });
    if (stop.stop_requested()) throw Interrupted();
}

}  // namespace

CardEvidence look_for_session(const ScopeFlags& flags, const std::string& session, std::int64_t asked,
                              const std::stop_token& stop) {
    try {
        SftpFlags login;
        login.legacy = flags.legacy_ssh;
        io::SftpOptions options = sftp_options(flags.place(), login);
        options.limits.connect = options.limits.silence = kPatience;
        const auto card = io::connect_sftp(options, stop);
        CardEvidence seen = look_once(*card, session, stop);
        for (int look = 1; look < kLooks && seen.frames.value_or(0) < asked; ++look) {
            wait(kBetweenLooks, stop);
            seen = look_once(*card, session, stop);
        }
        return seen;
    } catch (const Interrupted&) {
        throw;
    } catch (const Error& e) {
        return {{}, e.what()};
    }
}

Outcome with_evidence(const Outcome& unknown, const CardEvidence& card, const std::string& session,
                      std::int64_t asked) {
    Outcome out = unknown;
    const std::string name = printable(session);
    if (card.frames && *card.frames >= asked) {
        out.kind = Outcome::Kind::done;
        out.words = "all " + std::to_string(asked) + " frames of " + name +
                    " are on the card, though the scope's answer was lost";
    } else if (card.frames) {
        out.words += ". The card holds " + std::to_string(*card.frames) + " of the " + std::to_string(asked) +
                     " frames of " + name + ": it was begun";
    } else if (card.why_not_seen.empty()) {
        out.words += ". The card has no folder " + name + ": most likely it was never begun";
    } else {
        out.words += ". The card could not be looked at (" + printable(card.why_not_seen) + ")";
    }
    return out;
}

}  // namespace nightstack::tools
