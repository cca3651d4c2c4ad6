// SPDX-License-Identifier: MIT
#include "io/mjpeg/mjpeg_client.h"

#include <algorithm>

#include "io/mjpeg/client_news.h"
#include "io/mjpeg/stream_run-inl.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

bool printable_word(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

MjpegTimes times_for_exposures(std::chrono::milliseconds exposure) {
    constexpr std::chrono::milliseconds kOverhead{15'000};
    MjpegTimes times;
    times.quiet = exposure + kOverhead;
    times.lost = std::max(4 * times.quiet, MjpegTimes::Milliseconds(60'000));
    return times;
}

std::string_view words(StreamState state) {
    switch (state) {
        case StreamState::stopped: return "stopped";
        case StreamState::connecting: return "connecting";
        case StreamState::waiting: return "connected, no picture yet";
        case StreamState::running: return "running";
        case StreamState::quiet: return "quiet";
        case StreamState::pausing: return "waiting to connect again";
    }
    return "?";
}

MjpegClient::MjpegClient(MjpegSource source, const MjpegTimes& times, PartQueue& queue, const SplitLimits& limits)
    : source_(std::move(source)), times_(times), limits_(limits), queue_(queue), news_(std::make_unique<News>()) {
    if (source_.host.empty() || !printable_word(source_.host))
        throw OptionError("no host of a video stream: '" + printable(source_.host) + "'");
    if (source_.paths.empty()) throw OptionError("a video stream needs a path");
    for (const std::string& path : source_.paths) {
        if (!path.starts_with('/') || !printable_word(path))
            throw OptionError("no path of a video stream: " + printable(path));
    }
}

MjpegClient::~MjpegClient() = default;

void MjpegClient::run(std::stop_token stop) {
    StreamRun(source_, times_, limits_, queue_, *news_).run(stop);
    news_->set([](News::All& all) { all.state = StreamState::stopped; });
}

MjpegCounts MjpegClient::counts() const {
    const News::All all = news_->all();
    MjpegCounts counts = all.counts;
    counts.stream += all.open;
    return counts;
}

StreamState MjpegClient::state() const { return news_->all().state; }
std::string MjpegClient::path() const { return news_->all().path; }
std::string MjpegClient::problem() const { return news_->all().problem; }

}  // namespace nightstack::io
