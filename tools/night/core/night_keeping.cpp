// SPDX-License-Identifier: MIT
// What is kept of a night while it runs, and how it goes on from there.
#include <algorithm>
#include <span>
#include <utility>

#include "pipeline/core/counted.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "pipeline/graph/live_picture_tiles.h"
#include "pipeline/graph/stream_run.h"
#include "tools/night/core/night_run.h"
#include "tools/night/core/told_frames.h"
#include "tools/session/applied_text.h"
#include "tools/session/machine.h"
#include "tools/session/report.h"
#include "tools/session/state_ledger.h"
#include "tools/session/summary_text.h"

namespace nightstack::tools {
namespace {

using Clock = std::chrono::steady_clock;

VerdictRecord verdict_of(std::uint64_t seq, const Judgement& judgement) {
    return {seq, std::string(name(judgement.verdict)), std::string(name(judgement.reason))};
}

// The checkpoint's frames are the first that the journal tells of.
bool begins_with(const std::vector<FrameRecord>& frames, const LiveLedger& ledger) {
    return !ledger.frames.empty() && ledger.frames.size() <= frames.size() &&
           std::ranges::equal(ledger.frames, std::span(frames).first(ledger.frames.size()), {}, &LedgerFrame::sha256,
                              &FrameRecord::sha256);
}

// As the run reported it. Of a light that was not stacked the run needs no transform any more.
TakenLight taken_light(const LedgerFrame& frame, const StreamFormat& format) {
    TakenLight light;
    if (frame.recipe) {
        light.report = replayed_report(frame);
    } else {
        light.report.judgement = frame.judgement;
        light.report.figures = frame.figures;
    }
    light.info = frame.info;
    light.format = format;
    return light;
}

}  // namespace

void NightRun::remember(const NightLight& light, const LightReport& report) {
    const std::size_t position = begun_.frames.size();
    if (live_->reference() == position) {
        take_reference(begun_, light.input);
        if (find_sky_) begun_.sky = find_sky_(live_->grid(), light.input.info, begun_.sky);
    }
    const InputFrame nobody;
    LedgerFrame frame = ledger_frame({position + 1, live_->aligned_by(), light.masters}, light.input, report, nobody);
    if (frame.ref_from_frame)
        frame.ref_from_frame = turned_rows(begun_.sky.rows_reversed, begun_.format.height) * *frame.ref_from_frame;
    begun_.frames.push_back(std::move(frame));
    const auto& group = light.record.group;
    groups_.push_back(group ? std::optional(static_cast<std::size_t>(*group)) : std::nullopt);
    journal_.add(verdict_of(light.record.seq, report.judgement));
}

LiveLedger NightRun::ledger(const StackSummary& summary) {
    const SessionMasters masters = this->masters();
    const LiveCanvas canvas = live_->canvas();
    KeptRun kept;
    kept.summary = &summary;
    kept.canvas = canvas.pixels;
    kept.canvas_scale = canvas.canvas.scale;
    kept.calibration = calstat(masters, summary);
    kept.history = history(run_options_, summary, masters);
    kept.options = &options_.stack;
    kept.masters = &masters;
    kept.grid = live_->grid();
    kept.open_block = live_->stack()->open_frames() > 0;
    kept.begun = &begun_;
    return ledger_of(kept);
}

// When a block closes, which makes the file small and the stack steady, or after some time.
void NightRun::checkpoint_if_due() {
    if (!live_->settled() || begun_.frames.size() == kept_) return;
    const auto& block = live_->reports().back().block;
    const bool full = block && live_->stack()->open_frames() == kBlockFrames;
    if (!full && Clock::now() - kept_at_ < options_.checkpoint_after) return;
    try {
        checkpoint();
    } catch (const IoError& e) {
        // The one before is whole, and the journal has the rest: nothing is lost, going on would only take longer.
        kept_at_ = Clock::now();
        board_.notice("no checkpoint could be written: " + std::string(e.what()));
    }
}

void NightRun::checkpoint() {
    const StackSummary summary = live_summary(*live_);
    const CheckpointRecord record = checkpoints_.save(*live_->stack(), ledger(summary), live_->grid().last, runner_);
    journal_.keep({record});
    kept_ = begun_.frames.size();
    kept_at_ = Clock::now();
    checkpoint_bytes_ += record.bytes;
}

void NightRun::keep_now() {
    if (live_ && live_->settled() && begun_.frames.size() != kept_) checkpoint();
}

void NightRun::resume() {
    const std::vector<NightRecord>& records = journal_.found();
    lights_.restore(records);
    again_ = told_frames(records);
    if (std::string lost = lost_frames_text(lost_frames(records)); !lost.empty()) board_.notice(std::move(lost));
    for (const FrameRecord& frame : again_) source_.know(frame.name, frame.bytes);
    std::vector<std::string> notices;
    const std::size_t room = options_.memory - std::min(options_.memory, resident_bytes());
    std::optional<Checkpoints::Loaded> loaded = checkpoints_.load(records, room, runner_, notices);
    for (std::string& notice : notices) board_.notice(std::move(notice));
    if (loaded && (!lights_.rules() || !begins_with(again_, loaded->state.ledger))) {
        board_.notice("the journal has lost frames of the checkpoint: the night is stacked again from its frames");
        loaded.reset();
    }
    if (loaded) go_on_from(std::move(*loaded));
    const std::size_t behind = again_.size() - begun_.frames.size();
    again_.erase(again_.begin(), again_.begin() + static_cast<std::ptrdiff_t>(begun_.frames.size()));
    if (behind > 0)
        board_.notice(counted(behind, "frame is", "frames are") +
                      " taken once more, which came after the last checkpoint");
}

// The first frame was of another kind than all others: the run forgets what it has made of it, the journal and the
// frames stay. Nothing of the flow is under way.
void NightRun::begin_anew() {
    NightLights::Anew anew = lights_.begin_anew();
    again_ = std::move(anew.frames);
    next_again_ = 0;
    begin_run();
    begun_ = {};
    groups_.clear();
    livetime_s_ = 0;
    effective_ = {};
    unread_ = 0;
    board_.update([&](NightState& s) {
        if (target_from_frame_) s.target.clear();
        s.counts = {};
        s.reasons.clear();
        s.livetime_s = 0;
        s.progress = {};
        s.sky = {};
        s.flip.reset();
    });
    board_.notice("the night begins anew: " + std::to_string(RulesVote::kNeeded) +
                  " frames in a row agree with each other and not with the first, " + printable(anew.first) + " (" +
                  anew.difference + ")");
}

void NightRun::go_on_from(Checkpoints::Loaded loaded) {
    LiveLedger& ledger = loaded.state.ledger;
    LiveGrid reference{loaded.state.stack.options(), ledger.format, {}, {}, {}, loaded.record.last, ledger.white_adu};
    if (ledger.measure) {
        reference.stars = ledger.measure->stars;
        reference.sky = ledger.measure->sky;
        reference.sky_mesh = ledger.measure->mesh;
    }
    LiveMemory memory{std::move(loaded.state.stack), std::move(reference), {}, {}, nullptr};
    for (std::size_t i = 0; i < ledger.frames.size(); ++i) {
        const LedgerFrame& frame = ledger.frames[i];
        memory.lights.push_back(taken_light(frame, ledger.format));
        if (!memory.position && frame.sha256 == ledger.reference.sha256 && is_stacked(frame)) memory.position = i;
    }
    std::unique_ptr<NightLight> picture;  // of the reference, where the scene is what lights are laid by
    if (alignment_of(ledger) == AlignedBy::scene && memory.position) {
        picture = lights_.in_stack(again_[*memory.position]);
        if (picture->light.settled) throw OptionError("the night cannot go on: " + picture->light.settled->text);
        memory.reference_light = &picture->light;
    }
    LiveRunOptions live = run_options_.stream->live;
    live.stack_bytes = static_cast<std::size_t>(lights_.rules()->stack_bytes);
    std::vector<TakenLight> lights = memory.lights;
    const std::optional<std::size_t> position = memory.position;
    live_ = std::make_unique<LiveRun>(live, runner_, std::move(memory));
    begun_.reference = ledger.reference;
    begun_.format = ledger.format;
    begun_.camera = ledger.camera;
    begun_.sky = ledger.sky;
    begun_.frames = std::move(ledger.frames);
    kept_ = begun_.frames.size();
    // For those who look; what it found is in the ledger.
    if (find_sky_ && position) find_sky_(live_->grid(), begun_.frames[*position].info, begun_.sky);
    for (std::size_t i = 0; i < kept_; ++i) recall(i, lights[i].report);
}

// What the board and the figures would know of a light that this run has not taken itself.
void NightRun::recall(std::size_t i, LightReport report) {
    const FrameRecord& record = again_[i];
    groups_.push_back(record.group ? std::optional(static_cast<std::size_t>(*record.group)) : std::nullopt);
    report.ref_from_frame =
        begun_.frames[i].recipe ? std::optional(begun_.frames[i].recipe->ref_from_frame) : std::nullopt;
    board_.update([](NightState& s) { ++s.counts.in, ++s.counts.under_way; });
    NightLight told;
    told.record = record;
    told.input.info = begun_.frames[i].info;
    tell(told, report, nullptr);
}

bool NightRun::has_stack() const { return live_ && live_->stack() != nullptr && live_->stack()->frames() > 0; }

LiveState NightRun::take_state() {
    StackSummary summary = live_summary(*live_);
    // Counts of rejected samples stand in the history.
    put_live_picture(*live_->stack(), live_->canvas().pixels, summary, [](const StackTile&) {}, runner_, {}, {});
    LiveLedger told = ledger(summary);
    return {std::move(*live_->stack_to_finish()), std::move(told)};
}

SessionMasters NightRun::masters() const { return masters_.merged(groups_); }

std::size_t NightRun::failed_masters() const { return masters_.failed(); }

std::uint64_t NightRun::written_bytes() const { return checkpoint_bytes_ + journal_.bytes() - journal_begin_; }

}  // namespace nightstack::tools
