// SPDX-License-Identifier: MIT
#include "tools/session/masters.h"

#include <algorithm>
#include <functional>

#include "tools/session/applied_text.h"
#include "tools/session/calibration_candidates.h"
#include "tools/session/light_level.h"

namespace nightstack::tools {
namespace {

using Candidate = io::CalibrationCandidate;
// A master, or why the candidate gives none; "" when its frames could not be used, which has been told.
struct Made {
    SharedMaster master;
    std::string why;
};

using Match = io::MatchResult (*)(const io::LightKey&, std::span<const Candidate>);

struct Chosen {
    AppliedMaster applied;
    SharedMaster master;
    std::vector<std::string> warnings;
};

// The best candidate of one kind that can really be used.
Chosen choose(const std::string& kind, Match match, const io::LightKey& key, std::span<const Candidate> candidates,
              bool refused, const std::function<Made(const Candidate&)>& make) {
    Chosen chosen{{kind, "", 0, "", "none, as asked", false}, nullptr, {}};
    if (refused) return chosen;
    const io::MatchResult result = match(key, candidates);
    chosen.applied.text = result.text;
    chosen.applied.misfit = result.nearest || !result.ranked.empty();
    std::vector<std::string> refused_for;
    for (std::size_t rank = 0; rank < result.ranked.size(); ++rank) {
        const std::size_t i = result.ranked[rank];
        const Made made = make(candidates[i]);
        chosen.master = made.master;
        if (!chosen.master) {
            const std::string who = io::describe(candidates[i]);
            chosen.applied.text = made.why.empty() ? "none: no frame of " + who + " can be used"
                                                   : "none: " + who + " cannot be used: " + made.why;
            if (!made.why.empty()) refused_for.push_back(kind + ": " + who + " cannot be used: " + made.why);
            continue;
        }
        chosen.applied.source = io::describe(candidates[i]);
        chosen.applied.text = rank == 0 ? result.text : chosen.applied.source;
        chosen.applied.misfit = false;
        chosen.applied.frames = chosen.master->frames;
        chosen.applied.sha256 = chosen.master->sha256;
        chosen.applied.noise_adu = chosen.master->noise_adu;
        chosen.applied.kept = chosen.master->kept;
        chosen.warnings = std::move(refused_for);  // without a master its text tells
        for (const std::string& warning : result.warnings[rank]) chosen.warnings.push_back(kind + ": " + warning);
        break;
    }
    return chosen;
}

// Of a recorded session: what it lists of this kind was applied then, whatever headers say.
template <io::CalibrationKind kind>
io::MatchResult listed(const io::LightKey& /*key*/, std::span<const Candidate> candidates) {
    io::MatchResult result;
    result.text = "no " + std::string(io::name(kind)) + " was applied";
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (candidates[i].kind != kind) continue;
        if (result.ranked.empty()) result.text = std::string(io::name(kind)) + " " + io::describe(candidates[i]);
        result.ranked.push_back(i);
        result.warnings.emplace_back();
    }
    return result;
}

bool has(std::span<const Candidate> candidates, io::CalibrationKind kind) {
    return std::ranges::any_of(candidates, [&](const Candidate& c) { return c.kind == kind; });
}

// Whether the lights' bias, the flats', or both: the one thing that a record does not tell.
bool leaves_bias_open(std::span<const Candidate> recorded) {
    using Kind = io::CalibrationKind;
    return has(recorded, Kind::bias) && has(recorded, Kind::flat) && !has(recorded, Kind::dark) &&
           !has(recorded, Kind::flat_dark);
}

// Live, a group's masters are chosen when its first light comes; --method stream is to give the same.
bool by_first_light(const StackOptions& options) { return options.method == "stream"; }

// Chooses for one group of lights after the other.
class Chooser {
public:
    Chooser(MasterShelf& shelf, const io::Session& session, const SessionLights& lights, const StackOptions& options)
        : shelf_(shelf),
          candidates_(calibration_candidates(session, options)),
          recorded_(session.recorded),
          lights_(lights),
          options_(options) {}

    GroupMasters masters_for(const LightGroup& lights, std::vector<std::string>& warnings) {
        using Kind = io::CalibrationKind;
        const std::vector<Candidate>& candidates = candidates_[lights.part];
        const bool bias_told = recorded_ && !leaves_bias_open(candidates);
        const Match match_bias = bias_told ? listed<Kind::bias> : io::match_bias;
        const std::size_t looked_at = by_first_light(options_) ? 1 : lights.lights.size();
        const auto level =
            bias_told ? std::nullopt : light_level(lights_.frames, std::span(lights.lights).first(looked_at));
        const auto in_range = [&](const Candidate& c) { return of_their_range(shelf_.get(c), level); };
        GroupMasters group;
        group.lights = lights;
        Chosen bias, dark, flat, offset;
        dark = choose("dark", recorded_ ? listed<Kind::dark> : io::match_dark, lights.key, candidates, options_.no_dark,
                      in_range);
        if (dark.master && !options_.no_bias) {
            bias.applied = {"bias", "", 0, "", "not needed: the dark contains the bias", false};
        } else {
            bias = choose("bias", match_bias, lights.key, candidates, options_.no_bias, in_range);
        }
        const Match match_flat = recorded_ ? listed<Kind::flat> : io::match_flat;
        flat = choose("flat", match_flat, lights.key, candidates, options_.no_flat, [&](const Candidate& c) {
            offset = flat_offset(c, candidates, match_bias);
            return Made{shelf_.get(c, offset.master), ""};
        });
        group.flat_offset = offset.applied;
        group.dark = dark.master;
        group.bias = bias.master;
        group.flat = flat.master;
        if (!flat.master) offset.warnings.clear();
        for (const Chosen* c : {&bias, &dark, &flat, &offset}) {
            for (const std::string& w : c->warnings) {
                if (std::find(warnings.begin(), warnings.end(), w) == warnings.end()) warnings.push_back(w);
            }
        }
        group.applied = {bias.applied, dark.applied, flat.applied};
        return group;
    }

private:
    static Made of_their_range(SharedMaster master, const std::optional<LightLevel>& lights) {
        if (!master || !lights) return {std::move(master), ""};
        std::string why = other_range(master->level_adu, *lights);
        if (!why.empty()) return {nullptr, std::move(why)};
        return {std::move(master), ""};
    }

