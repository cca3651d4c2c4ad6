// SPDX-License-Identifier: MIT
// A live run that goes on where another stood.
#include <utility>

#include "pipeline/graph/live_run.h"
#include "pipeline/graph/registered_light.h"

namespace nightstack {

LiveRun::LiveRun(const LiveRunOptions& options, Runner& runner, LiveMemory memory) : LiveRun(options, runner) {
    begin_on(memory.reference);
    stack_.emplace(std::move(memory.stack));
    if (memory.reference_light != nullptr) {
        alignment_.go_on_by_scene(preparer_.prepare(*memory.reference_light, runner_));
    } else {
        alignment_.go_on_by_stars();
    }
    reference_ = memory.position;
    // No ledger tells the groups: they follow from what the lights are.
    FrameGroups groups;
    for (TakenLight& light : memory.lights) light.report.figures.group = groups.of(light.info);
    history_ = LiveHistory(memory.lights, memory.position);
    for (TakenLight& light : memory.lights) {
        if (light.report.block) block_ = *light.report.block;
        reports_.push_back(std::move(light.report));
    }
}

}  // namespace nightstack
