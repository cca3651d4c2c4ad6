// SPDX-License-Identifier: MIT
#include "tools/night/scope/drive_hands.h"

#include "pipeline/core/printable.h"

namespace nightstack::tools {

using namespace device::dwarf;
using jobs::Progress;

jobs::ProgressTo DriveHands::progress() const {
    return [this](const Progress& p) {
        const std::string words = printable(p.words);
        if (p.kind != Progress::Kind::count) {
            if (p.kind == Progress::Kind::step) show.doing(words);
            return notice(words);
        }
        show.doing(words + ": " + std::to_string(p.done.value_or(0)) + " of " + std::to_string(p.total.value_or(0)));
    };
}

MovingDriver::MovingDriver(const DriveHands& hands)
    : by_end_(hands.end, [this] { either_.request_stop(); }),
      by_leave_(hands.leave, [this] { either_.request_stop(); }),
      link_(hands.link, hands.diary),
      driver_(link_, hands.state, either_.get_token(), hands.progress()) {}

// Frames of the whole night, whatever captures they are of.
CaptureDriver::CaptureDriver(const DriveHands& hands)
    : diary_(hands.link, hands.diary),
      link_(diary_, hands.leave),
      driver_(link_, hands.state, hands.end,
              [&hands, before = hands.diary.state().taken(), tell = hands.progress()](const Progress& p) {
                  tell(p);
                  if (p.kind != Progress::Kind::count || p.words != "frames taken" || !p.done) return;
                  hands.show.change([&](NightScope& scope) {
                      scope.taken = before + *p.done;
                      if (hands.target.count) scope.asked = *hands.target.count;
                  });
              }) {}

}  // namespace nightstack::tools
