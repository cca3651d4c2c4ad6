// SPDX-License-Identifier: MIT
// The journal of a night, for all of its threads: records in the order in which they are added.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "io/journal/journal.h"
#include "pipeline/core/error.h"
#include "tools/night/core/night_records.h"

namespace nightstack::tools {

class NightJournal {
public:
    // Throws as io::Journal; FormatError for a record that is none of a night.
    explicit NightJournal(const std::filesystem::path& file);
    ~NightJournal();  // writes what was added
    NightJournal(const NightJournal&) = delete;
    NightJournal& operator=(const NightJournal&) = delete;

    // All that stood there when it was opened. Damage and loss are told in `notices`.
    const std::vector<NightRecord>& found() const { return found_; }
    const std::vector<std::string>& notices() const { return notices_; }
    // And what was added since.
    std::vector<NightRecord> all() const;

    // Safe on the disk when it returns. What cannot be written (disk full, say) is told to `wait`, which returns when
    // it is to be tried again, or throws; without it, throws IoError: then some may be there and not safe.
    using Wait = std::function<void(const IoError&)>;
    void keep(const std::vector<NightRecord>& records, const Wait& wait = {});
    // Written with the next `keep`, or at the end: for what can be found out again. Waits for no disk.
    void add(NightRecord record);
    std::uint64_t bytes() const { return bytes_; }  // of the file; waits for no disk either

private:
    void write(const NightRecord& record);
    std::vector<NightRecord> take_waiting();
    mutable std::mutex mutex_;  // held while the disk works
    io::Journal journal_;
    std::vector<NightRecord> found_, added_;
    std::atomic<std::uint64_t> bytes_{0};
    mutable std::mutex waiting_mutex_;  // behind the other one
    std::vector<NightRecord> waiting_;  // added, not written
    std::vector<std::string> notices_;
};

// What a night's journal tells, for whoever looks only: nothing of it is changed. Throws as io::peek_journal.
std::vector<NightRecord> told_records(const std::filesystem::path& file);

// The last words of a finished night; null while it is none. What comes behind them (the best stack, decisions) takes
// nothing from them.
const DoneRecord* done_of(const std::vector<NightRecord>& records);
inline bool is_done(const std::vector<NightRecord>& records) { return done_of(records) != nullptr; }
// What was made of a finished night as its best stack, since its last words; null: nothing yet.
const BestRecord* best_of(const std::vector<NightRecord>& records);
const BegunRecord* begun_of(const std::vector<NightRecord>& records);

}  // namespace nightstack::tools
