// SPDX-License-Identifier: MIT
#include "tools/session/state_frames.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tools/session/recorded_session.h"
#include "tools/session/state_ledger.h"

namespace nightstack::tools {
namespace {

// A word of a file, to be one of ours.
template <class Value>
Value known(const std::optional<Value>& value, const char* what, const std::string& word) {
    if (!value) throw FormatError(std::string(what) + " '" + io::printable(word) + "' is none that is known");
    return *value;
}

std::optional<Framing> framing_of(const std::string& word) {
    if (word == "max") return Framing::max;
    if (word == "reference") return Framing::reference;
    if (word == "common") return Framing::common;
    return std::nullopt;
}

// Masters that were applied together, as the ledger has them.
using MasterSet = std::vector<std::string>;

std::vector<RecordedMaster> recorded(const LiveLedger& ledger, const MasterSet& set) {
    std::vector<RecordedMaster> out;
    for (const LedgerMaster& m : ledger.masters) {
        if (std::ranges::find(set, m.sha256) != set.end()) out.push_back({m.kind, m.sha256, m.frames});
    }
    return out;
}

// The frames and what they need, in the form in which a report tells them.
RecordedStack recorded_stack(const LiveLedger& ledger, std::span<const std::size_t> wanted,
                             const std::filesystem::path& folder) {
    RecordedStack stack;
    const auto add_input = [&](const std::string& file, const std::string& sha, const std::string& role,
                               std::uint64_t bytes) {
        stack.inputs.push_back({(folder / file).string(), sha, role, bytes});
    };
    std::vector<MasterSet> sets;
    std::set<std::string> used;
    for (const std::size_t i : wanted) {
        const LedgerFrame& f = ledger.frames[i];
        const auto set = std::ranges::find(sets, f.recipe->masters);
        const auto group = static_cast<std::size_t>(set - sets.begin());
        if (set == sets.end()) sets.push_back(f.recipe->masters);
        used.insert(f.recipe->masters.begin(), f.recipe->masters.end());
        add_input(f.file, f.sha256, "light", f.bytes);
        stack.frames.push_back({f.file, "stacked", "", group});
    }
    for (const LedgerMaster& m : ledger.masters) {
        if (!used.contains(m.sha256)) continue;
        for (const LedgerFile& f : m.files) add_input(f.file, f.sha256, m.kind, f.bytes);
    }
    stack.masters = recorded(ledger, {used.begin(), used.end()});
    if (sets.size() > 1) {
        for (const MasterSet& set : sets) stack.groups.push_back(recorded(ledger, set));
    }
    return stack;
}

void require_recipes(const LiveLedger& ledger, std::span<const std::size_t> wanted) {
    for (const std::size_t i : wanted) {
        if (!ledger.frames[i].recipe)
            throw OptionError("it was written by an older nightstack and does not tell how " +
                              io::printable(ledger.frames[i].file) + " was stacked");
    }
}

// The first few by name; a folder that was moved lacks all of them.
std::string listed(const std::vector<std::string>& lines) {
    constexpr std::size_t kNamed = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(kNamed, lines.size()); ++i) text += (i == 0 ? "" : "; ") + lines[i];
    return lines.size() > kNamed ? text + "; and " + std::to_string(lines.size() - kNamed) + " more" : text;
}

}  // namespace

LiveReplayOptions replay_options(const LiveLedger& l) {
    LiveReplayOptions how;
    how.sampling.demosaic = known(parse_demosaic_kind(l.demosaic), "demosaic", l.demosaic);
    how.sampling.warp = known(parse_warp_kind(l.how.warp), "warp", l.how.warp);
    how.framing = known(framing_of(l.how.framing), "framing", l.how.framing);
    how.canvas_scale = l.canvas_scale;
    how.reference = l.format;
    return how;
}

StateFrames::StateFrames(const LiveLedger& ledger, std::span<const std::size_t> wanted, const FrameSearch& search,
                         Runner& runner, Talk& talk, const std::stop_token& stop) {
    require_recipes(ledger, wanted);
    how_ = replay_options(ledger);
    options_.demosaic = ledger.demosaic;
    options_.pattern = ledger.how.pattern;
    options_.plain_darks = ledger.how.plain_darks;
    options_.second_opinion = true;  // a frame that was stacked is one whatever it is called
    open(ledger, wanted, search, runner, talk, stop);
}

void StateFrames::open(const LiveLedger& ledger, std::span<const std::size_t> wanted, const FrameSearch& search,
                       Runner& runner, Talk& talk, const std::stop_token& stop) {
    const RecordedStack stack = recorded_stack(ledger, wanted, search.folder);
    const FoundInputs found = find_inputs(stack, search.folder, runner, stop);
    if (!found.refused.empty())
        throw OptionError(std::to_string(found.refused.size()) + " of " + std::to_string(stack.inputs.size()) +
                          " files that are needed are not in or below " + io::printable(search.folder.string()) + ": " +
                          listed(found.refused) + "; --inputs DIR names a folder above all of them");
    use_found_inputs(options_, stack, found);
    const io::Session session = recorded_session(stack, found);
    files_ = open_lights(session, options_, runner, talk, stop);
    masters_ = prepare_masters(session, files_, options_, search.memory, runner, talk, stop);
    lights_ = as_lights(files_.frames, options_, Hashed::no);
    masters_->lend_to(lights_);
    std::map<std::filesystem::path, std::size_t> at;
    for (std::size_t i = 0; i < files_.frames.size(); ++i) at.emplace(files_.frames[i].path, i);
    for (std::size_t k = 0; k < wanted.size(); ++k) {
        const auto light = at.find(found.paths[k]);
        if (light == at.end()) throw OptionError(stack.inputs[k].file + " cannot be read as a light any more");
        if (const auto& settled = lights_[light->second].settled) throw OptionError(settled->text);
        check_masters(ledger, wanted[k], light->second);
        found_.emplace(wanted[k], Found{light->second, replayed_report(ledger.frames[wanted[k]])});
    }
}

void StateFrames::check_masters(const LiveLedger& ledger, std::size_t position, std::size_t at) const {
    std::set<std::string> now;
    if (const auto group = masters_->group_of(at)) {
        for (const AppliedMaster* m : applied_to(masters_->groups[*group])) now.insert(m->sha256);
    }
    const LedgerFrame& f = ledger.frames[position];
    if (std::ranges::equal(now, f.recipe->masters)) return;
    throw OptionError("calibration: " + io::printable(f.file) + " was stacked with " +
                      std::to_string(f.recipe->masters.size()) + " masters, " + std::to_string(now.size()) +
                      " of them or others can be had now");
}

ReplayedLight StateFrames::light(std::size_t position) const {
    const Found& found = found_.at(position);
    return {&lights_[found.at], &found.report};
}

}  // namespace nightstack::tools
