// SPDX-License-Identifier: MIT
#include "tools/night/core/night_journal.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace nightstack::tools {
namespace {

constexpr io::ChunkFormat kFormat{{'N', 'S', 'N', 'I', 'G', 'H', 'T', '\n'}, 1, "the journal of a live night"};

std::string counted(std::uint64_t n, const char* one, const char* many) {
    return std::to_string(n) + " " + (n == 1 ? one : many);
}

}  // namespace

std::vector<NightRecord> told_records(const std::filesystem::path& file) {
    std::vector<NightRecord> records;
    for (const io::JournalRecord& record : io::peek_journal(file, kFormat).records)
        records.push_back(parse_record(record.text));
    return records;
}

NightJournal::NightJournal(const std::filesystem::path& file) : journal_(file, kFormat), bytes_(journal_.bytes()) {
    const io::JournalContent& content = journal_.found();
    for (const io::JournalRecord& record : content.records) found_.push_back(parse_record(record.text));
    if (content.lost > 0)
        notices_.push_back("the journal is damaged: " + counted(content.lost, "record is", "records are") + " lost");
    if (content.torn_whole > 0)
        notices_.push_back("the journal is damaged at its end: " +
                           counted(content.torn_whole, "record is", "records are") + " kept beside it");
}

void NightJournal::keep(const std::vector<NightRecord>& records, const Wait& wait) {
    // Unlocked between two tries: others may have luck meanwhile.
    const auto insist = [&](const auto& work) {
        for (;;) {
            try {
                const std::scoped_lock lock(mutex_);
                return work();
            } catch (const IoError& e) {
                if (!wait) throw;
                wait(e);
            }
        }
    };
    std::vector<NightRecord> all = take_waiting();
    all.insert(all.end(), records.begin(), records.end());
    for (const NightRecord& record : all) insist([&] { write(record); });
    insist([&] { journal_.sync(); });
}

// Where there is no room it is left out: a verdict comes out again as it was.
NightJournal::~NightJournal() {
    try {
        for (const NightRecord& record : take_waiting()) write(record);
    } catch (const std::exception&) {
    }
}

std::vector<NightRecord> NightJournal::take_waiting() {
    const std::scoped_lock lock(waiting_mutex_);
    return std::exchange(waiting_, {});
}

void NightJournal::write(const NightRecord& record) {
    journal_.append(record_text(record));
    added_.push_back(record);
    bytes_ = journal_.bytes();
}

void NightJournal::add(NightRecord record) {
    const std::scoped_lock lock(waiting_mutex_);
    waiting_.push_back(std::move(record));
}

std::vector<NightRecord> NightJournal::all() const {
    const std::scoped_lock lock(mutex_);
    std::vector<NightRecord> records = found_;
    records.insert(records.end(), added_.begin(), added_.end());
    const std::scoped_lock and_those(waiting_mutex_);
    records.insert(records.end(), waiting_.begin(), waiting_.end());
    return records;
}

const DoneRecord* done_of(const std::vector<NightRecord>& records) {
    for (auto it = records.rbegin(); it != records.rend(); ++it) {
        if (const auto* done = std::get_if<DoneRecord>(&*it)) return done;
        const bool behind = std::holds_alternative<BestRecord>(*it) || std::holds_alternative<ProductsRecord>(*it) ||
                            std::holds_alternative<DecisionRecord>(*it);
        if (!behind) break;
    }
    return nullptr;
}

const BestRecord* best_of(const std::vector<NightRecord>& records) {
    for (auto it = records.rbegin(); it != records.rend() && !std::holds_alternative<DoneRecord>(*it); ++it) {
        if (const auto* best = std::get_if<BestRecord>(&*it)) return best;
    }
    return nullptr;
}

const BegunRecord* begun_of(const std::vector<NightRecord>& records) {
    return records.empty() ? nullptr : std::get_if<BegunRecord>(&records.front());
}

}  // namespace nightstack::tools
