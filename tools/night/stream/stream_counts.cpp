// SPDX-License-Identifier: MIT
#include "tools/night/stream/stream_counts.h"

#include <cassert>

namespace nightstack::tools {

NightCounts stream_counts(const VideoCounts& judged, const FeedCounts& feed) {
    assert(judged.hold() && feed.hold() && judged.in() <= feed.taken);
    NightCounts c;
    c.in = feed.came + feed.broken;
    c.stacked = judged.stacked;
    c.rejected = judged.rejected;
    c.dropped = judged.dropped + feed.missed + feed.repeated;
    c.failed = judged.failed + feed.broken;
    c.under_way = feed.waiting + (feed.taken - judged.in());
    assert(c.add_up());
    return c;
}

std::vector<std::pair<std::string, std::uint64_t>> stream_reasons(const VideoCounts& judged, const FeedCounts& feed) {
    std::vector<std::pair<std::string, std::uint64_t>> reasons = film_counts(judged).reasons;
    const std::pair<const char*, std::uint64_t> more[] = {
        {"missed", feed.missed}, {"repeated", feed.repeated}, {"no_picture", feed.broken}};
    for (const auto& [reason, count] : more) {
        if (count > 0) reasons.emplace_back(reason, count);
    }
    return reasons;
}

}  // namespace nightstack::tools
