// SPDX-License-Identifier: MIT
#include "tools/session/recorded_session.h"

#include <algorithm>
#include <optional>
#include <span>
#include <sstream>

#include "io/files/file.h"
#include "io/files/sha256.h"
#include "pipeline/core/error.h"
#include "tools/session/session_lights.h"

namespace nightstack::tools {
namespace {

constexpr io::CalibrationKind kKinds[] = {io::CalibrationKind::dark, io::CalibrationKind::flat,
                                          io::CalibrationKind::bias, io::CalibrationKind::flat_dark};

bool has_master(const RecordedStack& stack, io::CalibrationKind kind) {
    const auto of_kind = [&](const RecordedMaster& m) { return m.kind == io::name(kind); };
    return std::any_of(stack.masters.begin(), stack.masters.end(), of_kind);
}

// The hash of a master's frames, as the report has it.
std::string joint_hash(const RecordedStack& stack, std::span<const std::size_t> inputs) {
    io::Sha256 sum;
    for (const std::size_t i : inputs) sum.add(stack.inputs[i].sha256);
    return sum.hex();
}

// Frames of one master lie one after another. A ready master is one file, however many frames are in it.
std::size_t frames_of_master(const RecordedStack& stack, io::CalibrationKind kind,
                             std::span<const std::size_t> inputs) {
    for (const RecordedMaster& m : stack.masters) {
        if (m.kind != io::name(kind)) continue;
        for (const std::size_t n : {m.frames, std::size_t{1}}) {
            if (n >= 1 && n <= inputs.size() && joint_hash(stack, inputs.first(n)) == m.sha256) return n;
        }
    }
    return 0;
}

struct Made {
    RecordedMaster master;
    io::CalibrationCandidate candidate;
};

// Marked as ready masters: then they are neither split by their headers nor taken from or kept in the library.
void add_masters(std::vector<Made>& made, const RecordedStack& stack, const FoundInputs& found,
                 io::CalibrationKind kind) {
    std::vector<std::size_t> inputs;
    for (std::size_t i = 0; i < stack.inputs.size(); ++i) {
        if (stack.inputs[i].role == io::name(kind)) inputs.push_back(i);
    }
    std::span<const std::size_t> left(inputs);
    while (!left.empty()) {
        const std::size_t n = frames_of_master(stack, kind, left);
        if (n == 0) {  // read, but not of use
            left = left.subspan(1);
            continue;
        }
        Made one{{std::string(io::name(kind)), joint_hash(stack, left.first(n)), n}, {}};
        one.candidate.kind = kind;
        one.candidate.is_master = true;
        one.candidate.frames = static_cast<int>(n);
        for (const std::size_t i : left.first(n)) one.candidate.paths.push_back(found.paths[i]);
        made.push_back(std::move(one));
        left = left.subspan(n);
    }
}

// The candidates for lights that had these masters.
std::vector<io::CalibrationCandidate> candidates(const std::vector<Made>& made,
                                                 const std::vector<RecordedMaster>& wanted) {
    std::vector<io::CalibrationCandidate> out;
    for (const RecordedMaster& w : wanted) {
        const auto is_it = [&](const Made& m) { return m.master.kind == w.kind && m.master.sha256 == w.sha256; };
        const auto it = std::find_if(made.begin(), made.end(), is_it);
        if (it == made.end())
            throw OptionError("the report's inputs do not add up to the master " + io::printable(w.kind) +
                              " it says was applied");
        out.push_back(it->candidate);
    }
    return out;
}

bool can_be_run_again(const RecordedFrame& frame) { return frame.verdict != "failed" || frame.reason != "io"; }

void add_lights(io::Session& session, const RecordedStack& stack, const FoundInputs& found,
                std::optional<std::size_t> group) {
    for (std::size_t i = 0; i < stack.lights(); ++i) {
        const RecordedFrame& frame = stack.frames[i];
        if (found.paths[i].empty() || !can_be_run_again(frame)) continue;
        if (group && frame.group.value_or(0) != *group) continue;
        (frame.reason == "device_failed" ? session.device_failed : session.lights).push_back(found.paths[i]);
    }
}

// All lights a word names, where they lie now: frames of several sessions share names.
std::vector<std::string> found_lights(const std::string& word, const RecordedStack& stack, const FoundInputs& found) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < stack.lights(); ++i) {
        if (!found.paths[i].empty() && names_frame(word, std::filesystem::path(stack.inputs[i].file)))
            out.push_back(found.paths[i].string());
    }
    return out;
}

// Early reports join several words by blanks; what names a frame as it stands is one word.
std::vector<std::string> found_lights(const std::vector<std::string>& words, const RecordedStack& stack,
                                      const FoundInputs& found) {
    std::vector<std::string> out;
    const auto add = [&](const std::string& word) {
        const std::vector<std::string> lights = found_lights(word, stack, found);
        out.insert(out.end(), lights.begin(), lights.end());
        return !lights.empty();
    };
    for (const std::string& word : words) {
        if (add(word)) continue;
        std::istringstream parts(word);
        for (std::string part; parts >> part;) add(part);
    }
    return out;
}

}  // namespace

io::Session recorded_session(const RecordedStack& stack, const FoundInputs& found) {
    std::vector<Made> made;
    for (const io::CalibrationKind kind : kKinds) add_masters(made, stack, found, kind);
    io::Session session;
    session.recorded = true;
    add_lights(session, stack, found, std::nullopt);
    session.calibration = candidates(made, stack.masters);
    for (std::size_t g = 0; g < stack.groups.size(); ++g) {
        io::Session& part = session.parts.emplace_back();
        part.calibration = candidates(made, stack.groups[g]);
        add_lights(part, stack, found, g);
    }
    return session;
}

void use_found_inputs(StackOptions& options, const RecordedStack& stack, const FoundInputs& found) {
    options.darks.clear();
    options.flats.clear();
    options.biases.clear();
    options.no_dark = !has_master(stack, io::CalibrationKind::dark);
    options.no_flat = !has_master(stack, io::CalibrationKind::flat);
    options.no_bias = !has_master(stack, io::CalibrationKind::bias);
    options.mix = true;  // what was stacked together then is stacked together now
    const std::vector<std::string> reference = found_lights(options.reference, stack, found);
    if (!reference.empty()) options.reference = reference.front();
    options.include = found_lights(options.include, stack, found);
    options.exclude = found_lights(options.exclude, stack, found);
}

}  // namespace nightstack::tools
