// SPDX-License-Identifier: MIT
// `nightstack live` with a scope: what is said on the command line, and the source it makes.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tools/fetch/fetch_flags.h"
#include "tools/night/job/night_job.h"
#include "tools/night/scope/night_plan.h"
#include "tools/night/scope/target_flags.h"
#include "tools/night/show/night_video.h"
#include "tools/scope/scope_flags.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

struct LiveScope {
    ScopeFlags scope;  // its host is what --scope names
    FetchFlags card;
    TargetFlags target;
    std::filesystem::path plan;
    bool no_drive = false;
    bool stop_scope = false;
};

// --scope, --plan, --no-drive, what the scope is to take, how its card is read. The value must outlive the parser.
void add_live_scope_flags(CLI::App& app, LiveScope& flags);

// Driven to a target, or followed (`target` none). Until a time: of a plan, where the scope is waited for till then.
MakeSource scope_source(const LiveScope& flags, const std::optional<TargetPlan>& target,
                        std::optional<device::dwarf::Utc> until);

// The scope's own video, for the server of its night; none where HTTP cannot say the host's name. Throws OptionError as
// ScopeFlags::place.
AskVideo scope_video(const LiveScope& flags);

}  // namespace nightstack::tools
