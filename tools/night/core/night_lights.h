// SPDX-License-Identifier: MIT
// The lights of a night as they come: each opened, hashed, held against the first that could be stacked, given its
// masters. What `stack` knows of a session from all of its lights, a night knows from the first, unless that one is
// outvoted (rules_vote.h).
//
// One thread; what it hands out is the caller's.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "io/session/session_scan.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/light.h"
#include "tools/cli/talk.h"
#include "tools/night/core/night_masters.h"
#include "tools/night/core/night_records.h"
#include "tools/night/core/rules_vote.h"
#include "tools/night/source/night_source.h"
#include "tools/session/input_frame.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// A light on its way to its verdict. Keep it in place: `light` borrows from `input`.
struct NightLight {
    FrameRecord record;
    InputFrame input;
    Light light;
    std::vector<std::string> masters;  // SHA-256 of what is applied to it, ascending
};

class NightLights {
public:
    // Asked once, for the first light that can be stacked, when its masters are there: what the stack may take.
    using StackBytes = std::function<std::uint64_t(const StreamFormat& format)>;
    // Writes into the journal. Returns when it is safe there.
    using Keep = std::function<void(const std::vector<NightRecord>& records)>;

    // All is borrowed.
    NightLights(const StackOptions& options, NightMasters& masters, std::filesystem::path folder, Runner& runner,
                Talk& talk, const std::stop_token& stop);

    // What an earlier run of the night has told, before anything else. No frame is opened. Throws OptionError when the
    // journal has lost what cannot be missed.
    void restore(const std::vector<NightRecord>& records);

    // A new light, kept before it is handed out. Nothing: a file that is no light after all, which has been told.
    // Throws what `keep` throws, OptionError (masters of before cannot be had any more), Interrupted.
    std::unique_ptr<NightLight> take(const Arrival& arrival, const StackBytes& stack_bytes, const Keep& keep);
    // One that was kept before, in the order of the night. A file that is gone or has other bytes than then gives a
    // light that has failed. What is decided about it only now is kept.
    std::unique_ptr<NightLight> again(const FrameRecord& record, const StackBytes& stack_bytes, const Keep& keep);
    // The picture of one that is in the stack.
    std::unique_ptr<NightLight> in_stack(const FrameRecord& record);

    // The last light, kept as it is, has outvoted the first: no more may be taken before the night begins anew.
    bool outvoted() const { return vote_.outvoted_by() != nullptr; }
    struct Anew {
        std::vector<FrameRecord> frames;  // all so far, to be taken `again`
        std::string first, difference;    // the one that was outvoted, and what it differs in
    };
    // Lights and masters that were handed out are gone by then.
    Anew begin_anew();

    const std::optional<RulesRecord>& rules() const { return rules_; }
    std::uint64_t taken() const { return taken_; }  // lights kept so far, those of earlier runs among them

private:
    const io::Session& session_of(const std::filesystem::path& path, bool look_again);
    InputFrame open(const std::filesystem::path& path);
    InputFrame open_again(const std::filesystem::path& path, const FrameRecord& record);
    void settle(InputFrame& input, bool marked_failed);
    std::optional<Judgement> against_rules(const InputFrame& input) const;
    std::vector<NightRecord> enter(NightLight& light, const std::filesystem::path& path, const StackBytes& stack_bytes);
    const RulesRecord* law() const { return rules_ ? &*rules_ : coming_ ? &*coming_ : nullptr; }
    struct Reopened {
        std::unique_ptr<NightLight> light;
        std::filesystem::path path;
    };
    Reopened reopen(const FrameRecord& record);
    void keep_and_follow(const std::vector<NightRecord>& records, const Keep& keep);
    void remember(const FrameRecord& record);
    void lend(NightLight& light);

    const StackOptions& options_;
    NightMasters& masters_;
    std::filesystem::path folder_;
    Runner& runner_;
    Talk& talk_;
    const std::stop_token& stop_;
    std::map<std::filesystem::path, io::Session> sessions_;  // by folder
    std::optional<RulesRecord> rules_;
    std::optional<RulesRecord> coming_;  // of a night that begins anew, until its first light is kept
    RulesVote vote_;
    std::vector<FrameRecord> frames_;  // as long as the vote is open
    std::uint64_t taken_ = 0;
};

}  // namespace nightstack::tools
