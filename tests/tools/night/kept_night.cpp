// SPDX-License-Identifier: MIT
#include "tests/tools/night/kept_night.h"

#include <cstddef>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>

#include "io/journal/journal_bytes.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "pipeline/core/runner.h"
#include "tests/support/small_night.h"
#include "tests/tools/night/live_calls.h"
#include "tools/night/core/checkpoints.h"
#include "tools/night/core/night_journal.h"

namespace nightstack::test {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMuch = std::uint64_t{1} << 30;

// The newest that the journal tells of, whole; whatever comes first in its way is a broken promise.
std::string broken_checkpoint(const fs::path& folder, const std::vector<tools::NightRecord>& records) {
    const tools::CheckpointRecord* newest = nullptr;
    for (const tools::NightRecord& record : records) {
        if (const auto* checkpoint = std::get_if<tools::CheckpointRecord>(&record)) newest = checkpoint;
    }
    if (newest == nullptr || tools::is_done(records)) return "";
    SerialRunner runner;
    std::vector<std::string> notices;
    const auto loaded = tools::Checkpoints(folder).load(records, kMuch, runner, notices);
    if (!notices.empty()) return notices.front();
    if (!loaded) return "no checkpoint, though the journal tells of one";
    return loaded->record.frames == newest->frames ? "" : "the newest checkpoint is not what the journal says";
}

}  // namespace

KeptNight kept_night(const fs::path& folder) {
    KeptNight kept;
    for (const auto& [ending, sum] : {std::pair{".fits", &kept.fits}, {".nst", &kept.state}}) {
        const fs::path file = result_of(folder, ending);
        if (!file.empty()) *sum = sha256_of(file);
    }
    if (!fs::exists(folder / "journal")) return kept;
    try {
        const tools::NightJournal journal(folder / "journal");
        for (const std::string& notice : journal.notices()) {
            // Records behind a torn one, which nobody had called safe, are no loss.
            if (notice.ends_with("lost")) kept.broken = notice;
        }
        for (const tools::NightRecord& record : journal.found()) {
            if (const auto* frame = std::get_if<tools::FrameRecord>(&record))
                kept.frames.insert(printable(frame->name));
        }
        kept.done = tools::is_done(journal.found());
        kept.journal = read_bytes(folder / "journal");
        if (kept.broken.empty()) kept.broken = broken_checkpoint(folder, journal.found());
    } catch (const Error& e) {
        kept.broken = e.what();
    }
    return kept;
}

std::string broken_promise(const KeptNight& kept, const std::string& told) {
    if (!kept.broken.empty()) return kept.broken;
    std::istringstream lines(told);
    for (std::string line; std::getline(lines, line);) {
        const nlohmann::json event = nlohmann::json::parse(line);
        if (event["event"] == "done" && (!kept.done || kept.fits.empty() || kept.state.empty()))
            return "the night is done, as was told, and its products are not there";
        if (event["event"] != "frame") continue;
        if (!kept.frames.contains(event["file"].get<std::string>()))
            return event["file"].get<std::string>() + " was told and is not in the journal";
    }
    return "";
}

void make_sums_fit(LeftDisk& disk) {
    const auto found = disk.files.find("journal");
    if (found == disk.files.end()) return;
    std::string& bytes = found->second;
    std::uint64_t salt = 0;
    if (bytes.size() < io::kRecordHeaderBytes) return;
    std::memcpy(&salt, bytes.data() + 16, sizeof salt);  // where our files' header has their length
    std::uint64_t last = 0;
    for (std::size_t at = io::kRecordHeaderBytes; at + io::kRecordHeaderBytes <= bytes.size();) {
        std::uint32_t length = 0;
        std::uint64_t number = 0, safe = 0;
        std::memcpy(&length, bytes.data() + at, sizeof length);
        std::memcpy(&number, bytes.data() + at + 8, sizeof number);
        std::memcpy(&safe, bytes.data() + at + 16, sizeof safe);
        if (number != last + 1 || safe >= number || length > bytes.size() - at - io::kRecordHeaderBytes) return;
        const std::string text = bytes.substr(at + io::kRecordHeaderBytes, length);
        const auto record = io::encoded_record({salt, at - io::kRecordHeaderBytes}, number, safe, text);
        std::memcpy(bytes.data() + at, record.data(), record.size());
        at += record.size();
        last = number;
    }
}

}  // namespace nightstack::test
