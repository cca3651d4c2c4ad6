// SPDX-License-Identifier: MIT
#include "tools/scope/until.h"

#include <algorithm>
#include <charconv>

#include "device/dwarf/protocol/replies.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {

using device::dwarf::Message;
using device::dwarf::PhotoState;
using device::dwarf::RecordState;

namespace {

constexpr int kRawCount = 10014;
constexpr int kWorkingState = 10022;

}  // namespace

Until::Until(const std::string& text) {
    if (text.empty()) return;
    const std::size_t equals = text.find('=');
    const std::string word = text.substr(0, equals);
    if (word == "end" && equals == std::string::npos) {
        kind_ = Kind::end;
        return;
    }
    if (word == "seconds") kind_ = Kind::seconds;
    if (word == "pushes") kind_ = Kind::pushes;
    if (word == "frames") kind_ = Kind::frames;
    const char* end = text.data() + text.size();
    const char* begin = equals == std::string::npos ? end : text.data() + equals + 1;
    const auto [stop, error] = std::from_chars(begin, end, number_, std::chars_format::fixed);
    if (kind_ == Kind::never || error != std::errc() || stop != end || !(number_ > 0 && number_ <= 1e6))
        throw OptionError("--until " + printable(text) + ": seconds=S, pushes=N, frames=N or end expected");
}

void Until::take(const Message& message) {
    ++pushes_;
    if (message.interface() == kRawCount)
        frames_ = std::max(frames_, device::dwarf::reply::raw_count(message).current.value_or(0));
    if (message.interface() != kWorkingState) return;
    const auto state = device::dwarf::reply::working_state(message);
    const bool idle = state.photo.value_or(PhotoState::idle) == PhotoState::idle &&
                      state.record.value_or(RecordState::idle) == RecordState::idle;
    ended_ = idle && state.photo.has_value();
}

std::optional<Until::Time> Until::deadline() const {
    if (kind_ != Kind::seconds) return {};
    return begin_ + std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(number_));
}

bool Until::over(Time now) const {
    switch (kind_) {
        case Kind::never: return false;
        case Kind::seconds: return now >= *deadline();
        case Kind::pushes: return static_cast<double>(pushes_) >= number_;
        case Kind::frames: return static_cast<double>(frames_) >= number_;
        case Kind::end: return ended_;
    }
    return false;
}

}  // namespace nightstack::tools
