// SPDX-License-Identifier: MIT
// What `info` says of a live stack.
#include <nlohmann/json.hpp>

#include "io/files/file.h"
#include "pipeline/core/megabytes.h"
#include "tools/live/live_state.h"

namespace nightstack::tools {
namespace {

std::string aligned_text(AlignedBy by) {
    return by == AlignedBy::not_recorded
               ? ""
               : ", aligned by " + std::string(by == AlignedBy::stars ? "" : "the ") + std::string(name(by));
}

}  // namespace

std::string summary_text(const StateSummary& s) {
    const std::string target = target_of(s.ledger);
    std::string text =
        "live stack of " + std::to_string(s.closed_frames + static_cast<std::uint64_t>(s.open_frames)) + " frames";
    if (!target.empty()) text += " of " + io::printable(target);
    if (!s.ledger.camera.empty()) text += ", " + io::printable(s.ledger.camera);
    text += ", " + std::to_string(s.extent.width) + " x " + std::to_string(s.extent.height) + " x " +
            std::to_string(s.options.planes) + ", " + std::to_string(s.open_frames) + " in the open block, depth " +
            std::to_string(s.options.clip_depth) + aligned_text(alignment_of(s.ledger)) + ", reference " +
            io::printable(s.ledger.reference.file) + ", " + std::to_string(count_of(s.ledger, Verdict::rejected)) +
            " rejected, " + std::to_string(count_of(s.ledger, Verdict::failed)) + " failed, " +
            megabytes(s.stack_bytes) + " in memory";
    return text;
}

std::string summary_json(const StateSummary& s, const std::string& file) {
    const AlignedBy by = alignment_of(s.ledger);
    const nlohmann::ordered_json j = {
        {"file", file},
        {"format", "nst"},
        {"width", s.extent.width},
        {"height", s.extent.height},
        {"planes", s.options.planes},
        {"object", target_of(s.ledger)},
        {"camera", s.ledger.camera},
        {"frames", s.closed_frames + static_cast<std::uint64_t>(s.open_frames)},
        {"open_frames", s.open_frames},
        {"rejected", count_of(s.ledger, Verdict::rejected)},
        {"failed", count_of(s.ledger, Verdict::failed)},
        {"clip_depth", s.options.clip_depth},
        {"kappa", {s.options.kappa_low, s.options.kappa_high}},
        {"canvas_scale", s.ledger.canvas_scale},
        {"aligned_by",
         by == AlignedBy::not_recorded ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(name(by))},
        {"reference", {{"file", s.ledger.reference.file}, {"sha256", s.ledger.reference.sha256}}},
        {"file_bytes", s.file_bytes},
        {"stack_bytes", s.stack_bytes},
        {"error", ""}};
    return j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string failed_state_json(const std::string& file, const std::string& error) {
    const nlohmann::ordered_json j = {{"file", file}, {"format", "nst"}, {"error", error}};
    return j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace nightstack::tools
