// SPDX-License-Identifier: MIT
#include "tools/night/job/night_decisions.h"

#include <algorithm>
#include <map>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/night/core/told_frames.h"
#include "tools/night/core/told_masters.h"
#include "tools/night/job/night_later.h"
#include "tools/night/job/night_products.h"
#include "tools/night/show/night_json.h"
#include "tools/night/sky/night_sky.h"
#include "tools/session/open_session.h"
#include "tools/session/state_flip.h"
#include "tools/session/state_frames.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

// What was said last about each frame: whether it is to be out.
std::map<std::string, DecisionRecord> decisions_of(const std::vector<NightRecord>& records) {
    std::map<std::string, DecisionRecord> last;
    for (const NightRecord& record : records) {
        if (const auto* decision = std::get_if<DecisionRecord>(&record)) last[decision->sha256] = *decision;
    }
    return last;
}

// The frames as the journal tells them, in the form in which they have names. What has no verdict yet may be stacked.
LiveLedger ledger_of_journal(const std::vector<NightRecord>& records) {
    LiveLedger ledger;
    const auto decisions = decisions_of(records);
    for (const FrameRecord& frame : told_frames(records)) {
        LedgerFrame& mine = ledger.frames.emplace_back();
        mine.file = fs::path(frame.name).filename().string();
        mine.sha256 = frame.sha256;
        mine.judgement.verdict = Verdict::stacked;
    }
    for (const NightRecord& record : records) {
        const auto* told = std::get_if<VerdictRecord>(&record);
        if (told == nullptr || told->seq < 1 || told->seq > ledger.frames.size()) continue;
        const Verdict verdict = told->verdict == "stacked"    ? Verdict::stacked
                                : told->verdict == "rejected" ? Verdict::rejected
                                                              : Verdict::failed;
        ledger.frames[told->seq - 1].judgement.verdict = verdict;
    }
    for (LedgerFrame& frame : ledger.frames) {
        const auto decision = decisions.find(frame.sha256);
        if (decision == decisions.end() || !decision->second.retracted || !is_stacked(frame)) continue;
        frame.retracted = true;
        frame.judgement = {Verdict::rejected, Reason::user, "", {}};
    }
    return ledger;
}

std::vector<NightRecord> records_of(const LiveLedger& ledger, const std::vector<std::size_t>& positions, Flip flip) {
    std::vector<NightRecord> records;
    for (const std::size_t i : positions)
        records.emplace_back(DecisionRecord{ledger.frames[i].sha256, ledger.frames[i].file, flip == Flip::retract});
    return records;
}

// What was applied, in the words of the journal; nothing is built.
SessionMasters all_told_masters(const std::vector<NightRecord>& records) {
    SessionMasters masters;
    for (const auto& [number, group] : told_groups(records)) join_masters(masters, told_masters(group));
    return masters;
}

// The night as it is shown in captions and on its page. What was measured while it ran is not known any more.
NightState shown_of(const Night& night, const NightShowOptions& how, const LiveLedger& ledger,
                    std::optional<Wcs>& wcs) {
    NightState shown;
    shown.target = printable(night.begun.target.empty() ? target_of(ledger) : night.begun.target);
    const auto reference = std::ranges::find(ledger.frames, ledger.reference.sha256, &LedgerFrame::sha256);
    if (!how.solve || !ledger.measure || reference == ledger.frames.end()) return shown;
    const FoundSky found =
        find_sky({ledger.measure->stars, ledger.format, reference->info, ledger.sky, how.told, how.told_name});
    shown.sky = found.sky;
    wcs = found.wcs;
    return shown;
}

class Decision {
public:
    Decision(const DecisionJob& job, const Night& night, Runner& runner, Talk& talk, const std::stop_token& stop)
        : job_(job), night_(night), runner_(runner), talk_(talk), stop_(stop), records_(night.journal->found()) {}

    // The night goes on some time: then it is heeded.
    int for_later() {
        const LiveLedger ledger = ledger_of_journal(records_);
        const auto positions = frames_named(ledger, job_.words, job_.flip);
        night_.journal->keep(records_of(ledger, positions, job_.flip));
        const bool out = job_.flip == Flip::retract;
        for (const std::size_t i : positions)
            talk_.say("  " + printable(ledger.frames[i].file) + (out ? ": out" : ": in again"));
        talk_.say("the night is not finished: its picture will be made " +
                  std::string(out ? "without them; " : "with them; ") + "nightstack live --resume " +
                  printable(night_.folder.string()) + " goes on");
        return kDone;
    }

