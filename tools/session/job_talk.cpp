// SPDX-License-Identifier: MIT
#include "tools/session/job_talk.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "io/files/file.h"
#include "tools/cli/progress.h"
#include "tools/session/report.h"
#include "tools/session/summary_text.h"

namespace nightstack::tools {

void tell_session(Talk& talk, const io::Session& session) {
    talk.say("session " + io::printable(session.name) + ": " + std::to_string(session.lights.size()) + " lights" +
             (session.device_failed.empty()
                  ? ""
                  : ", " + std::to_string(session.device_failed.size()) + " marked failed by the scope"));
    for (const std::string& warning : session.warnings) talk.warn(warning);
}

PhaseProgress show_progress(Talk& talk) {
    return [&talk](const char* phase, const char* unit, int total) {
        const auto progress = std::make_shared<Progress>(talk, phase, unit, total);
        return [progress] { progress->step(); };
    };
}

void tell_frames(Talk& talk, const SessionLights& lights, const StackSummary& summary) {
    for (std::size_t i = 0; i < lights.frames.size(); ++i) {
        const Judgement& j = summary.lights[i].judgement;
        const std::optional<Judgement>& settled = lights.frames[i].settled;
        talk.event(frame_event(lights.frames[i], summary.lights[i], summary.planes));
        if (j.verdict == Verdict::stacked || (settled && settled->verdict == Verdict::failed)) continue;
        const std::string line = std::string(name(j.verdict)) + " " + lights.frames[i].path.filename().string() + ": " +
                                 std::string(name(j.reason)) + (j.text.empty() ? "" : ": " + j.text);
        if (j.verdict == Verdict::failed) {
            talk.warn(io::printable(line));
        } else {
            talk.say(io::printable(line));
        }
    }
}

void tell_finish(Talk& talk, const StackSummary& summary, const PhaseTimes& phases, int threads) {
    double seconds = 0;
    for (const PhaseTime& t : phases.times()) seconds += t.phase == "rebuilding" ? t.wall_s : 0;
    const LiveFinish& done = *summary.finish;
    talk.say("  " + finish_text(summary) + " in " + duration_text(seconds) +
             (done.threads < threads ? " on " + std::to_string(done.threads) + " of " + std::to_string(threads) +
                                           " threads: --memory allows no more"
                                     : ""));
    if (!done.unread.empty()) talk.warn(unread_text(done));
}

void tell_done(Talk& talk, const ProductPaths& paths, Written written, const StackSummary& summary,
               std::size_t problems) {
    using Json = nlohmann::ordered_json;
    const bool png = written == Written::stack_and_png;
    const bool stack = png || written == Written::stack;
    if (stack && !talk.json())
        talk.result(paths.fits.string() + "\n" + (png ? paths.png().string() + "\n" : "") + paths.json().string() +
                    "\n" + (paths.has_page ? paths.html().string() + "\n" : ""));
    const auto shown = [](const std::filesystem::path& path, bool there) {
        return there ? Json(io::printable(path.string())) : Json(nullptr);
    };
    const Json done = {{"event", "done"},
                       {"fits", shown(paths.fits, stack)},
                       {"png", shown(paths.png(), png)},
                       {"json", shown(paths.json(), written != Written::nothing)},
                       {"html", shown(paths.html(), paths.has_page && written != Written::nothing)},
                       {"stacked", summary.stacked},
                       {"rejected", summary.rejected},
                       {"failed", summary.failed},
                       {"problems", problems}};
    talk.event(done.dump());
}

int tell_refused(Talk& talk, const io::Session& session, const char* why, int code) {
    const std::string name = io::printable(session.name);
    talk.warn("session " + name + ": " + why);
    const nlohmann::ordered_json event = {
        {"event", "session"}, {"session", name}, {"error", io::printable(why)}, {"code", code}};
    talk.event(event.dump());
    return code;
}

}  // namespace nightstack::tools
