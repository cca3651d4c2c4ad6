// SPDX-License-Identifier: MIT
#include "tools/night/scope/card_count.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "io/session/name_hints.h"
#include "tools/cli/pause.h"

namespace nightstack::tools {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{1500};
constexpr int kLooks = 5;

bool is_frame(const io::RemoteEntry& entry) {
    if (entry.kind != io::RemoteEntry::Kind::file) return false;
    const io::FileName name = io::parse_file_name(entry.name);
    const bool light = name.kind == io::FileKind::frame || name.kind == io::FileKind::failed_frame;
    return light && name.container != io::FrameContainer::picture;
}

CardCount look(io::RemoteFiles& card, const std::string& session, const std::stop_token& stop) {
    try {
        std::vector<io::RemoteEntry> entries = card.list("DWARF_II/Astronomy/" + session, stop);
        std::erase_if(entries, [](const io::RemoteEntry& entry) { return !is_frame(entry); });
        // All frames of a session are alike: a smaller one is a torn one.
        std::uint64_t largest = 0;
        for (const io::RemoteEntry& entry : entries) largest = std::max(largest, entry.bytes.value_or(0));
        const auto whole = std::count_if(entries.begin(), entries.end(), [&](const io::RemoteEntry& entry) {
            return entry.bytes.value_or(largest) == largest;
        });
        return {true, whole, {}};
    } catch (const io::RemoteError& e) {
        if (e.kind() == io::RemoteError::Kind::missing) return {true, {}, {}};
        throw;
    }
}

}  // namespace

CardCount count_frames(const io::RemoteConnector& connect, const std::string& session, std::int64_t expected,
                       const std::stop_token& stop) {
    CardCount count;
    std::unique_ptr<io::RemoteFiles> card;
    for (int i = 0; i < kLooks && !stop.stop_requested(); ++i) {
        if (i > 0) pause(kBetweenLooks, stop);
        try {
            if (!card) card = connect(stop);
            count = look(*card, session, stop);
        } catch (const Interrupted&) {
            break;
        } catch (const io::RemoteError& e) {
            card.reset();
            if (!count.seen) count.why_not = e.what();
        }
        if (count.frames.value_or(0) >= expected && count.seen) break;
    }
    return count;
}

}  // namespace nightstack::tools
