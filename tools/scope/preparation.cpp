// SPDX-License-Identifier: MIT
#include "tools/scope/preparation.h"

#include <optional>
#include <utility>

#include "tools/version.h"

namespace nightstack::tools {

using namespace device::dwarf;

jobs::Preparation preparation(ScopeLink& link, const ScopeFlags& flags,
                              std::function<bool(const std::string& question)> ask) {
    jobs::Preparation plan;
    const std::optional<Utc> told = link.http_clock(jobs::kAnswerTime);
    plan.clock.now = flags.utc();
    plan.clock.built = Utc(std::chrono::seconds(kReleased));
    jobs::refer_to_scope(plan.clock, told);
    plan.zone = flags.zone_or_system();
    plan.ask = [trust = flags.clock_is_trusted(), ask = std::move(ask)](const std::string& question) {
        return trust || (ask && ask(question));
    };
    return plan;
}

}  // namespace nightstack::tools
