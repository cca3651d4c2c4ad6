// SPDX-License-Identifier: MIT
#include "tools/night/core/night_lights.h"

#include <algorithm>
#include <utility>

#include "io/session/name_hints.h"
#include "pipeline/core/error.h"
#include "pipeline/core/exposure.h"
#include "pipeline/core/printable.h"
#include "tools/session/product_name.h"
#include "tools/session/session_lights.h"
#include "tools/session/session_search.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

Judgement failed(Reason reason, std::string text) { return {Verdict::failed, reason, std::move(text), {}}; }

std::string number_text(const std::optional<double>& value) { return value ? exposure_text(Seconds(*value)) : "none"; }

bool names_it(const std::vector<std::string>& words, const InputFrame& input) {
    return std::ranges::any_of(words, [&](const std::string& word) { return names_frame(word, input); });
}

bool holds(const io::Session& session, const fs::path& path) {
    return std::ranges::find(session.lights, path) != session.lights.end() ||
           std::ranges::find(session.device_failed, path) != session.device_failed.end();
}

}  // namespace

NightLights::NightLights(const StackOptions& options, NightMasters& masters, fs::path folder, Runner& runner,
                         Talk& talk, const std::stop_token& stop)
    : options_(options), masters_(masters), folder_(std::move(folder)), runner_(runner), talk_(talk), stop_(stop) {}

// What lies about a light: sidecar, names, calibration. A scan of the whole folder finds it; a light that came since
// then, or that a scan passes over, stands alone in its folder.
const io::Session& NightLights::session_of(const fs::path& path, bool look_again) {
    const fs::path folder = path.parent_path();
    const auto known = sessions_.find(folder);
    if (known != sessions_.end() && !look_again) return known->second;
    StackOptions search = options_;
    search.inputs = {folder_};
    search.combine_sessions = false;
    io::Session session;
    session.folder = folder;
    for (io::Session& found : find_sessions(search, talk_, stop_).sessions) {
        if (!holds(found, path) && found.folder != folder) continue;
        session = std::move(found);
        break;
    }
    session.folder = folder;
    session.lights = {path};
    session.device_failed.clear();
    return sessions_[folder] = std::move(session);
}

InputFrame NightLights::open(const fs::path& path, const io::Session& session) {
    std::vector<InputFrame> frames = open_inputs({path}, "light", options_.pattern, Hashing::now, runner_, stop_);
    InputFrame& input = frames.front();
    if (input.file)
        input.info = io::with_hints(input.info, io::parse_file_name(path.filename().string()).hints, session);
    return std::move(input);
}

// Why it cannot be stacked with the first; "" when it can. Size and pattern are told by the caller.
std::string NightLights::difference(const InputFrame& input) const {
    const FrameInfo& first = rules_->info;
    const FrameInfo& mine = input.info;
    if (!first.camera.empty() && !mine.camera.empty() && mine.camera != first.camera)
        return "camera '" + printable(mine.camera) + "', the night's is '" + printable(first.camera) + "'";
    if (first.binning && mine.binning && *first.binning != *mine.binning)
        return "binning " + std::to_string(*mine.binning) + ", the night's is " + std::to_string(*first.binning);
    if (options_.mix) return "";
    const auto differs = [](const char* field, const std::string& a, const std::string& b) {
        return std::string(field) + " " + a + ", the night's is " + b + "; --mix stacks them together";
    };
    if (first.exposure && mine.exposure && !same_exposure(first.exposure, mine.exposure))
        return differs("exposure", exposure_text(*mine.exposure) + " s", exposure_text(*first.exposure) + " s");
    if (first.gain && mine.gain && *first.gain != *mine.gain)
        return differs("gain", number_text(mine.gain), number_text(first.gain));
    if (!first.filter.empty() && !mine.filter.empty() && mine.filter != first.filter)
        return differs("filter", printable(mine.filter), printable(first.filter));
    return "";
}

void NightLights::settle(InputFrame& input, bool marked_failed) const {
    if (marked_failed && !options_.second_opinion && !input.settled && !names_it(options_.include, input))
        input.settled = tools::marked_failed();
    if (!input.settled && names_it(options_.exclude, input)) input.settled = left_out();
    if (input.settled || !rules_) return;
    const StreamFormat& mine = input.file->format();
    const StreamFormat& first = rules_->format;
    if (mine != first) {
        const bool size = mine.width != first.width || mine.height != first.height;
        input.settled = failed(size ? Reason::size : Reason::pattern, input.shown + ": frame is " + format_text(mine) +
                                                                          ", the night's are " + format_text(first));
    } else if (const std::string why = difference(input); !why.empty()) {
        input.settled = failed(Reason::header, input.shown + ": " + why);
    }
}

void NightLights::lend(NightLight& light) const {
    std::vector<InputFrame> one;
    one.push_back(std::move(light.input));
    light.light = std::move(as_lights(one, options_, Hashed::no).front());
    light.input = std::move(one.front());  // its file stays where it is
    if (!light.record.group) return;
    const auto group = static_cast<std::size_t>(*light.record.group);
    light.light.calibration = &masters_.calibration(group);
    light.masters = masters_.hashes(group);
}

