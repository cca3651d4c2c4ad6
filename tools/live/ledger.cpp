// SPDX-License-Identifier: MIT
#include "tools/live/ledger.h"

#include <algorithm>

namespace nightstack::tools {

std::size_t count_of(const LiveLedger& ledger, Verdict verdict) {
    return static_cast<std::size_t>(std::count_if(ledger.frames.begin(), ledger.frames.end(), [&](const auto& frame) {
        return frame.judgement.verdict == verdict;
    }));
}

std::string target_of(const LiveLedger& ledger) {
    std::string target;
    for (const LedgerFrame& frame : ledger.frames) {
        const std::string& mine = frame.info.object;
        if (frame.judgement.verdict != Verdict::stacked || mine.empty() || mine == target) continue;
        if (!target.empty()) return "mixed";
        target = mine;
    }
    return target;
}

}  // namespace nightstack::tools
