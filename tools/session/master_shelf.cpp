// SPDX-License-Identifier: MIT
#include "tools/session/master_shelf.h"

#include <algorithm>

#include "io/files/file.h"
#include "io/files/sha256.h"
#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/master.h"
#include "pipeline/stages/calibrate/quiet_master.h"
#include "pipeline/stages/stars/statistics.h"
#include "tools/cli/settings.h"
#include "tools/session/scratch.h"

namespace nightstack::tools {
namespace {

using Kind = io::CalibrationKind;

// A word for file names in the library.
std::string library_kind(Kind kind) { return kind == Kind::flat_dark ? "flatdark" : std::string(io::name(kind)); }

MasterKind master_kind(Kind kind) {
    if (kind == Kind::flat) return MasterKind::flat;
    return kind == Kind::bias ? MasterKind::bias : MasterKind::dark;
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

double typical_level(ImageView<const float> plane) {
    std::vector<float> sample = sampled_pixels(plane);
    return static_cast<double>(median_in_place(sample));
}

}  // namespace

MasterShelf::MasterShelf(MasterNeeds needs, const StackOptions& options, Runner& runner, Talk& talk,
                         const std::stop_token& stop)
    : needs_(std::move(needs)), options_(options), runner_(runner), talk_(talk), stop_(stop) {}

SharedMaster MasterShelf::get(const io::CalibrationCandidate& candidate, const SharedMaster& offset, bool plain) {
    std::vector<std::string> key{std::string(io::name(candidate.kind)), offset ? offset->sha256 : "",
                                 plain ? "plain" : ""};
    for (const auto& path : candidate.paths) key.push_back(path.string());
    const auto known = made_.find(key);
    if (known != made_.end()) return known->second;
    const std::size_t need = needs_.format.planes() == 1
                                 ? sizeof(float) * static_cast<std::size_t>(needs_.format.width) *
                                       static_cast<std::size_t>(needs_.format.height)
                                 : 0;
    const std::size_t used = held_bytes();
    if (used + need > needs_.memory) {
        throw OptionError("--memory is too small: a master " + std::string(io::name(candidate.kind)) + " needs " +
                          std::to_string((need >> 20) + 1) + " MB, " + std::to_string(used >> 20) +
                          " MB are in use, masters among them");
    }
    SharedMaster master;
    try {
        master = make(candidate, offset, plain);
    } catch (const Interrupted&) {
        throw;
    } catch (const Error& e) {
        talk_.warn(e.what());  // a flat without light, a frame that vanished
        ++failed_;
    }
    return made_[key] = master;
}

// Readable, but of no use for these lights: told, and settled where the frame itself is at fault.
bool MasterShelf::fits(InputFrame& f, const std::string& role) {
    if (f.settled) return false;
    const StreamFormat& mine = f.file->format();
    const StreamFormat& lights = needs_.format;
    if (mine.width != lights.width || mine.height != lights.height || mine.planes() != 1) {
        f.settled = Judgement{Verdict::failed,
                              Reason::size,
                              f.shown + ": " + role + " is " + std::to_string(mine.width) + " x " +
                                  std::to_string(mine.height) + ", the lights are " + std::to_string(lights.width) +
                                  " x " + std::to_string(lights.height),
                              {}};
        return false;
    }
    return needs_.camera.empty() || f.info.camera.empty() || f.info.camera == needs_.camera;
}

// The frames that can be used; the others are counted and named, once.
std::vector<InputFrame> MasterShelf::open(const io::CalibrationCandidate& candidate, const std::string& role) {
    std::vector<InputFrame> usable;
    for (InputFrame& f : open_inputs(candidate.paths, role, options_.pattern, Hashing::now, runner_, stop_)) {
        if (fits(f, role)) {
            usable.push_back(std::move(f));
            continue;
        }
        if (!seen_.insert(f.path).second) continue;
        if (f.settled) {
            talk_.warn(f.settled->text);
            ++failed_;
        } else {  // somebody else's: not a failed input, but not for these lights either
            talk_.warn(f.shown + ": camera '" + io::printable(f.info.camera) + "', the lights' is '" +
                       io::printable(needs_.camera) + "'");
        }
    }
    return usable;
}

// Rows of all frames are held while they are combined: of what --memory leaves, at least a little.
std::size_t MasterShelf::room_for_rows() const {
    constexpr std::size_t kLeast = std::size_t{1} << 20;
    const std::size_t used = held_bytes();
    const std::size_t left = used < needs_.memory ? needs_.memory - used : 0;
    return std::clamp(left, kLeast, MasterOptions{}.band_bytes);
}

void MasterShelf::build(Master& master, const io::CalibrationCandidate& candidate,
                        const std::vector<InputFrame>& frames, const SharedMaster& offset) {
    const std::string kind = library_kind(candidate.kind);
    MasterKey key{kind, {}, offset ? offset->sha256 : ""};
    if (candidate.kind == Kind::flat && needs_.format.cfa) key.pattern = name(*needs_.format.cfa);
    for (const InputFrame& f : frames) key.frame_sha256.push_back(f.sha256);
    const MasterLibrary library(cache_folder() / "masters");
    const bool keeps = !candidate.is_master && frames.size() > 1;
    if (keeps) {
        if (auto kept = library.find(key, needs_.format.width, needs_.format.height)) {
            master.plane = std::move(kept->plane);
            master.noise_adu = kept->noise;
            talk_.detail("master " + std::string(io::name(candidate.kind)) + " taken from the calibration library");
            return;
        }
    }
    const int n = static_cast<int>(frames.size());
    master.plane = Image<float>(needs_.format.width, needs_.format.height);
    MasterOptions how;
    how.kind = master_kind(candidate.kind);
    how.cfa = needs_.format.cfa;
    how.band_bytes = room_for_rows();
    how.frame_name = [&frames](int i) { return frames[static_cast<std::size_t>(i)].shown; };
    master.noise_adu = build_master(master.plane.view(), n, reader_of(frames, stop_),
                                    offset ? offset->plane.cview() : ImageView<const float>(), how, runner_)
                           .noise;
    if (keeps) keep(library, key, master);
}

// As averaged: the library knows nothing of what is done to a master afterwards. In the background where there is room
// for a copy.
void MasterShelf::keep(const MasterLibrary& library, const MasterKey& key, const Master& master) {
    const std::size_t copy =
        sizeof(float) * static_cast<std::size_t>(needs_.format.width) * static_cast<std::size_t>(needs_.format.height);
    const int n = static_cast<int>(key.frame_sha256.size());
    if (held_bytes() + copy > needs_.memory) return library.keep(key, master.plane.cview(), n, master.noise_adu);
    // Where no thread is to be had the library goes without.
    constexpr auto kAsync = std::launch::async | std::launch::deferred;
    writing_.push_back(std::async(kAsync, [library, key, n, noise = master.noise_adu,
                                           plane = std::make_shared<Image<float>>(master.plane.clone())] {
        library.keep(key, plane->cview(), n, noise);
    }));
}

SharedMaster MasterShelf::make(const io::CalibrationCandidate& candidate, const SharedMaster& offset, bool plain) {
    std::vector<InputFrame> frames = open(candidate, std::string(io::name(candidate.kind)));
    if (frames.empty()) return nullptr;
    const auto master = std::make_shared<Master>();
    master->frames = candidate.is_master ? std::max(1, candidate.frames) : static_cast<int>(frames.size());
    master->sha256 = joint_hash(frames);
    build(*master, candidate, frames, offset);
    if (candidate.kind != Kind::flat) master->level_adu = typical_level(master->plane.cview());
    if (candidate.kind == Kind::dark) master->defects = find_defects(master->plane.cview(), {}, runner_).map;
    if ((candidate.kind == Kind::dark || candidate.kind == Kind::bias) && !plain)
        master->kept = quiet_master(master->plane.view(), master->noise_adu, runner_);
    for (InputFrame& f : frames) {
        f.file.reset();  // the report wants names and hashes only
        if (seen_.insert(f.path).second) inputs_.push_back(std::move(f));
    }
    return master;
}

}  // namespace nightstack::tools
