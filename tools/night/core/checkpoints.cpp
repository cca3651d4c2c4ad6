// SPDX-License-Identifier: MIT
#include "tools/night/core/checkpoints.h"

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace fs = std::filesystem;

fs::path Checkpoints::path(std::uint64_t slot) const {
    return folder_ / ("checkpoint-" + std::to_string(slot) + ".nst");
}

CheckpointRecord Checkpoints::save(const LiveStack& stack, const LiveLedger& ledger, const Transform& last,
                                   Runner& runner) {
    const fs::path file = path(next_);
    save_state(file, stack, ledger, io::Overwrite::yes, runner);
    const CheckpointRecord record{next_, ledger.frames.size(), last, fs::file_size(file)};
    next_ = 1 - next_;
    return record;
}

// A slot may hold a newer file than its last record tells of, when the program died between the two.
std::optional<Checkpoints::Loaded> Checkpoints::load(const std::vector<NightRecord>& records, std::uint64_t most_bytes,
                                                     Runner& runner, std::vector<std::string>& notices) {
    std::array<bool, 2> seen{};
    for (auto it = records.rbegin(); it != records.rend(); ++it) {
        const auto* record = std::get_if<CheckpointRecord>(&*it);
        if (record == nullptr || seen[record->slot]) continue;
        seen[record->slot] = true;
        const fs::path file = path(record->slot);
        try {
            LiveState state = load_state(file, most_bytes, runner);
            if (state.ledger.frames.size() != record->frames) continue;
            next_ = 1 - record->slot;
            return Loaded{std::move(state), *record};
        } catch (const IoError& e) {
            notices.push_back(std::string("a checkpoint cannot be read: ") + e.what());
        } catch (const FormatError& e) {
            notices.push_back(std::string("a checkpoint is damaged: ") + e.what());
        }
    }
    return std::nullopt;
}

}  // namespace nightstack::tools
