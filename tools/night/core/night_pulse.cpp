// SPDX-License-Identifier: MIT
#include "tools/night/core/night_pulse.h"

#include <chrono>
#include <system_error>

#include "tools/cli/pause.h"

namespace nightstack::tools {
namespace {

constexpr std::chrono::seconds kBetween{5};

}  // namespace

NightPulse::NightPulse(NightBoard& board, const ArrivalPace& pace, const std::filesystem::path& folder)
    : board_(board), pace_(pace), folder_(folder), thread_([this](const std::stop_token& stop) {
          do show();
          while (pause(kBetween, stop));
      }) {}

void NightPulse::show() {
    std::error_code error;
    const auto space = std::filesystem::space(folder_, error);
    const auto now = std::chrono::steady_clock::now();
    board_.update([&](NightState& s) {
        if (!error) s.disk_free_bytes = space.available;
        s.bytes_per_s = pace_.bytes_per_s(now);
        s.left = s.expected ? pace_.time_for(*s.expected, now) : std::nullopt;
    });
}

}  // namespace nightstack::tools
