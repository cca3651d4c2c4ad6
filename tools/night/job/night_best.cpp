// SPDX-License-Identifier: MIT
#include "tools/night/job/night_best.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/night/core/night_masters.h"
#include "tools/night/core/told_frames.h"
#include "tools/night/core/told_masters.h"
#include "tools/session/products.h"
#include "tools/session/recorded_inputs.h"
#include "tools/session/recorded_session.h"
#include "tools/session/session_search.h"
#include "tools/session/stack_job.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

// Frames that were read and not taken out by hand. A frame that came twice counts once.
class WantedFrames {
public:
    explicit WantedFrames(const LiveLedger& ledger) {
        for (const LedgerFrame& frame : ledger.frames) told_.emplace(frame.sha256, &frame);
    }
    const LedgerFrame* take(const FrameRecord& record) {
        const auto told = told_.find(record.sha256);
        if (record.sha256.empty() || told == told_.end() || !taken_.insert(record.sha256).second) return nullptr;
        const LedgerFrame& frame = *told->second;
        return frame.judgement.verdict == Verdict::failed || frame.retracted ? nullptr : &frame;
    }

private:
    std::map<std::string, const LedgerFrame*> told_;
    std::set<std::string> taken_;
};

// Paths are told as find_inputs reads them.
RecordedStack recorded_night(const BestJob& job) {
    RecordedStack stack;
    WantedFrames wanted(job.ledger);
    const std::map<std::uint64_t, ToldGroup> groups = told_groups(job.records);
    std::vector<std::uint64_t> used;  // groups, by their number in the stack
    for (const FrameRecord& frame : told_frames(job.records)) {
        const LedgerFrame* const told = wanted.take(frame);
        if (told == nullptr) continue;
        const std::string file = printable(place_of(frame, job.frames).string());
        stack.inputs.push_back({file, frame.sha256, "light", frame.bytes});
        RecordedFrame& mine = stack.frames.emplace_back();
        mine = {file, std::string(name(told->judgement.verdict)), std::string(name(told->judgement.reason)), {}};
        if (!frame.group || !groups.contains(*frame.group)) continue;
        const auto at = std::ranges::find(used, *frame.group);
        mine.group = static_cast<std::size_t>(at - used.begin());
        if (at == used.end()) used.push_back(*frame.group);
    }
    for (const std::uint64_t number : used) {
        const ToldGroup& group = groups.at(number);
        for (RecordedInput input : group.inputs) {
            input.file = printable(input.file);
            stack.inputs.push_back(std::move(input));
        }
        stack.groups.push_back(recorded_masters(group.masters));
        for (const RecordedMaster& master : stack.groups.back()) {
            const auto same = [&](const RecordedMaster& m) {
                return m.kind == master.kind && m.sha256 == master.sha256;
            };
            if (std::ranges::none_of(stack.masters, same)) stack.masters.push_back(master);
        }
    }
    if (stack.groups.size() == 1) stack.groups.clear();
    return stack;
}

void require_calibration(const RecordedStack& stack, const FoundInputs& found) {
    for (std::size_t i = stack.lights(); i < stack.inputs.size(); ++i) {
        if (found.paths[i].empty() && !stack.inputs[i].sha256.empty())
            throw OptionError(stack.inputs[i].role + " " + stack.inputs[i].file +
                              " is missing or has changed; it was used to calibrate the frames");
    }
}

// Names, hints and sidecars, and the order in which `stack` takes frames, come from where the frames lie; which master
// is for which frame from the journal.
io::Session session_of(const RecordedStack& stack, const FoundInputs& found, const StackOptions& options, Talk& talk,
                       const std::stop_token& stop) {
    io::Session recorded = recorded_session(stack, found);
    StackOptions search = options;
    search.inputs = recorded.lights;
    search.inputs.insert(search.inputs.end(), recorded.device_failed.begin(), recorded.device_failed.end());
    search.combine_sessions = false;
    std::vector<io::Session> scanned = find_sessions(search, talk, stop).sessions;
    const auto scanned_with = [&](const fs::path& light) -> const io::Session* {
        for (const io::Session& s : scanned) {
            if (s.folder == light.parent_path()) return &s;
        }
        return scanned.empty() ? nullptr : &scanned.front();
    };
    const auto in_scanned_order = [&](std::vector<fs::path>& lights, auto member) {
        std::set<fs::path> left(lights.begin(), lights.end());
        std::vector<fs::path> ordered;
        for (const io::Session& s : scanned) {
            std::ranges::copy_if(s.*member, std::back_inserter(ordered),
                                 [&](const fs::path& light) { return left.erase(light) > 0; });
        }
        std::ranges::copy_if(lights, std::back_inserter(ordered),
                             [&](const fs::path& light) { return left.erase(light) > 0; });
        lights = std::move(ordered);
    };
    const auto take = [&](io::Session& part) {
        const auto& any = part.lights.empty() ? part.device_failed : part.lights;
        const io::Session* const from = any.empty() ? nullptr : scanned_with(any.front());
        if (from == nullptr) return;
        part.folder = from->folder;
        part.given = from->given;
        part.name = from->name;
        part.sidecar = from->sidecar;
        part.hints = from->hints;
    };
    take(recorded);
    in_scanned_order(recorded.lights, &io::Session::lights);
    in_scanned_order(recorded.device_failed, &io::Session::device_failed);
    for (io::Session& part : recorded.parts) take(part);
    return recorded;
}

}  // namespace

std::string best_name(const std::string& live_fits) {
    const std::string stem = fs::path(live_fits).stem().string();
    const std::size_t count = stem.rfind('_');
    return (count == 0 || count == std::string::npos ? stem : stem.substr(0, count)) + "_best";
}

BestStack make_best_stack(const BestJob& job, Runner& runner, Talk& talk, const std::stop_token& stop) {
    const RecordedStack stack = recorded_night(job);
    if (stack.frames.empty()) throw OptionError("no frame is left to be stacked");
    const FoundInputs found = find_inputs(stack, {job.frames, {}}, runner, stop);
    require_calibration(stack, found);
    for (const std::string& line : found.refused) talk.warn("left out: " + line);
    StackOptions options = job.stack;
    options.method = "offline";
    options.align = "stars";
    options.finish = false;
    options.output = job.results / (best_name(job.live_fits) + ".fits");
    options.force = true;
    options.html = false;
    use_found_inputs(options, stack, found);
    std::vector<Setting> settings = job.settings;
    for (Setting& s : settings) {
        if (s.name == "method") s.value = std::string("offline");
        if (s.name == "finish") s.value = false;
    }
    io::Session session = session_of(stack, found, options, talk, stop);
    session.name = best_name(job.live_fits);
    const SessionStack done = stack_known(session, options, settings, runner, talk, stop);
    BestStack best{done.code, {}};
    const ProductPaths paths{done.fits};
    if (!done.fits.empty()) best.files = names_there({paths.fits, paths.png(), paths.tiff(), paths.json()});
    if (!found.refused.empty() && best.code == kDone) best.code = kSomeInputsFailed;
    return best;
}

}  // namespace nightstack::tools
