// SPDX-License-Identifier: MIT
#include "tools/night/core/night_lights.h"

#include <algorithm>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/night/core/frame_gaps.h"
#include "tools/night/core/told_frames.h"
#include "tools/session/session_lights.h"
#include "tools/session/session_search.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

Judgement failed(Reason reason, std::string text) { return {Verdict::failed, reason, std::move(text), {}}; }

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

InputFrame NightLights::open(const fs::path& path) {
    std::vector<InputFrame> frames = open_inputs({path}, "light", options_.pattern, Hashing::now, runner_, stop_);
    return std::move(frames.front());
}

// With what was said of it when it was taken.
InputFrame NightLights::open_again(const fs::path& path, const FrameRecord& record) {
    InputFrame input = open(path);
    if (!input.file) return input;
    const FrameInfo said =
        record.said ? *record.said : said_by_session(input.info, path, session_of(path, /*look_again=*/false));
    input.info = with_said(input.info, path, said);
    return input;
}

// What of it is not as the night's.
std::optional<Judgement> NightLights::against_rules(const InputFrame& input) const {
    if (law() == nullptr) return std::nullopt;
    const StreamFormat& mine = input.file->format();
    const StreamFormat& night = law()->format;
    if (mine != night) {
        const bool size = mine.width != night.width || mine.height != night.height;
        return failed(size ? Reason::size : Reason::pattern,
                      input.shown + ": frame is " + format_text(mine) + ", the session's are " + format_text(night));
    }
    const std::string why = kind_difference(law()->info, input.info, options_.mix);
    return why.empty() ? std::nullopt : std::optional(failed(Reason::header, input.shown + ": " + why));
}

void NightLights::settle(InputFrame& input, bool marked_failed) {
    const bool included = names_it(options_.include, input);
    if (marked_failed && !options_.second_opinion && !input.settled && !included)
        input.settled = tools::marked_failed();
    if (!input.settled && names_it(options_.exclude, input)) input.settled = left_out();
    if (input.settled) return;
    input.settled = against_rules(input);
    if (input.settled) {
        vote_.disagrees({input.file->format(), input.info}, options_.mix);
    } else {
        vote_.agrees();
        if (included) vote_.settle();  // it was asked for by name
    }
    if (!vote_.open()) frames_.clear();
}

void NightLights::remember(const FrameRecord& record) {
    if (vote_.open()) frames_.push_back(record);
}

NightLights::Anew NightLights::begin_anew() {
    const FrameKind kind = *vote_.outvoted_by();
    Anew anew{std::move(frames_), {}, {}};
    const auto first = std::ranges::find_if(anew.frames, [](const FrameRecord& f) { return f.group.has_value(); });
    if (first != anew.frames.end()) anew.first = first->name;
    anew.difference = kind.format != rules_->format
                          ? "frame is " + format_text(rules_->format) + ", theirs are " + format_text(kind.format)
                          : kind_difference(kind.info, rules_->info, options_.mix);
    for (FrameRecord& frame : anew.frames) frame.group.reset();
    coming_ = RulesRecord{kind.format, kind.info, 0, /*anew=*/true};
    rules_.reset();
    frames_.clear();
    vote_.settle();
    masters_.forget();
    return anew;
}

void NightLights::lend(NightLight& light) {
    if (light.record.group && !light.input.settled)
        masters_.need(static_cast<std::size_t>(*light.record.group), light.input, rules_->info);
    std::vector<InputFrame> one;
    one.push_back(std::move(light.input));
    light.light = std::move(as_lights(one, options_, Hashed::no).front());
    light.input = std::move(one.front());  // its file stays where it is
    if (!light.record.group || light.input.settled) return;
    const auto group = static_cast<std::size_t>(*light.record.group);
    light.light.calibration = &masters_.calibration(group);
    light.masters = masters_.hashes(group);
}

// A light that is not settled gets its group; what the journal is to keep of that.
std::vector<NightRecord> NightLights::enter(NightLight& light, const fs::path& path, const StackBytes& stack_bytes) {
    InputFrame& input = light.input;
    std::optional<RulesRecord> rules;
    if (!rules_) rules = coming_ ? *coming_ : RulesRecord{input.file->format(), input.info, 0, /*anew=*/false};
    if (rules && input.file->display_referred())
        talk_.warn(
            "  the lights are pictures made for the eye (8 bits or colour): their values, and those of the stack, "
            "are not linear");
    const FrameInfo& common = rules ? rules->info : rules_->info;
    std::vector<NightRecord> records;
    std::optional<std::size_t> group = masters_.group_of(input, common, path.parent_path());
    if (group) {
        masters_.need(*group, input, common);  // it is not kept before they are there
    } else {
        group = masters_.begin(input, common, session_of(path, /*look_again=*/true));
        records = masters_.records(*group);
    }
    light.record.group = *group;
    if (rules) {
        rules->stack_bytes = stack_bytes(rules->format);
        records.insert(records.begin(), *rules);
    }
    return records;
}

