// SPDX-License-Identifier: MIT
#include "tools/session/masters.h"

#include <algorithm>

#include "io/files/file.h"
#include "io/files/sha256.h"
#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/master.h"
#include "pipeline/stages/stars/statistics.h"
#include "tools/cli/progress.h"
#include "tools/cli/settings.h"
#include "tools/session/calibration_candidates.h"
#include "tools/session/master_library.h"

namespace nightstack::tools {
namespace {

using Candidate = io::CalibrationCandidate;

struct Request {
    const StreamFormat& format;
    const std::string& camera;  // of the lights, "" unknown
    const StackOptions& options;
    Runner& runner;
    Talk& talk;
    const std::stop_token& stop;
};

struct Built {
    Image<float> plane;
    int frames = 0;
    std::string sha256;  // of all frames it is made of
};

// The frames of a candidate that can be used; the others are counted and named.
std::vector<InputFrame> open_calibration(const Candidate& c, const std::string& role, const Request& r,
                                         SessionMasters& masters) {
    std::vector<InputFrame> frames = open_inputs(c.paths, role, r.options.pattern, r.runner, r.stop);
    std::vector<InputFrame> usable;
    for (InputFrame& f : frames) {
        if (!f.settled) {
            const StreamFormat& mine = f.file->format();
            if (mine.width != r.format.width || mine.height != r.format.height || mine.planes() != 1) {
                f.settled = Judgement{Verdict::failed,
                                      Reason::size,
                                      f.shown + ": " + role + " is " + std::to_string(mine.width) + " x " +
                                          std::to_string(mine.height) + ", the lights are " +
                                          std::to_string(r.format.width) + " x " + std::to_string(r.format.height),
                                      {}};
            }
        }
        if (!f.settled && !r.camera.empty() && !f.info.camera.empty() && f.info.camera != r.camera) {
            // Readable, only somebody else's: not a failed input, but not for these lights either.
            r.talk.warn(f.shown + ": camera '" + io::printable(f.info.camera) + "', the lights' is '" +
                        io::printable(r.camera) + "'");
            continue;
        }
        if (f.settled) {
            r.talk.warn(f.settled->text);
            ++masters.failed;
        } else {
            usable.push_back(std::move(f));
        }
    }
    return usable;
}

std::string joint_hash(const std::vector<InputFrame>& frames) {
    io::Sha256 sum;
    for (const InputFrame& f : frames) sum.add(f.sha256);
    return sum.hex();
}

ReadRows reader_of(const std::vector<InputFrame>& frames, const std::stop_token& stop) {
    return [&frames, stop](int index, const Rect& region, ImageView<float> out) {
        if (stop.stop_requested()) throw Interrupted();
        frames[static_cast<std::size_t>(index)].file->read(out, region, 0);
    };
}

// Builds, or finds in the library. Nothing when no frame of the candidate can be used.
std::optional<Built> build(const Candidate& c, const std::string& kind, ImageView<const float> offset,
                           const std::string& offset_hash, const Request& r, SessionMasters& masters) {
    std::vector<InputFrame> frames = open_calibration(c, kind, r, masters);
    if (frames.empty()) return std::nullopt;
    const int n = static_cast<int>(frames.size());
    Built built{Image<float>(r.format.width, r.format.height), c.is_master ? std::max(1, c.frames) : n,
                joint_hash(frames)};
    MasterKey key{kind, {}, offset_hash};
    if (kind == "flat" && r.format.cfa) key.pattern = name(*r.format.cfa);
    for (const InputFrame& f : frames) key.frame_sha256.push_back(f.sha256);
    const MasterLibrary library(cache_folder() / "masters");
    std::optional<Image<float>> kept;
    if (!c.is_master && n > 1) kept = library.find(key, r.format.width, r.format.height);
    if (kept) {
        built.plane = std::move(*kept);
        r.talk.detail("master " + kind + " taken from the calibration library");
    } else {
        MasterOptions how;
        how.kind = kind == "flat" ? MasterKind::flat : kind == "bias" ? MasterKind::bias : MasterKind::dark;
        how.cfa = r.format.cfa;
        build_master(built.plane.view(), n, reader_of(frames, r.stop), offset, how, r.runner);
    }
    if (!kept && !c.is_master && n > 1) library.keep(key, built.plane.cview(), n);
    for (InputFrame& f : frames) {
        f.file.reset();  // the report wants names and hashes only
        masters.inputs.push_back(std::move(f));
    }
    return built;
}

using Match = io::MatchResult (*)(const io::LightKey&, std::span<const Candidate>);

// The best candidate of one kind that can really be used.
std::optional<Built> choose(const std::string& kind, Match match, const io::LightKey& key,
                            std::span<const Candidate> candidates, bool refused, ImageView<const float> offset,
                            const std::string& offset_hash, const Request& r, SessionMasters& masters) {
    AppliedMaster applied{kind, "", 0, "", refused ? "none, as asked" : ""};
    std::optional<Built> built;
    if (!refused) {
        const io::MatchResult result = match(key, candidates);
        applied.text = result.text;
        for (const std::size_t i : result.ranked) {
            try {
                built = build(candidates[i], kind, offset, offset_hash, r, masters);
            } catch (const OptionError& e) {
                r.talk.warn(e.what());  // a flat without light
            } catch (const FormatError& e) {
                r.talk.warn(e.what());
            }
            if (!built) {
                applied.text = "none: no frame of " + io::describe(candidates[i]) + " can be used";
                continue;
            }
            applied.source = io::describe(candidates[i]);
            applied.text = i == result.ranked.front() ? result.text : applied.source;
            applied.frames = built->frames;
            applied.sha256 = built->sha256;
            if (i == result.ranked.front()) {
                for (const std::string& warning : result.warnings) masters.warnings.push_back(kind + ": " + warning);
            }
            break;
        }
    }
    masters.applied.push_back(applied);
    return built;
}

double typical_level(ImageView<const float> plane) {
    std::vector<float> sample = sampled_pixels(plane);
    return static_cast<double>(median_in_place(sample));
}

void take_masters(SessionMasters& m, const io::LightKey& key, std::span<const Candidate> candidates, const Request& r) {
    const StackOptions& o = r.options;
    std::optional<Built> bias = choose("bias", io::match_bias, key, candidates, o.no_bias, {}, "", r, m);
    std::optional<Built> dark = choose("dark", io::match_dark, key, candidates, o.no_dark, {}, "", r, m);
    const ImageView<const float> offset = bias ? bias->plane.cview() : ImageView<const float>();
    std::optional<Built> flat =
        choose("flat", io::match_flat, key, candidates, o.no_flat, offset, bias ? bias->sha256 : "", r, m);
    if (dark) m.dark = std::move(dark->plane);
    if (flat) m.flat = std::move(flat->plane);
    if (!bias) return;
    const auto applied =
        std::find_if(m.applied.begin(), m.applied.end(), [](const AppliedMaster& a) { return a.kind == "bias"; });
    if (m.dark && !m.flat) {  // the dark contains it and nothing else wants it
        applied->text = "not needed: the dark contains the bias";
        applied->source.clear();
        return;
    }
    m.bias = std::move(bias->plane);
}

}  // namespace

std::unique_ptr<SessionMasters> prepare_masters(const io::Session& session, const StreamFormat& format,
                                                const FrameInfo& info, const StackOptions& options, Runner& runner,
                                                Talk& talk, const std::stop_token& stop) {
    auto m = std::make_unique<SessionMasters>();
    if (format.planes() != 1) {
        for (const char* kind : {"bias", "dark", "flat"})
            m->applied.push_back({kind, "", 0, "", "none: colour pictures are calibrated already"});
        return m;
    }
    const std::vector<Candidate> candidates = calibration_candidates(session, options);
    take_masters(*m, light_key(info, session), candidates, {format, info.camera, options, runner, talk, stop});
    if (m->dark) m->calibration.masters.dark = m->dark->cview();
    if (m->bias && !m->dark) m->calibration.masters.bias = m->bias->cview();
    if (m->flat) m->calibration.masters.flat = m->flat->cview();
    if (m->dark || m->bias) m->calibration.offset_adu = typical_level(m->dark ? m->dark->cview() : m->bias->cview());
    if (m->dark) {
        m->defect_map = find_defects(m->dark->cview(), {}, runner).map;
        m->calibration.defects = &*m->defect_map;
        m->defects = m->defect_map->size();
    }
    m->filter_impulses = m->calibration.filter_impulses = !m->dark;
    for (const AppliedMaster& a : m->applied) talk.say("  " + a.kind + ": " + a.text);
    for (const std::string& warning : m->warnings) talk.warn(warning);
    if (m->filter_impulses) talk.say("  no dark: single hot and cold pixels are filtered instead");
    return m;
}

}  // namespace nightstack::tools