    int now() {
        const std::size_t memory = take_memory(job_.options.stack.memory);
        const fs::path file = product_of(night_, ".nst");
        if (file.empty()) throw OptionError("this night has no stack");
        LiveState state = load_state(file, memory, runner_, stop_);
        const SessionMasters masters = all_told_masters(records_);
        const auto positions = frames_named(state.ledger, job_.words, job_.flip);
        if (job_.flip == Flip::retract && positions.size() == count_of(state.ledger, Verdict::stacked))
            throw OptionError("no frame would be left in the picture");
        const fs::path folder = job_.inputs.empty() ? night_.frames() : job_.inputs;
        {
            Talk silent(Loudness::quiet, /*json=*/false);  // its masters are those of the night, told before
            const StateFrames frames(state.ledger, frames_needed(state.ledger, positions),
                                     {{folder, calibration_files(masters)}, memory}, runner_, silent, stop_);
            flip_frames(state, positions, job_.flip, frames, memory, runner_, stop_);
        }
        return renew(state, masters, positions, folder, memory);
    }

private:
    int renew(LiveState& state, const SessionMasters& masters, const std::vector<std::size_t>& positions,
              const fs::path& folder, std::size_t memory) {
        const DoneRecord before = *done_of(records_);
        const BestRecord* const best = best_of(records_);
        const bool had_best = before.best_due || (best != nullptr && !best->files.empty());
        std::optional<Wcs> wcs;
        const NightState shown = shown_of(night_, job_.options.show, state.ledger, wcs);
        const NightEnd end{job_.options,
                           night_.folder / "results",
                           folder,
                           state,
                           masters,
                           memory,
                           wcs,
                           shown,
                           [&](const auto& names) { night_.journal->keep({ProductsRecord{names}}); },
                           [](const auto& work) { work(); }};
        const NightProducts products = write_night_products(end, runner_, talk_, stop_);
        const int code = products.unread ? static_cast<int>(kSomeInputsFailed) : before.code;
        std::vector<NightRecord> words = records_of(state.ledger, positions, job_.flip);
        words.emplace_back(DoneRecord{code, products.files, had_best});
        night_.journal->keep(words);
        forget_products(night_, products.files);
        for (const std::string& name : products.files)
            talk_.say("  " + printable((night_.folder / "results" / name).string()));
        if (had_best)
            talk_.warn("the best stack is still that of before; it is made again by:   nightstack live --resume " +
                       printable(night_.folder.string()));
        NightState done;
        done.products = result_names(products.files);
        done.counts = counts_of(state.ledger);
        talk_.event(done_event(done));
        return products.unread ? kSomeInputsFailed : kDone;
    }

    const DecisionJob& job_;
    const Night& night_;
    Runner& runner_;
    Talk& talk_;
    const std::stop_token& stop_;
    const std::vector<NightRecord>& records_;
};

}  // namespace

int decide_frames(const DecisionJob& job, Night night, Runner& runner, Talk& talk, const std::stop_token& stop) {
    try {
        Decision decision(job, night, runner, talk, stop);
        return night.finished ? decision.now() : decision.for_later();
    } catch (const OptionError& e) {
        throw OptionError(printable(night.folder.string()) + ": " + e.what());
    }
}

std::size_t heed_decisions(LiveState& state, const std::vector<NightRecord>& records, const FileSearch& search,
                           std::size_t memory, Runner& runner, Talk& talk, const std::stop_token& stop) {
    const auto decisions = decisions_of(records);
    std::vector<std::size_t> out;
    std::string names;
    for (std::size_t i = 0; i < state.ledger.frames.size(); ++i) {
        const LedgerFrame& frame = state.ledger.frames[i];
        const auto decision = decisions.find(frame.sha256);
        if (decision == decisions.end() || !decision->second.retracted || !is_stacked(frame)) continue;
        out.push_back(i);
        names += (names.empty() ? "" : ", ") + printable(frame.file);
    }
    if (out.empty()) return 0;
    const auto left_in = [&](const std::string& why) {
        talk.warn("to be taken out, and still in the picture: " + names + ": " + why);
        return out.size();
    };
    if (out.size() == count_of(state.ledger, Verdict::stacked)) return left_in("no frame would be left in it");
    std::optional<StateFrames> frames;
    try {
        frames.emplace(state.ledger, frames_needed(state.ledger, out), FrameSearch{search, memory}, runner, talk, stop);
    } catch (const OptionError& e) {  // before a pixel was touched
        return left_in(e.what());
    }
    flip_frames(state, out, Flip::retract, *frames, memory, runner, stop);
    talk.say("taken out, as was asked for: " + names);
    return 0;
}

}  // namespace nightstack::tools
