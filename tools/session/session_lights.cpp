// SPDX-License-Identifier: MIT
#include "tools/session/session_lights.h"

#include <algorithm>
#include <functional>
#include <map>

#include "io/files/file.h"
#include "io/fits/reader.h"
#include "io/session/name_hints.h"
#include "pipeline/core/error.h"
#include "pipeline/core/exposure.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace {

using Frames = std::vector<InputFrame>;

// What most of the usable frames say; ties go to what came first.
template <class Key>
Key most_common(const Frames& frames, const std::function<Key(const InputFrame&)>& key) {
    std::vector<std::pair<Key, int>> counts;
    for (const InputFrame& f : frames) {
        if (f.settled) continue;
        const Key k = key(f);
        const auto it = std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.first == k; });
        if (it == counts.end()) {
            counts.emplace_back(k, 1);
        } else {
            ++it->second;
        }
    }
    const auto best = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return best == counts.end() ? Key{} : best->first;
}

void settle_formats(Frames& frames, const StreamFormat& common) {
    for (InputFrame& f : frames) {
        if (f.settled || f.file->format() == common) continue;
        const StreamFormat& mine = f.file->format();
        const bool size = mine.width != common.width || mine.height != common.height;
        f.settled =
            Judgement{Verdict::failed,
                      size ? Reason::size : Reason::pattern,
                      f.shown + ": frame is " + format_text(mine) + ", the session's are " + format_text(common),
                      {}};
    }
}

// Camera and binning are never mixed; a frame that does not say fits.
void settle_cameras(Frames& frames) {
    const auto camera = most_common<std::string>(frames, [](const InputFrame& f) { return f.info.camera; });
    const auto binning = most_common<int>(frames, [](const InputFrame& f) { return f.info.binning.value_or(0); });
    for (InputFrame& f : frames) {
        if (f.settled) continue;
        std::string difference;
        if (!camera.empty() && !f.info.camera.empty() && f.info.camera != camera) {
            difference = "camera '" + f.info.camera + "', the session's is '" + camera + "'";
        }
        if (binning != 0 && f.info.binning && *f.info.binning != binning) {
            difference = "binning " + std::to_string(*f.info.binning) + ", the session's is " + std::to_string(binning);
        }
        if (!difference.empty())
            f.settled = Judgement{Verdict::failed, Reason::header, f.shown + ": " + difference, {}};
    }
}

// Frames that agree in one field.
struct Alike {
    const InputFrame* first = nullptr;
    std::string text;
    int frames = 0;
};

using FrameText = std::function<std::string(const InputFrame&)>;
using FramesAgree = std::function<bool(const InputFrame&, const InputFrame&)>;

std::vector<Alike> sorted_out(const Frames& frames, const FrameText& text, const FramesAgree& agree) {
    std::vector<Alike> kinds;
    for (const InputFrame& f : frames) {
        if (f.settled || text(f).empty()) continue;
        const auto mine = std::find_if(kinds.begin(), kinds.end(), [&](const Alike& k) { return agree(*k.first, f); });
        if (mine == kinds.end()) {
            kinds.push_back({&f, text(f), 1});
        } else {
            ++mine->frames;
        }
    }
    return kinds;
}

// Names the first of the fewest: it is most likely the stranger.
void refuse_mixture(const Frames& frames, const char* field, const FrameText& text, const FramesAgree& agree) {
    const std::vector<Alike> kinds = sorted_out(frames, text, agree);
    if (kinds.size() < 2) return;
    const auto fewest = std::min_element(kinds.rbegin(), kinds.rend(),
                                         [](const Alike& a, const Alike& b) { return a.frames < b.frames; });
    std::string list;
    for (const Alike& kind : kinds) {
        list += (list.empty() ? "" : ", ") + kind.text + " (" + std::to_string(kind.frames) + " frames";
        list += &kind == &*fewest ? ", the first " + kind.first->shown + ")" : ")";
    }
    throw OptionError(std::string("the lights differ in ") + field + ": " + list + "; --mix stacks them together");
}

void refuse_mixtures(const Frames& frames) {
    refuse_mixture(
        frames, "exposure",
        [](const InputFrame& f) { return f.info.exposure ? exposure_text(*f.info.exposure) + " s" : ""; },
        [](const InputFrame& a, const InputFrame& b) { return same_exposure(a.info.exposure, b.info.exposure); });
    const auto gain = [](const InputFrame& f) { return f.info.gain ? exposure_text(Seconds(*f.info.gain)) : ""; };
    refuse_mixture(frames, "gain", gain, [&](const InputFrame& a, const InputFrame& b) { return gain(a) == gain(b); });
    refuse_mixture(
        frames, "filter", [](const InputFrame& f) { return io::printable(f.info.filter); },
        [](const InputFrame& a, const InputFrame& b) { return a.info.filter == b.info.filter; });
}

// A colour sensor's raw TIFF looks like any grey picture, and would make a grey stack without a word.
void warn_of_grey_tiffs(SessionLights& lights, const StackOptions& options) {
    if (!options.pattern.empty() || lights.format.kind != PixelKind::mono) return;
    const bool any = std::any_of(lights.frames.begin(), lights.frames.end(), [](const InputFrame& f) {
        return !f.settled && dynamic_cast<const io::FitsFrame*>(f.file.get()) == nullptr;
    });
    if (!any) return;
    lights.warnings.push_back(
        "a TIFF does not tell its colour pattern; the lights are taken as mono; --pattern GBRG (DWARF II) makes "
        "colour, --pattern mono says that they are");
}

