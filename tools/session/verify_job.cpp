// SPDX-License-Identifier: MIT
#include "tools/session/verify_job.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tools/cli/exit_code.h"
#include "tools/session/recorded_inputs.h"
#include "tools/session/recorded_session.h"
#include "tools/session/scratch_values.h"
#include "tools/session/stack_background.h"
#include "tools/session/stack_comparison.h"
#include "tools/session/stack_job.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string number(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6).ptr};
}

Json part_json(const PartDifference& p) {
    Json part = {{"name", p.name}, {"pixels", p.pixels}, {"different", p.different}, {"first", nullptr}};
    if (p.first) part["first"] = {{"plane", p.first->plane}, {"x", p.first->x}, {"y", p.first->y}};
    part["largest"] = std::isfinite(p.largest) ? Json(p.largest) : Json(nullptr);
    return part;
}

std::string part_text(const PartDifference& p) {
    if (p.different == 0) return "  " + p.name + ": the same";
    return "  " + p.name + ": " + std::to_string(p.different) + " of " + std::to_string(p.pixels) +
           " differ, the first at plane " + std::to_string(p.first->plane) + ", x " + std::to_string(p.first->x) +
           ", y " + std::to_string(p.first->y) + ", the largest difference is " + number(p.largest);
}

// Frames that ended otherwise than the report says: the usual cause when pixels differ.
std::vector<std::string> verdict_changes(const RecordedStack& stack, const FoundInputs& found,
                                         const RestackResult& again) {
    std::vector<std::string> changes;
    for (std::size_t i = 0; i < stack.lights(); ++i) {
        const auto mine = std::find(again.lights.begin(), again.lights.end(), found.paths[i]);
        if (mine == again.lights.end()) continue;
        const auto at = static_cast<std::size_t>(mine - again.lights.begin());
        const std::string now(name(again.summary.lights[at].judgement.verdict));
        if (now != stack.frames[i].verdict)
            changes.push_back(io::printable(stack.frames[i].file) + " was " + stack.frames[i].verdict + ", is now " +
                              now);
    }
    return changes;
}

struct Outcome {
    bool same = false;
    std::string why_not;  // when no pixel was compared
    std::vector<std::string> verdicts;
};

void tell(const VerifyOptions& o, const Outcome& outcome, const StackComparison& compared, Talk& talk) {
    Json event = {{"event", "verified"},
                  {"same", outcome.same},
                  {"report", io::printable(o.json_path().string())},
                  {"fits", io::printable(o.fits_path().string())},
                  {"pixels", compared.pixels()},
                  {"different", compared.different()},
                  {"reason", outcome.why_not.empty() ? Json(nullptr) : Json(outcome.why_not)},
                  {"parts", Json::array()},
                  {"verdicts", outcome.verdicts}};
    std::string text = io::printable(o.fits_path().string()) + ": ";
    if (outcome.same) {
        text += "the same, bit by bit: " + std::to_string(compared.pixels()) + " values\n";
    } else if (!outcome.why_not.empty()) {
        text += "differs: " + outcome.why_not + "\n";
    } else {
        text += std::to_string(compared.different()) + " of " + std::to_string(compared.pixels()) + " values differ\n";
    }
    for (const PartDifference& part : compared.parts()) {
        if (part.pixels == 0) continue;
        event["parts"].push_back(part_json(part));
        if (!outcome.same) text += part_text(part) + "\n";
    }
    for (const std::string& change : outcome.verdicts) text += "  " + change + "\n";
    talk.event(event.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!talk.json()) talk.result(text);
}

void warn_of_version(const RecordedStack& stack, Talk& talk) {
    const std::string mine = kProgram;
    if (stack.version != mine)
        talk.warn("the report was written by " + stack.version + ", this is " + mine +
                  ": pixels may differ for that reason alone");
}

// The values after --background.
void compare_flattened(const StackPlanes& planes, const BackgroundOptions& background, StackComparison& comparison,
                       Runner& runner, const std::stop_token& stop) {
    remove_background(planes, background, runner, stop);
    Image<float> row(planes.width, 1);
    for (int p = 0; p < planes.planes; ++p) {
        for (int y = 0; y < planes.height; ++y) {
            if (stop.stop_requested()) throw Interrupted();
            const Rect where{0, y, planes.width, 1};
            planes.read_value(row.view(), p, where);
            comparison.put_value(p, where, row.cview());
        }
    }
}

Outcome compare(const VerifyOptions& o, const RecordedStack& stack, const FoundInputs& found,
                const StackOptions& recipe, StackComparison& comparison, Runner& runner, Talk& talk,
                const std::stop_token& stop) {
    const BackgroundOptions background = background_options(recipe);
    std::optional<ScratchValues> scratch;
    if (background.kind != BackgroundKind::none) scratch.emplace();
    StackSink sink;
    sink.begin = [&](const StackSummary& s) {
        comparison.begin(s);
        if (scratch) scratch->begin(s);
    };
    sink.tile = [&](const StackTile& tile) {
        if (!scratch) return comparison.put(tile);
        comparison.put_all_but_value(tile);
        scratch->put(tile);
    };
    Outcome outcome;
    try {
        StackOptions with_memory = recipe;
        with_memory.memory = o.memory;
        const RestackResult again = stack_again(recorded_session(stack, found), with_memory, sink, runner, talk, stop);
        outcome.verdicts = verdict_changes(stack, found, again);
        if (scratch && again.summary.reference)
            compare_flattened(scratch->planes(), background, comparison, runner, stop);
        if (!again.summary.reference) outcome.why_not = "no frame was usable this time";
    } catch (const ShapesDiffer& e) {
        outcome.why_not = e.what();
    }
    if (outcome.why_not.empty()) outcome.why_not = comparison.scale_difference();
    outcome.same = outcome.why_not.empty() && comparison.different() == 0;
    return outcome;
}

}  // namespace

int run_verify(const VerifyOptions& o, const RecordedStack& stack, StackOptions recipe, Runner& runner, Talk& talk,
               const std::stop_token& stop) {
    if (!stack.has_stack) {
        talk.warn(io::printable(o.json_path().string()) + ": no frame was stacked, there is nothing to verify");
        return kNoUsableFrame;
    }
    warn_of_version(stack, talk);
    std::optional<StackComparison> comparison;
    try {
        comparison.emplace(o.fits_path());
    } catch (const Error& e) {
        talk.warn(std::string("nothing to compare with: ") + e.what());
        return kNoUsableFrame;
    }
    const FoundInputs found = find_inputs(stack, {o.inputs, {}}, runner, stop);
    for (const std::string& line : found.refused) talk.warn(line);
    if (!found.refused.empty()) {
        const Json event = {{"event", "refused"}, {"inputs", found.refused}};
        talk.event(event.dump(-1, ' ', false, Json::error_handler_t::replace));
        talk.warn("not verified: " + std::to_string(found.refused.size()) + " of " +
                  std::to_string(stack.inputs.size()) + " inputs are not what the stack was made of" +
                  (o.inputs.empty() ? "; --inputs DIR looks for them elsewhere" : ""));
        return kSomeInputsFailed;
    }
    use_found_inputs(recipe, stack, found);
    const Outcome outcome = compare(o, stack, found, recipe, *comparison, runner, talk, stop);
    tell(o, outcome, *comparison, talk);
    return outcome.same ? kDone : kFailed;
}

}  // namespace nightstack::tools
