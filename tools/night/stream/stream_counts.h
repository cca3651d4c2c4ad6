// SPDX-License-Identifier: MIT
// All pictures of a stream, from those that the stack has judged and those that never came that far. Pure functions.
#pragma once

#include "pipeline/graph/video_counts.h"
#include "tools/night/show/night_state.h"
#include "tools/night/stream/stream_feed.h"
#include "tools/session/film_report.h"

namespace nightstack::tools {

// in = stacked + rejected + dropped + failed + under_way. Dropped are those that there was no room for, that repeat the
// one before, and that others of their group are sharper than; failed those that are none. `feed` is of the same moment
// as `judged`, or of a later one.
NightCounts stream_counts(const VideoCounts& judged, const FeedCounts& feed);

// Why they are not stacked; the words of the stack, and "missed", "repeated" and "no_picture".
std::vector<std::pair<std::string, std::uint64_t>> stream_reasons(const VideoCounts& judged, const FeedCounts& feed);

}  // namespace nightstack::tools
