// SPDX-License-Identifier: MIT
// What a night has told a scope to do, kept so that nothing is told twice, whatever happens to this program. The
// keeping itself is the caller's (the night's journal): a record is a line of JSON, and a command leaves this machine
// only when the record that it is about to is safe.
//
// Records: {"scope":"about","what":"capture"|"darks","name","count"}  before the command is sent
//          {"scope":"begun","name"}                                    the scope has accepted it
//          {"scope":"over","name","taken","certain","text"}            it does not run any more
//          {"scope":"calibrated"}  {"scope":"follows","name"}          of a session that another program takes
// Records of other kinds are left alone, fields of a newer version too.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nightstack::tools {

struct ScopeDiary {
    // Returns when the record is safe on disk; throws IoError. One call at a time, from any thread of the source.
    std::function<void(std::string json)> keep;
    std::vector<std::string> kept;  // by earlier runs of the same night, in their order
};

struct BegunCapture {
    std::string name;        // of the session on the card
    std::int64_t count = 0;  // frames asked for
    bool begun = false;      // the scope has said so
    bool over = false;       // it is known not to run any more
    bool certain = false;    // and how many frames it has
    std::int64_t taken = 0;  // of these
};

struct DiaryState {
    std::vector<BegunCapture> captures;  // in their order; only the last may not be over
    std::optional<std::string> follows;
    bool calibrated = false;

    std::int64_t taken() const;  // of all captures that are over
    bool empty() const { return captures.empty() && !follows; }
};

// The caller's diary with what it says by now. Any thread.
class Diary {
public:
    // Throws FormatError for a record that cannot be read.
    explicit Diary(ScopeDiary diary);

    DiaryState state() const;
    // All return when it is safe.
    void about_capture(const std::string& name, std::int64_t count);
    void about_darks(const std::string& name);
    void begun(const std::string& name);
    void over(const std::string& name, std::int64_t taken, bool certain, const std::string& text);
    void calibrated();
    void follows(const std::string& name);

private:
    void keep(const std::string& record);
    void take(const std::string& record);
    mutable std::mutex mutex_;
    ScopeDiary diary_;
    DiaryState state_;
};

}  // namespace nightstack::tools
