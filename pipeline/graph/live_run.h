// SPDX-License-Identifier: MIT
// A night as it arrives: lights are taken one by one, in the order given, and each is in the stack or has its verdict
// before the next one is. The first usable light is the reference. What is applied to a light's samples depends on that
// light and the reference alone; its verdict depends on the lights before it as well.
//
// Thread rule: `prepare` from any thread, also while another light is taken; everything else one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/aligned_by.h"
#include "pipeline/core/runner.h"
#include "pipeline/core/transform.h"
#include "pipeline/graph/canvas.h"
#include "pipeline/graph/integrate_lights.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/light_report.h"
#include "pipeline/graph/live_alignment.h"
#include "pipeline/graph/live_canvas.h"
#include "pipeline/graph/live_history.h"
#include "pipeline/graph/live_light.h"
#include "pipeline/graph/live_replay.h"
#include "pipeline/graph/registered_light.h"
#include "pipeline/stages/integrate/normalise.h"
#include "pipeline/stages/integrate/weights.h"
#include "pipeline/stages/judge/judge.h"
#include "pipeline/stages/live/live_stack.h"
#include "pipeline/stages/registration/select.h"

namespace nightstack {

// What lights are brought to when another run has begun the stack: its reference, which is none of our lights.
struct LiveGrid {
    LiveStackOptions stack;
    StreamFormat format;             // of the reference
    StarList stars;                  // likewise, and so on
    std::array<ColourSky, 3> sky{};  // per plane
    SkyMesh sky_mesh;
    Transform last;          // where the other run's last light lay, to begin looking at
    double highest_adu = 0;  // that any raw pixel had
};

struct LiveRunOptions {
    SamplingOptions sampling;  // no drizzle
    int scale = 1;             // canvas pixels per pixel of the sampled planes, 1 to 3
    Framing framing = Framing::max;
    NormalisationKind normalisation = NormalisationKind::addscale;
    WeightKind weights = WeightKind::noise;  // or none
    AlignBy align = AlignBy::stars;
    RegistrationOptions registration;  // without a model, each light has the simplest that fits it
    JudgeOptions judge;
    int clip_depth = 4;  // as in LiveStackOptions
    double kappa_low = 3;
    double kappa_high = 3;
    std::size_t stack_bytes = ~std::size_t{0};  // a light that would make the stack larger is rejected
    std::shared_ptr<const LiveGrid> grid;       // if given, the stack lies on it; its depth and kappa count

    void check() const;  // throws OptionError
};

// A run as it has to be told to go on as if it had never stopped.
struct LiveMemory {
    LiveStack stack;
    LiveGrid reference;                      // LiveRun::grid()
    std::optional<std::size_t> position;     // of the reference among the lights; none on another's grid
    std::vector<TakenLight> lights;          // all that were taken, in their order
    const Light* reference_light = nullptr;  // borrowed for the call; by scene, its picture is needed once more
};

// By stars, a light needs so many to be the reference: all others must find themselves on it.
inline constexpr int kLeastReferenceStars = 8;
// When the reference stands alone and so many lights do not fit it but each other, it showed another field (the scope
// was still moving): it is taken out and the last of them is the reference.
inline constexpr int kStrangersToChange = 3;

class LiveRun {
public:
    LiveRun(const LiveRunOptions& options, Runner& runner);  // throws OptionError
    // Goes on where another run stood, with the same options: what becomes of the next lights is, to the last bit, what
    // that run would have made of them. It was `settled` then.
    LiveRun(const LiveRunOptions& options, Runner& runner, LiveMemory memory);

    // The reference stays what it is, whatever comes.
    bool settled() const { return ref_ && (options_.grid || history_.placed().size() > 1); }

    // What another run needs to stack onto the same grid. Only with a stack.
    LiveGrid grid() const;
    // For the finishing pass.
    LiveStack* stack_to_finish() { return stack_ ? &*stack_ : nullptr; }
    LiveReplayOptions replay_options() const;  // only with a stack

    // Where the format of the lights, and so what is left for the stack, is known later than the run is made: before the
    // first light that can be stacked is taken.
    void limit_stack(std::size_t bytes) { options_.stack_bytes = bytes; }

    // Reads and measures; nothing of the run changes. `light` is borrowed until it has been taken.
    LiveLight prepare(const Light& light) { return preparer_.prepare(light, runner_); }

    // All lights have one format. Never throws for what is wrong with the light. The report may be amended later, when
    // the reference changes.
    const LightReport& take(LiveLight light);
    const LightReport& take(const Light& light) { return take(prepare(light)); }

    const std::vector<LightReport>& reports() const { return reports_; }  // of all lights taken, in their order
    std::optional<std::size_t> reference() const { return reference_; }   // position among them; none on another's grid
    const LiveStack* stack() const { return stack_ ? &*stack_ : nullptr; }
    AlignedBy aligned_by() const { return alignment_.by_scene() ? AlignedBy::scene : AlignedBy::stars; }
    int planes() const { return stack_ ? stack_->options().planes : 0; }
    double white_adu() const { return highest_adu_; }  // the highest value any raw pixel had
    // What the framing shows of the lights stacked so far. Only with a reference; throws OptionError as plan_canvas.
    LiveCanvas canvas() const;
    // The model asked for, else what most lights have.
    TransformModel model() const;

private:
    struct Reference {
        StreamFormat format;
        bool forced;
        LightMeasurement measured;
        RegisteredLight registered;
    };
    struct Candidate;
    void decide(Candidate& candidate);
    void registration_of(Candidate& candidate);
    void weigh_stars(const LiveLight& light);
    void go_over_to_scene();
    void match_stars_of(Candidate& candidate);
    void lay_scene(Candidate& candidate);
    Registration matched(const StarList& stars) const;
    void judge_by_figures(Candidate& candidate);
    bool may_be_reference(Candidate& candidate);
    bool fits_last_stranger(const Candidate& candidate);
    void begin_stack(const Candidate& candidate);
    void begin_on(const LiveGrid& grid);
    bool is_stranger(const Candidate& candidate);
    void change_reference(Candidate& candidate);
    void add(Candidate& candidate);
    bool fits_counts(Candidate& c) const;
    bool fits_memory(Candidate& candidate, const LiveFrame& frame) const;
    std::array<int, 3> weights(const AcceptedLight& light) const;
    double canvas_scale() const;

    LiveRunOptions options_;
    Runner& runner_;
    LivePreparer preparer_;
    LiveAlignment alignment_;
    std::vector<LightReport> reports_;
    std::optional<std::size_t> reference_;
    std::optional<Reference> ref_;
    std::optional<LiveStack> stack_;
    std::size_t block_ = 0;
    LiveHistory history_;
    Transform last_;            // of the last light that was registered
    StarList strangers_stars_;  // of the last light that did not match
    int strangers_ = 0;
    double highest_adu_ = 0;
};

}  // namespace nightstack
