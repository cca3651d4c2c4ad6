// SPDX-License-Identifier: MIT
// The masters of a night whose lights come one by one: the first of its kind (session, camera, exposure, gain, binning,
// filter) decides which darks, flats and biases its group gets, as `stack --method stream` decides it. A night that
// goes on gets exactly those that its journal tells, and makes them when the first light wants them.
//
// One thread, but for what has been lent, and for `merged` and `failed`: these do not wait while masters are built.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "io/session/session_scan.h"
#include "pipeline/core/runner.h"
#include "tools/cli/talk.h"
#include "tools/night/core/night_records.h"
#include "tools/night/core/told_masters.h"
#include "tools/session/input_frame.h"
#include "tools/session/masters.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Those that the journal tells for a group, each with the hash of its frames.
std::vector<RecordedMaster> recorded_masters(const MastersRecord& record);

class NightMasters {
public:
    // All is borrowed. `memory` is what the process may hold with all masters.
    NightMasters(const StackOptions& options, std::size_t memory, Runner& runner, Talk& talk,
                 const std::stop_token& stop);
    NightMasters(const NightMasters&) = delete;
    NightMasters& operator=(const NightMasters&) = delete;

    // Of a light that is not settled; `common` fills what it does not say. Nothing: its kind is new.
    std::optional<std::size_t> group_of(const InputFrame& light, const FrameInfo& common,
                                        const std::filesystem::path& session) const;
    // Chooses and builds those of a new kind from what lies about this session. Returns its number. Throws OptionError,
    // Interrupted.
    std::size_t begin(InputFrame& light, const FrameInfo& common, const io::Session& session);
    // The same from a journal, in the order in which they were begun. No file is looked at: what was done is known.
    void tell(ToldGroup told, const std::filesystem::path& session);
    // Before `calibration` is lent: those of a group that was told are made again, with any light of it. Throws
    // OptionError when the files that were used then cannot be had any more.
    void need(std::size_t group, InputFrame& light, const FrameInfo& common);

    // All that was begun is void: nothing is lent any more.
    void forget();

    // What the journal keeps of it.
    std::vector<NightRecord> records(std::size_t group) const;

    // Stays where it is. Only of a group that is at hand (begin, need).
    const Calibration& calibration(std::size_t group) const { return groups_[group]->masters->groups[0].calibration; }
    // SHA-256 of what is applied to its lights, ascending.
    std::vector<std::string> hashes(std::size_t group) const { return masters_of(group); }
    std::size_t size() const { return groups_.size(); }
    // Any thread.
    std::size_t failed() const;

    // Any thread. All as one, as a report wants them. `group_of_light`: of each light that was taken, none where it was
    // settled.
    SessionMasters merged(const std::vector<std::optional<std::size_t>>& group_of_light) const;

private:
    struct Group {
        std::filesystem::path session;  // folder
        io::LightKey key;
        std::unique_ptr<SessionMasters> masters;  // of one group; words alone as long as `told`
        std::optional<ToldGroup> told{};
    };
    std::vector<std::string> masters_of(std::size_t group) const;
    std::unique_ptr<SessionMasters> restored(const Group& group, InputFrame& light, const FrameInfo& common);
    std::size_t add(std::unique_ptr<Group> group);
    std::unique_ptr<SessionMasters> prepare(InputFrame& light, const FrameInfo& common, const io::Session& session,
                                            const StackOptions& options, Talk& talk);

    const StackOptions& options_;
    std::size_t memory_;
    Runner& runner_;
    Talk& talk_;
    const std::stop_token& stop_;
    mutable std::mutex mutex_;  // groups_ as others read it; who builds changes it alone, and holds this only then
    std::vector<std::unique_ptr<Group>> groups_;
};

}  // namespace nightstack::tools
