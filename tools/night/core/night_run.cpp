// SPDX-License-Identifier: MIT
// How frames flow through a night. What is kept of them: night_keeping.cpp.
#include "tools/night/core/night_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "pipeline/graph/stream_run.h"
#include "tools/night/core/disk_patience.h"
#include "tools/night/core/night_pulse.h"
#include "tools/session/open_session.h"
#include "tools/session/scratch.h"

namespace nightstack::tools {
namespace {

using Clock = std::chrono::steady_clock;

std::size_t held_for_lights(std::size_t memory) { return memory - std::min(memory, held_bytes() + kProgramReserve); }

int at_once(const Runner& runner) { return std::max(2, runner.threads() + 1); }

std::optional<NightTime> middle_of(const FrameInfo& info) {
    if (!info.start_utc) return std::nullopt;
    const auto half = std::chrono::duration_cast<NightTime::duration>(info.exposure.value_or(Seconds(0)) / 2);
    return std::chrono::time_point_cast<NightTime::duration>(*info.start_utc) + half;
}

NightFrame shown(std::uint64_t seq, const std::string& file, const FrameInfo& info, const LightReport& report) {
    NightFrame f;
    f.seq = seq;
    f.file = printable(file);
    f.verdict = name(report.judgement.verdict);
    f.reason = name(report.judgement.reason);
    f.text = report.judgement.text;
    f.exposed = middle_of(info);
    if (info.exposure) f.exposure_s = info.exposure->count();
    f.stars = report.figures.stars;
    f.fwhm_px = report.figures.fwhm_px;
    f.roundness = report.figures.roundness;
    f.background_adu = report.figures.background;
    f.transparency = report.figures.transparency;
    f.residual_px = report.figures.residual_px;
    f.ref_from_frame = report.ref_from_frame;
    f.weight = report.weight[0];
    return f;
}

void count(NightState& s, const std::string& verdict, const std::string& reason, bool in) {
    const auto by = [&](std::uint64_t& n) { in ? ++n : --n; };
    by(verdict == "stacked" ? s.counts.stacked : verdict == "rejected" ? s.counts.rejected : s.counts.failed);
    if (verdict == "stacked") return;
    std::uint64_t& n = s.reasons[reason];
    by(n);
    if (n == 0) s.reasons.erase(reason);
}

}  // namespace

struct NightRun::Item final : FlowItem {
    std::unique_ptr<NightLight> light;
    std::optional<LiveLight> prepared;  // destroyed before the light it borrows
};

NightRun::NightRun(NightRunOptions options, NightSource& source, NightJournal& journal, NightBoard& board,
                   FlowWorkers& workers, Talk& talk, const std::stop_token& stop)
    : options_(std::move(options)),
      source_(source),
      journal_(journal),
      board_(board),
      workers_(workers),
      runner_(workers.steps()),
      stop_(stop),
      run_options_(run_options(options_.stack)),
      checkpoints_(options_.folder),
      masters_(options_.stack, options_.memory - std::min(options_.memory, kProgramReserve), workers.source(), talk,
               stop),
      lights_(options_.stack, masters_, source.folder(), workers.source(), talk, stop),
      kept_at_(Clock::now()),
      begun_at_(Clock::now()),
      journal_begin_(journal.bytes()) {}

NightRun::~NightRun() = default;

void NightRun::begin_run() {
    LiveRunOptions live = run_options_.stream->live;
    if (lights_.rules()) live.stack_bytes = static_cast<std::size_t>(lights_.rules()->stack_bytes);
    live_ = std::make_unique<LiveRun>(live, runner_);
}

std::uint64_t NightRun::stack_bytes(const StreamFormat& format) const {
    StreamOptions stream = *run_options_.stream;
    stream.memory_bytes = held_for_lights(options_.memory);
    stream.memory_bytes -= std::min(stream.memory_bytes / 8, ProductFormats{}.gathered_bytes);  // for the products
    const std::size_t bytes = stream_stack_bytes(format, stream, at_once(runner_));
    live_->limit_stack(bytes);
    return bytes;
}

void NightRun::run() {
    if (!live_) begin_run();
    const NightPulse pulse(board_, arrivals_, options_.folder);
    flow();
    if (!lights_.outvoted()) return;
    begin_anew();
    only_again_ = true;
    flow();
    only_again_ = false;
    if (next_again_ == again_.size()) flow();
}

void NightRun::flow() {
    FlowSteps steps;
    steps.next = [this](const std::stop_token& ended) { return next(ended); };
    steps.prepare = [this](FlowItem& flowing) {
        Item& item = static_cast<Item&>(flowing);
        item.prepared.emplace(live_->prepare(item.light->light));
    };
    steps.take = [this](FlowItem& flowing) { return take(static_cast<Item&>(flowing)); };
    steps.show = [this](const FlowView& view) {
        const auto begin = Clock::now();
        if (show_) show_(static_cast<const NightView&>(view));
        show_takes_ = Clock::now() - begin;
    };
    workers_.run(steps, at_once(runner_), stop_);
}

std::unique_ptr<FlowItem> NightRun::next(const std::stop_token& stop) {
    std::unique_ptr<NightLight> light;
    try {
        light = next_light(stop);
    } catch (const Interrupted&) {
        return nullptr;  // what was not kept comes again
    }
    if (!light) return nullptr;
    board_.update([&](NightState& s) {
        ++s.counts.in;
        ++s.counts.under_way;
        s.expected = source_.expected();
        s.phase = NightPhase::stacking;
    });
    auto item = std::make_unique<Item>();
    item->light = std::move(light);
    return item;
}

std::unique_ptr<NightLight> NightRun::next_light(const std::stop_token& stop) {
    if (lights_.outvoted()) return nullptr;
    if (next_again_ < again_.size()) return stop.stop_requested() ? nullptr : light_again();
    if (only_again_) return nullptr;
    for (;;) {
        if (options_.frames && lights_.taken() >= *options_.frames) return nullptr;
        const std::optional<Arrival> arrival = source_.next(stop);
        if (!arrival) return nullptr;
        if (arrival->kind == Arrival::Kind::notice) {
            board_.notice(arrival->text);
            continue;
        }
        auto light = lights_.take(*arrival, stack_bytes_of(), keep_of());
        if (light) arrivals_.add(Clock::now(), light->record.bytes);
        if (lights_.outvoted()) return nullptr;  // it is kept, and comes again
        if (light) return light;
    }
}

std::unique_ptr<NightLight> NightRun::light_again() {
    auto light = lights_.again(again_[next_again_], stack_bytes_of(), keep_of());
    ++next_again_;
    return lights_.outvoted() ? nullptr : std::move(light);
}

NightLights::StackBytes NightRun::stack_bytes_of() {
    return [this](const StreamFormat& format) { return stack_bytes(format); };
}

// One that is not in the journal is not taken: it waits, and so does all that comes after it.
NightLights::Keep NightRun::keep_of() {
    return [this](const std::vector<NightRecord>& records) { journal_.keep(records, DiskPatience(board_, stop_)); };
}

std::shared_ptr<const FlowView> NightRun::take(Item& item) {
    const NightLight& light = *item.light;
    const bool open = !live_->settled();
    const StarList stars = item.prepared->measured.stars;
    const LightReport& report = live_->take(std::move(*item.prepared));
    item.prepared.reset();
    remember(light, report);
    tell(light, report, &stars);
    if (open) amend();
    item.light.reset();  // its file is closed
    checkpoint_if_due();
    return view_if_due();
}

void NightRun::tell(const NightLight& light, const LightReport& report, const StarList* stars) {
    const NightFrame frame = shown(light.record.seq, light.record.name, light.input.info, report);
    const bool stacked = report.judgement.verdict == Verdict::stacked;
    if (stacked) {
        livetime_s_ += frame.exposure_s.value_or(0);
        // Weights go as one over the variance, so they tell the noise as well: as a share of the reference's.
        if (frame.weight > 0) effective_.add(frame.weight, 1 / std::sqrt(frame.weight));
    }
    if (report.judgement.verdict == Verdict::failed) ++unread_;
    if (stacked) ++rev_;
    board_.put(frame, [&](NightState& s) {
        --s.counts.under_way;
        count(s, frame.verdict, frame.reason, true);
        s.rev = rev_;
        if (s.target.empty()) {
            s.target = printable(light.input.info.object);
            target_from_frame_ = true;
        }
        s.livetime_s = livetime_s_;
        const std::chrono::duration<double, std::ratio<3600>> hours = Clock::now() - begun_at_;
        s.written_per_hour = static_cast<double>(written_bytes()) / std::max(hours.count(), 1.0 / 60);
    });
    if (!told_) return;
    if (!stacked || stars == nullptr || !light.input.file) return told_(frame, nullptr);
    const FrameStars sky{*stars, light.input};
    told_(frame, &sky);
}

// Lights before may have another verdict now: as long as the reference is not settled.
void NightRun::amend() {
    const std::vector<LightReport>& reports = live_->reports();
    for (std::size_t i = 0; i < begun_.frames.size(); ++i) {
        LedgerFrame& frame = begun_.frames[i];
        const LightReport& report = reports[i];
        if (frame.ref_from_frame) frame.aligned_by = live_->aligned_by();
        if (frame.judgement.verdict == report.judgement.verdict) continue;
        frame.judgement = report.judgement;
        frame.figures = report.figures;
        frame.weight = {};
        frame.block.reset();
        frame.recipe.reset();
        frame.ref_from_frame.reset();
        frame.aligned_by = AlignedBy::not_recorded;
        journal_.add(VerdictRecord{i + 1, std::string(name(report.judgement.verdict)),
                                   std::string(name(report.judgement.reason))});
        NightFrame now = shown(i + 1, frame.file, frame.info, report);
        livetime_s_ -= now.exposure_s.value_or(0);
        ++rev_;
        board_.put(now, [&](NightState& s) {
            count(s, "stacked", "", false);
            count(s, now.verdict, now.reason, true);
            s.rev = rev_;
            s.livetime_s = livetime_s_;
        });
        if (told_) told_(now, nullptr);
    }
}

// As often as is worth it, and always when nothing more is under way.
std::shared_ptr<const FlowView> NightRun::view_if_due() {
    const LiveStack* const stack = live_->stack();
    if (!show_ || stack == nullptr || stack->frames() == 0 || rev_ == shown_rev_) return nullptr;
    const auto begin = Clock::now();
    const bool idle = board_.state().counts.under_way == 0;
    const auto pause = std::max<Clock::duration>(options_.show_pause, 4 * (show_takes_.load() + snapshot_takes_));
    if (!idle && begin - shown_at_ < pause) return nullptr;
    auto view = std::make_shared<NightView>();
    view->rev = rev_;
    view->effective_frames = effective_.count();
    view->white_adu = live_->white_adu();
    view->picture = stack->snapshot(live_->canvas().pixels, runner_);
    shown_rev_ = rev_;
    shown_at_ = Clock::now();
    snapshot_takes_ = shown_at_ - begin;
    return view;
}

}  // namespace nightstack::tools