    // What is in a flat without light: its flat dark tells best, then the bias; both must agree with the flats, not
    // with the lights.
    Chosen flat_offset(const Candidate& flats, const std::vector<Candidate>& candidates, Match match_bias) {
        const io::LightKey key = flat_key(flats);
        const auto plain = [&](const Candidate& c) { return Made{shelf_.get_plain(c), ""}; };
        const Match match_dark = recorded_ ? listed<io::CalibrationKind::flat_dark> : io::match_flat_dark;
        Chosen dark = choose("flat dark", match_dark, key, candidates, false, plain);
        if (dark.master) return dark;
        Chosen bias = choose("bias", match_bias, key, candidates, options_.no_bias, plain);
        bias.applied.text = (bias.master ? "" : "nothing: ") + bias.applied.text + "; " + dark.applied.text;
        if (!bias.master) bias.applied.kind = "flat dark";
        return bias;
    }

    MasterShelf& shelf_;
    std::vector<std::vector<Candidate>> candidates_;  // by part of the session
    bool recorded_;
    const SessionLights& lights_;
    const StackOptions& options_;
};

// Groups of different sessions that ended with the same masters are one.
void add_group(std::vector<GroupMasters>& groups, GroupMasters mine) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const GroupMasters& g) {
        return same_kind(g.lights.key, mine.lights.key) && g.dark == mine.dark && g.flat == mine.flat &&
               g.bias == mine.bias;
    });
    if (same == groups.end()) {
        groups.push_back(std::move(mine));
        return;
    }
    if (same->lights.session != mine.lights.session) same->lights.session.clear();
    std::vector<std::size_t>& lights = same->lights.lights;
    lights.insert(lights.end(), mine.lights.lights.begin(), mine.lights.lights.end());
    std::sort(lights.begin(), lights.end());
}

void set_calibration(GroupMasters& g) {
    Calibration& c = g.calibration;
    if (g.dark) c.masters.dark = g.dark->plane.cview();
    if (g.bias) c.masters.bias = g.bias->plane.cview();
    if (g.flat) c.masters.flat = g.flat->plane.cview();
    if (g.dark || g.bias) c.offset_adu = (g.dark ? g.dark : g.bias)->level_adu;
    if (g.dark) c.defects = &g.dark->defects;
    c.filter_impulses = !g.dark;
}

GroupMasters colour_pictures(const LightGroup& lights) {
    GroupMasters group;
    group.lights = lights;
    for (const char* kind : {"bias", "dark", "flat"})
        group.applied.push_back({kind, "", 0, "", "none: colour pictures are calibrated already", false});
    return group;
}

std::string known_camera(const SessionLights& lights) {
    for (const InputFrame& f : lights.frames) {
        if (!f.settled && !f.info.camera.empty()) return f.info.camera;
    }
    return "";
}

}  // namespace

const AppliedMaster& GroupMasters::of(const std::string& kind) const {
    return *std::find_if(applied.begin(), applied.end(), [&](const AppliedMaster& a) { return a.kind == kind; });
}

std::vector<const AppliedMaster*> applied_to(const GroupMasters& group) {
    std::vector<const AppliedMaster*> out;
    for (const AppliedMaster& m : group.applied) {
        if (!m.sha256.empty()) out.push_back(&m);
    }
    if (group.flat && !group.flat_offset.sha256.empty()) out.push_back(&group.flat_offset);
    return out;
}

std::optional<std::size_t> SessionMasters::group_of(std::size_t light) const {
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const std::vector<std::size_t>& mine = groups[g].lights.lights;
        if (std::binary_search(mine.begin(), mine.end(), light)) return g;
    }
    return std::nullopt;
}

void SessionMasters::lend_to(std::vector<Light>& lights) const {
    for (const GroupMasters& group : groups) {
        for (const std::size_t i : group.lights.lights) lights[i].calibration = &group.calibration;
    }
}

std::unique_ptr<SessionMasters> prepare_masters(const io::Session& session, const SessionLights& lights,
                                                const StackOptions& options, std::size_t memory, Runner& runner,
                                                Talk& talk, const std::stop_token& stop) {
    auto m = std::make_unique<SessionMasters>();
    m->warnings = lights.warnings;
    const std::vector<LightGroup> groups =
        group_lights(lights, session, by_first_light(options) ? TemperatureOf::first : TemperatureOf::all);
    if (groups.empty()) return m;
    if (lights.format.planes() != 1) {
        for (const LightGroup& group : groups) add_group(m->groups, colour_pictures(group));
        return m;
    }
    MasterShelf shelf({lights.format, known_camera(lights), memory}, options, runner, talk, stop);
    Chooser chooser(shelf, session, lights, options);
    for (const LightGroup& group : groups) add_group(m->groups, chooser.masters_for(group, m->warnings));
    for (GroupMasters& group : m->groups) set_calibration(group);
    m->inputs = shelf.take_inputs();
    m->failed = shelf.failed();
    m->writing = shelf.take_writing();
    tell_masters(*m, talk);
    return m;
}

}  // namespace nightstack::tools
