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

void check_masters(const LedgerFrame& f, const SessionMasters& masters, std::size_t light) {
    std::set<std::string> now;
    if (const auto group = masters.group_of(light)) {
        for (const AppliedMaster* m : applied_to(masters.groups[*group])) now.insert(m->sha256);
    }
    if (std::ranges::equal(now, f.recipe->masters)) return;
    throw OptionError("calibration: " + io::printable(f.file) + " was stacked with " +
                      std::to_string(f.recipe->masters.size()) + " masters, " + std::to_string(now.size()) +
                      " of them or others can be had now");
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
    const FrameFinds finds = find_frames(ledger, wanted, search.where, runner, stop);
    const bool refused = search.missing == Missing::refuse ? !finds.refused.empty() : finds.alike.empty();
    if (refused && !wanted.empty())
        throw OptionError(std::to_string(finds.refused.size()) + " of " + std::to_string(finds.files) +
                          " files that are needed are not in or below " + io::printable(search.where.below.string()) +
                          ": " + listed(finds.refused) + "; --inputs DIR names a folder above all of them");
    for (const FoundFrames& found : finds.alike) open(ledger, found, search.memory, runner, talk, stop);
    for (const auto& [position, why] : finds.missing) add_stand_in(ledger, position, why);
}

void StateFrames::open(const LiveLedger& ledger, const FoundFrames& frames, std::size_t memory, Runner& runner,
                       Talk& talk, const std::stop_token& stop) {
    const auto& [positions, stack, found] = frames;
    StackOptions options = options_;
    use_found_inputs(options, stack, found);
    const io::Session session = recorded_session(stack, found);
    Batch& batch = batches_.emplace_back();
    batch.files = open_lights(session, options, runner, talk, stop);
    batch.masters = prepare_masters(session, batch.files, options, memory, runner, talk, stop);
    batch.lights = as_lights(batch.files.frames, options, Hashed::no);
    batch.masters->lend_to(batch.lights);
    std::map<std::filesystem::path, std::size_t> at;
    for (std::size_t i = 0; i < batch.lights.size(); ++i) at.emplace(batch.files.frames[i].path, i);
    for (std::size_t k = 0; k < positions.size(); ++k) {
        const auto light = at.find(found.paths[k]);
        if (light == at.end()) throw OptionError(stack.inputs[k].file + " cannot be read as a light any more");
        const Light& mine = batch.lights[light->second];
        if (mine.settled) throw OptionError(mine.settled->text);
        check_masters(ledger.frames[positions[k]], *batch.masters, light->second);
        found_.emplace(positions[k], Found{&mine, replayed_report(ledger.frames[positions[k]])});
    }
}

void StateFrames::add_stand_in(const LiveLedger& ledger, std::size_t position, const std::string& why) {
    const LedgerFrame& f = ledger.frames[position];
    Light& light = stand_ins_.emplace_back();
    light.name = io::printable(f.file);
    light.format = ledger.format;
    light.format.width = f.recipe->width;
    light.format.height = f.recipe->height;
    light.info = f.info;
    light.read = [why](ImageView<float>, Rect, int) { throw IoError(why); };
    found_.emplace(position, Found{&light, replayed_report(f)});
}

ReplayedLight StateFrames::light(std::size_t position) const {
    const Found& found = found_.at(position);
    return {found.light, &found.report};
}

}  // namespace nightstack::tools
