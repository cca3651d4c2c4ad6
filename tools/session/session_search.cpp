// SPDX-License-Identifier: MIT
#include "tools/session/session_search.h"

#include <algorithm>

#include "io/files/file.h"
#include "io/session/calibration_scan.h"
#include "pipeline/core/error.h"
#include "tools/session/input_frame.h"

namespace nightstack::tools {
namespace {

void tell_ignored(FoundSessions& found, std::vector<io::Ignored> ignored, Talk& talk) {
    for (io::Ignored& i : ignored) {
        if (i.is_problem()) {
            talk.warn(i.text);
            found.problems.push_back(std::move(i));
        } else {
            talk.detail("ignored: " + i.text);
        }
    }
}

void look_at_named_calibration(FoundSessions& found, const std::vector<std::filesystem::path>& paths,
                               io::CalibrationKind kind, Talk& talk) {
    for (const auto& path : paths) {
        std::error_code error;  // a path that is not there is told when the masters are made
        if (std::filesystem::is_directory(path, error))
            tell_ignored(found, io::collect_calibration(path, kind).ignored, talk);
    }
}

bool lies_in(const std::filesystem::path& path, const std::filesystem::path& folder) {
    const auto inner = std::filesystem::absolute(path).lexically_normal();
    auto outer = std::filesystem::absolute(folder).lexically_normal();
    if (!outer.has_filename()) outer = outer.parent_path();  // it ended in a slash
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

}  // namespace

std::vector<io::Ignored> FoundSessions::problems_of(const io::Session& session) const {
    std::vector<io::Ignored> own;
    for (const io::Ignored& problem : problems) {
        const auto holds = [&](const io::Session& s) { return lies_in(problem.path, s.folder); };
        if (holds(session) || std::none_of(sessions.begin(), sessions.end(), holds)) own.push_back(problem);
    }
    return own;
}

// A shell that finds several files for "--darks D/*.fits" makes one dark and many lights of them.
void check_calibration_words(const StackOptions& options) {
    for (const auto* given : {&options.darks, &options.flats, &options.biases}) {
        for (const auto& file : *given) {
            if (!std::filesystem::is_regular_file(file)) continue;
            const auto beside = [&](const std::filesystem::path& input) {
                return std::filesystem::is_regular_file(input) &&
                       std::filesystem::absolute(input).parent_path() == std::filesystem::absolute(file).parent_path();
            };
            const auto light = std::find_if(options.inputs.begin(), options.inputs.end(), beside);
            if (light == options.inputs.end()) continue;
            throw OptionError(io::printable(light->string()) +
                              " would be a light, and lies beside the calibration frame " +
                              io::printable(file.string()) + "; name their folder instead of the files");
        }
    }
}

FoundSessions find_sessions(const StackOptions& options, Talk& talk, const std::stop_token& stop) {
    io::ScanOptions how;
    how.header = [&stop](const std::filesystem::path& path) {
        if (stop.stop_requested()) throw Interrupted();
        return header_summary(path);
    };
    io::SessionScan scan = io::scan(options.inputs, how);
    FoundSessions found{std::move(scan.sessions), {}};
    tell_ignored(found, std::move(scan.ignored), talk);
    look_at_named_calibration(found, options.darks, io::CalibrationKind::dark, talk);
    look_at_named_calibration(found, options.flats, io::CalibrationKind::flat, talk);
    look_at_named_calibration(found, options.biases, io::CalibrationKind::bias, talk);
    if (options.combine_sessions && found.sessions.size() > 1) {
        found.sessions = {io::joined(std::move(found.sessions))};
    }
    return found;
}

}  // namespace nightstack::tools
