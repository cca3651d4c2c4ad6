// SPDX-License-Identifier: MIT
#include "tools/night/core/night_masters.h"

#include <algorithm>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/session/applied_text.h"
#include "tools/session/calibration_candidates.h"
#include "tools/session/light_groups.h"
#include "tools/session/recorded_inputs.h"
#include "tools/session/recorded_session.h"
#include "tools/session/session_lights.h"
#include "tools/session/state_ledger.h"

namespace nightstack::tools {
namespace {

// A session of one light: as `stack` sees it when it chooses by the first.
struct OneLight {
    OneLight(InputFrame& light, const FrameInfo& common) : light_(light), info_(light.info) {
        lights.format = light.file->format();
        lights.part = {0};
        lights.frames.push_back(std::move(light));
        lights.frames[0].info = filled(info_, common);
    }
    ~OneLight() {
        light_ = std::move(lights.frames[0]);
        light_.info = std::move(info_);
    }
    OneLight(const OneLight&) = delete;
    OneLight& operator=(const OneLight&) = delete;

    SessionLights lights;

private:
    InputFrame& light_;
    FrameInfo info_;
};

// A path as it is told to find_inputs, which reads what a report shows.
RecordedStack as_stack(const MastersRecord& record, const std::vector<RecordedInput>& inputs, const InputFrame& light) {
    RecordedStack stack;
    stack.inputs.push_back({light.path.string(), light.sha256, "light", light.bytes});
    stack.frames.push_back({light.path.string(), "stacked", "", {}});
    for (const RecordedInput& input : inputs) {
        stack.inputs.push_back(input);
        stack.inputs.back().file = printable(input.file);
    }
    stack.masters = recorded_masters(record);
    return stack;
}

std::vector<std::string> hashes_of(const RecordedStack& stack) {
    std::vector<std::string> hashes;
    for (const RecordedMaster& m : stack.masters) hashes.push_back(m.sha256);
    std::ranges::sort(hashes);
    const auto twice = std::ranges::unique(hashes);
    hashes.erase(twice.begin(), twice.end());
    return hashes;
}

}  // namespace

std::vector<RecordedMaster> recorded_masters(const MastersRecord& record) {
    std::vector<RecordedMaster> masters;
    const auto add = [&](const AppliedMaster& m) {
        if (!m.sha256.empty()) masters.push_back({m.kind, m.sha256, static_cast<std::size_t>(m.frames)});
    };
    bool flat = false;
    for (const AppliedMaster& m : record.applied) {
        add(m);
        flat |= m.kind == "flat" && !m.sha256.empty();
    }
    if (flat) add(record.flat_offset);
    return masters;
}

NightMasters::NightMasters(const StackOptions& options, std::size_t memory, Runner& runner, Talk& talk,
                           const std::stop_token& stop)
    : options_(options), memory_(memory), runner_(runner), talk_(talk), stop_(stop) {}

std::optional<std::size_t> NightMasters::group_of(const InputFrame& light, const FrameInfo& common,
                                                  const std::filesystem::path& session) const {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        const io::LightKey key = light_key(filled(light.info, common), groups_[g]->key.camera);
        if (groups_[g]->session == session && same_kind(groups_[g]->key, key)) return g;
    }
    return std::nullopt;
}

std::unique_ptr<SessionMasters> NightMasters::prepare(InputFrame& light, const FrameInfo& common,
                                                      const io::Session& session, const StackOptions& options,
                                                      Talk& talk) {
    const OneLight one(light, common);
    return prepare_masters(session, one.lights, options, memory_, runner_, talk, stop_);
}

std::size_t NightMasters::begin(InputFrame& light, const FrameInfo& common, const io::Session& session) {
    auto group = std::make_unique<Group>();
    group->session = session.folder;
    group->key = light_key(filled(light.info, common), session.hints.camera);
    group->masters = prepare(light, common, session, options_, talk_);
    take_hashes(group->masters->inputs, runner_);
    return add(std::move(group));
}