// Somebody wrote a result where the frames lie. Alone it was meant, and fails by name.
void leave_out_own_results(Frames& frames, Talk& talk) {
    const auto own = [](const InputFrame& f) { return f.own_result; };
    if (std::all_of(frames.begin(), frames.end(), own)) return;
    for (const InputFrame& f : frames) {
        if (own(f)) talk.detail("ignored: " + f.settled->text);
    }
    std::erase_if(frames, own);
}

void settle_wishes(Frames& frames, const StackOptions& options) {
    for (const std::string& word : options.exclude) {
        for (InputFrame& f : frames) {
            if (names_frame(word, f) && !f.settled) f.settled = left_out();
        }
    }
}

void settle_device_failed(Frames& frames, const io::Session& session, const StackOptions& options) {
    for (InputFrame& f : frames) {
        const auto& failed = session.device_failed;
        if (options.second_opinion || f.settled || std::find(failed.begin(), failed.end(), f.path) == failed.end())
            continue;
        const bool included = std::any_of(options.include.begin(), options.include.end(),
                                          [&](const auto& w) { return names_frame(w, f); });
        if (!included) {
            f.settled = marked_failed();
        }
    }
}

std::vector<std::size_t> parts_of_frames(const Frames& frames, const io::Session& session) {
    std::map<std::filesystem::path, std::size_t> part;
    const std::span<const io::Session> parts = io::parts_of(session);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        for (const auto* paths : {&parts[p].lights, &parts[p].device_failed}) {
            for (const auto& path : *paths) part.emplace(path, p);
        }
    }
    std::vector<std::size_t> out;
    for (const InputFrame& f : frames) out.push_back(part.at(f.path));
    return out;
}

}  // namespace

Judgement marked_failed() {
    return {
        Verdict::rejected, Reason::device_failed, "marked failed by the scope; --second-opinion judges it again", {}};
}

Judgement left_out() { return {Verdict::rejected, Reason::user, "left out by --exclude", {}}; }

std::string format_text(const StreamFormat& f) {
    std::string text = std::to_string(f.width) + " x " + std::to_string(f.height);
    if (f.kind == PixelKind::rgb) text += " RGB";
    if (f.cfa) text += " " + std::string(name(*f.cfa));
    return text;
}

std::size_t SessionLights::usable() const {
    return static_cast<std::size_t>(
        std::count_if(frames.begin(), frames.end(), [](const InputFrame& f) { return !f.settled; }));
}

bool names_frame(const std::string& word, const std::filesystem::path& frame) {
    if (word == frame.string() || word == frame.filename().string() || word == frame.stem().string()) return true;
    std::error_code error;
    return std::filesystem::equivalent(word, frame, error) && !error;
}

bool names_frame(const std::string& word, const InputFrame& frame) { return names_frame(word, frame.path); }

void check_frame_words(const StackOptions& options, std::span<const io::Session> sessions) {
    const auto known = [&](const std::string& word) {
        const auto is_it = [&](const std::filesystem::path& p) { return names_frame(word, p); };
        return std::any_of(sessions.begin(), sessions.end(), [&](const io::Session& s) {
            return std::any_of(s.lights.begin(), s.lights.end(), is_it) ||
                   std::any_of(s.device_failed.begin(), s.device_failed.end(), is_it);
        });
    };
    const auto check = [&](const char* option, const std::string& word) {
        if (!known(word)) throw OptionError(std::string(option) + " " + io::printable(word) + ": no such light frame");
    };
    for (const std::string& word : options.include) check("--include", word);
    for (const std::string& word : options.exclude) check("--exclude", word);
}

SessionLights open_lights(const io::Session& session, const StackOptions& options, Runner& runner, Talk& talk,
                          const std::stop_token& stop) {
    SessionLights lights;
    std::vector<std::filesystem::path> paths = session.lights;
    paths.insert(paths.end(), session.device_failed.begin(), session.device_failed.end());
    lights.frames = open_inputs(paths, "light", options.pattern, Hashing::later, runner, stop);
    leave_out_own_results(lights.frames, talk);
    lights.part = parts_of_frames(lights.frames, session);
    for (std::size_t i = 0; i < lights.frames.size(); ++i) {
        InputFrame& f = lights.frames[i];
        const io::Session& own = io::parts_of(session)[lights.part[i]];
        if (f.file) f.info = io::with_hints(f.info, io::parse_file_name(f.path.filename().string()).hints, own);
    }
    settle_device_failed(lights.frames, session, options);
    settle_wishes(lights.frames, options);
    lights.format = most_common<StreamFormat>(lights.frames, [](const InputFrame& f) { return f.file->format(); });
    settle_formats(lights.frames, lights.format);
    settle_cameras(lights.frames);
    if (!options.mix) refuse_mixtures(lights.frames);
    warn_of_grey_tiffs(lights, options);
    for (const InputFrame& f : lights.frames) {
        if (f.settled && f.settled->verdict == Verdict::failed) talk.warn(f.settled->text);
    }
    return lights;
}

std::vector<Light> as_lights(const std::vector<InputFrame>& frames, const StackOptions& options, Hashed hashed) {
    std::vector<Light> lights;
    for (const InputFrame& f : frames) {
        Light light;
        light.name = f.shown;
        light.info = f.info;
        light.settled = f.settled;
        light.forced = std::any_of(options.include.begin(), options.include.end(),
                                   [&](const auto& w) { return names_frame(w, f); });
        if (f.file) {
            light.format = f.file->format();
            const std::shared_ptr<FileHash> hash = hashed == Hashed::yes ? f.hash : nullptr;
            light.read = [file = f.file.get(), hash](ImageView<float> out, Rect region, int plane) {
                if (hash) hash->get();
                file->read(out, region, plane);
            };
        }
        lights.push_back(std::move(light));
    }
    return lights;
}

}  // namespace nightstack::tools