std::unique_ptr<NightLight> NightLights::take(const Arrival& arrival, const StackBytes& stack_bytes, const Keep& keep) {
    auto light = std::make_unique<NightLight>();
    InputFrame& input = light->input;
    input = open(arrival.path);
    if (input.own_result) {
        talk_.detail("ignored: " + input.settled->text);
        return nullptr;
    }
    if (input.file) {
        const io::Session& session = session_of(arrival.path, /*look_again=*/false);
        light->record.said = said_by_session(input.info, arrival.path, session);
        input.info = with_said(input.info, arrival.path, *light->record.said);
    }
    settle(input, arrival.marked_failed);
    std::vector<NightRecord> records;
    if (!input.settled) records = enter(*light, arrival.path, stack_bytes);
    FrameRecord& record = light->record;
    record.seq = taken_ + 1;
    record.name = arrival.name;
    record.path = fs::absolute(arrival.path).string();
    record.bytes = input.bytes;
    record.sha256 = input.sha256;
    record.marked_failed = arrival.marked_failed;
    records.emplace_back(record);
    keep_and_follow(records, keep);
    ++taken_;
    remember(record);
    lend(*light);
    return light;
}

// Rules that are in the journal hold.
void NightLights::keep_and_follow(const std::vector<NightRecord>& records, const Keep& keep) {
    keep(records);
    const auto* rules = records.empty() ? nullptr : std::get_if<RulesRecord>(&records.front());
    if (rules != nullptr) rules_ = *rules;
}

NightLights::Reopened NightLights::reopen(const FrameRecord& record) {
    Reopened out{std::make_unique<NightLight>(), place_of(record, folder_)};
    out.light->record = record;
    InputFrame& input = out.light->input;
    input = open_again(out.path, record);
    if (input.sha256 != record.sha256) {
        input.settled =
            failed(Reason::io, input.shown + ": " + (input.sha256.empty() ? "gone" : "has other bytes than") +
                                   (input.sha256.empty() ? " since it was taken" : " when it was taken"));
        input.sha256 = record.sha256;
        input.bytes = record.bytes;
    }
    return out;
}

std::unique_ptr<NightLight> NightLights::again(const FrameRecord& record, const StackBytes& stack_bytes,
                                               const Keep& keep) {
    auto [light, path] = reopen(record);
    settle(light->input, record.marked_failed);
    if (!light->input.settled && !record.group) {
        std::vector<NightRecord> records = enter(*light, path, stack_bytes);
        records.emplace_back(GroupRecord{record.name, record.sha256, *light->record.group});
        keep_and_follow(records, keep);
    }
    remember(light->record);
    lend(*light);
    return std::move(light);
}

std::unique_ptr<NightLight> NightLights::in_stack(const FrameRecord& record) {
    auto [light, path] = reopen(record);
    lend(*light);
    return std::move(light);
}

void NightLights::restore(const std::vector<NightRecord>& records) {
    for (const NightRecord& record : records) {
        if (const auto* r = std::get_if<RulesRecord>(&record)) rules_ = *r;
    }
    std::map<std::uint64_t, ToldGroup> groups = told_groups(records);
    std::map<std::uint64_t, std::vector<FrameRecord>> frames;  // of each group
    for (const FrameRecord& frame : told_frames(records)) {
        ++taken_;
        if (frame.group) frames[*frame.group].push_back(frame);
    }
    std::size_t agreeing = 0;
    for (const auto& [group, of_group] : frames) agreeing += of_group.size();
    if (agreeing > 1 || (rules_ && rules_->anew)) vote_.settle();
    for (const auto& [group, of_group] : frames) {
        if (!groups.contains(group) || !rules_)
            throw OptionError("the night cannot go on: its journal lacks the masters of group " +
                              std::to_string(group + 1));
    }
    for (auto& [group, told] : groups) {
        if (frames[group].empty()) continue;  // the run died before its first frame
        if (group != masters_.size())
            throw OptionError("the journal lacks the masters of group " + std::to_string(masters_.size() + 1));
        masters_.tell(std::move(told), place_of(frames[group].front(), folder_).parent_path());
    }
}

}  // namespace nightstack::tools