std::size_t NightMasters::add(std::unique_ptr<Group> group) {
    const std::scoped_lock lock(mutex_);
    groups_.push_back(std::move(group));
    return groups_.size() - 1;
}

void NightMasters::forget() {
    const std::scoped_lock lock(mutex_);
    groups_.clear();
}

void NightMasters::tell(ToldGroup told, const std::filesystem::path& session) {
    auto group = std::make_unique<Group>();
    group->session = session;
    group->key = told.masters.key;
    group->masters = std::make_unique<SessionMasters>(told_masters(told));
    group->told = std::move(told);
    talk_.say("calibration as before:");
    tell_masters(*group->masters, talk_);
    add(std::move(group));
}

void NightMasters::need(std::size_t number, InputFrame& light, const FrameInfo& common) {
    Group& group = *groups_[number];
    if (!group.told) return;
    auto masters = restored(group, light, common);
    const std::scoped_lock lock(mutex_);
    group.masters.swap(masters);
    group.told.reset();
}

std::unique_ptr<SessionMasters> NightMasters::restored(const Group& group, InputFrame& light, const FrameInfo& common) {
    const MastersRecord& record = group.told->masters;
    const RecordedStack stack = as_stack(record, group.told->inputs, light);
    const FoundInputs found = find_inputs(stack, {group.session, {}}, runner_, stop_);
    if (!found.refused.empty())
        throw OptionError(
            "the night cannot go on: " + found.refused.front() +
            (found.refused.size() > 1 ? " and " + std::to_string(found.refused.size() - 1) + " more" : "") +
            "; it was used to calibrate its frames");
    StackOptions options = options_;
    use_found_inputs(options, stack, found);
    options.include = options_.include;
    options.exclude = options_.exclude;
    io::Session recorded = recorded_session(stack, found);
    recorded.folder = group.session;
    recorded.hints.camera = group.key.camera;
    Talk silent(Loudness::quiet, /*json=*/false);  // the recorded words are told instead
    auto masters = prepare(light, common, recorded, options, silent);
    if (tools::masters_of(*masters, 0) != hashes_of(stack))
        throw OptionError("the night cannot go on: the calibration of its group " + std::to_string(record.group + 1) +
                          " does not come out as it was");
    take_words(*masters, record);
    masters->groups[0].lights.key = record.key;
    return masters;
}

std::vector<NightRecord> NightMasters::records(std::size_t group) const {
    const SessionMasters& masters = *groups_[group]->masters;
    std::vector<NightRecord> records;
    InputsRecord inputs{group, 0, {}};
    for (const InputFrame& f : masters.inputs) {
        inputs.inputs.push_back({std::filesystem::absolute(f.path).string(), f.sha256, f.role, f.bytes});
        if (inputs.inputs.size() < kMostInputsARecord) continue;
        const std::uint64_t next = inputs.from + inputs.inputs.size();
        records.emplace_back(std::exchange(inputs, InputsRecord{group, next, {}}));
    }
    if (!inputs.inputs.empty()) records.emplace_back(std::move(inputs));
    const GroupMasters& g = masters.groups[0];
    records.emplace_back(MastersRecord{group, groups_[group]->key, g.applied, g.flat_offset, masters.warnings,
                                       masters.failed, g.defects(), g.calibration.filter_impulses});
    return records;
}

std::vector<std::string> NightMasters::masters_of(std::size_t group) const {
    return tools::masters_of(*groups_[group]->masters, 0);
}

std::size_t NightMasters::failed() const {
    const std::scoped_lock lock(mutex_);
    std::size_t failed = 0;
    for (const auto& group : groups_) failed += group->masters->failed;
    return failed;
}

SessionMasters NightMasters::merged(const std::vector<std::optional<std::size_t>>& group_of_light) const {
    const std::scoped_lock lock(mutex_);
    SessionMasters all;
    for (const auto& group : groups_) join_masters(all, *group->masters);
    for (std::size_t i = 0; i < group_of_light.size(); ++i) {
        if (group_of_light[i]) all.groups[*group_of_light[i]].lights.lights.push_back(i);
    }
    return all;
}

}  // namespace nightstack::tools
