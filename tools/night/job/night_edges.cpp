// SPDX-License-Identifier: MIT
#include "tools/night/job/night_edges.h"

#include <string>
#include <system_error>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {

void show_begun(NightBoard& board, const Night& night, NightTime begun) {
    std::error_code error;
    const auto space = std::filesystem::space(night.folder, error);
    board.update([&](NightState& s) {
        s.session = night.folder.filename().string();
        s.begun = begun;
        if (!error) s.disk_free_bytes = space.available;
        s.source = printable(night.begun.source);
        s.target = printable(night.begun.target);
    });
    for (const std::string& notice : night.journal->notices()) board.notice(notice);
}

void show_failed(NightBoard& board, const std::exception& why) {
    if (dynamic_cast<const Interrupted*>(&why) != nullptr) return;
    board.update([](NightState& s) { s.phase = NightPhase::failed; });
}

}  // namespace nightstack::tools