std::unique_ptr<NightLight> NightLights::take(const Arrival& arrival, const StackBytes& stack_bytes, const Keep& keep) {
    auto light = std::make_unique<NightLight>();
    InputFrame& input = light->input;
    input = open(arrival.path, session_of(arrival.path, /*look_again=*/false));
    if (input.own_result) {
        talk_.detail("ignored: " + input.settled->text);
        return nullptr;
    }
    settle(input, arrival.marked_failed);
    std::vector<NightRecord> records;
    std::optional<RulesRecord> rules;
    if (!input.settled) {
        if (!rules_) rules = RulesRecord{input.file->format(), input.info, 0};
        if (rules && input.file->display_referred())
            talk_.warn(
                "  the lights are pictures made for the eye (8 bits or colour): their values, and those of the stack, "
                "are not linear");
        const FrameInfo& common = rules ? rules->info : rules_->info;
        const fs::path session = arrival.path.parent_path();
        std::optional<std::size_t> group = masters_.group_of(input, common, session);
        if (!group) {
            group = masters_.begin(input, common, session_of(arrival.path, /*look_again=*/true));
            records = masters_.records(*group);
        }
        light->record.group = *group;
        if (rules) {
            rules->stack_bytes = stack_bytes(rules->format);
            records.insert(records.begin(), *rules);
        }
    }
    FrameRecord& record = light->record;
    record.seq = taken_ + 1;
    record.name = arrival.name;
    record.path = fs::absolute(arrival.path).string();
    record.bytes = input.bytes;
    record.sha256 = input.sha256;
    record.marked_failed = arrival.marked_failed;
    records.emplace_back(record);
    keep(records);
    if (rules) rules_ = std::move(rules);
    ++taken_;
    lend(*light);
    return light;
}

fs::path NightLights::place(const FrameRecord& record) const {
    std::error_code error;
    const fs::path below = folder_ / record.name;
    return fs::exists(below, error) ? below : fs::path(record.path);
}

std::unique_ptr<NightLight> NightLights::again(const FrameRecord& record) {
    auto light = std::make_unique<NightLight>();
    light->record = record;
    const fs::path path = place(record);
    InputFrame& input = light->input;
    input = open(path, session_of(path, /*look_again=*/false));
    if (input.sha256 != record.sha256) {
        input.settled =
            failed(Reason::io, input.shown + ": " + (input.sha256.empty() ? "gone" : "has other bytes than") +
                                   (input.sha256.empty() ? " since it was taken" : " when it was taken"));
        input.sha256 = record.sha256;
        input.bytes = record.bytes;
    }
    settle(input, record.marked_failed);
    lend(*light);
    return light;
}

void NightLights::restore(const std::vector<NightRecord>& records) {
    std::map<std::uint64_t, std::vector<RecordedInput>> inputs;
    std::map<std::uint64_t, std::pair<MastersRecord, std::vector<RecordedInput>>> groups;
    std::map<std::uint64_t, std::vector<FrameRecord>> frames;  // of each group
    for (const NightRecord& record : records) {
        if (const auto* r = std::get_if<RulesRecord>(&record)) rules_ = *r;
        if (const auto* r = std::get_if<InputsRecord>(&record)) {
            auto& all = inputs[r->group];
            if (r->from == 0) all.clear();  // a run that died here has begun anew
            all.insert(all.end(), r->inputs.begin(), r->inputs.end());
        }
        if (const auto* r = std::get_if<MastersRecord>(&record))
            groups[r->group] = {*r, std::exchange(inputs[r->group], {})};
        if (const auto* r = std::get_if<FrameRecord>(&record)) {
            ++taken_;
            if (r->group) frames[*r->group].push_back(*r);
        }
    }
    for (const auto& [group, of_group] : frames) {
        if (!groups.contains(group) || !rules_)
            throw OptionError("the night cannot go on: its journal lacks the masters of group " +
                              std::to_string(group + 1));
    }
    for (const auto& [group, told] : groups) {
        if (frames[group].empty()) continue;  // the run died before its first frame
        if (group != masters_.size())
            throw OptionError("the journal lacks the masters of group " + std::to_string(masters_.size() + 1));
        bool restored = false;
        for (const FrameRecord& frame : frames[group]) {
            const fs::path path = place(frame);
            InputFrame input = open(path, session_of(path, /*look_again=*/false));
            if (input.settled || input.sha256 != frame.sha256) continue;
            masters_.restore(told.first, told.second, input, rules_->info, path.parent_path());
            restored = true;
            break;
        }
        if (!restored)
            throw OptionError("the night cannot go on: none of the frames of its group " + std::to_string(group + 1) +
                              " is where it was, as it was");
    }
}

}  // namespace nightstack::tools
