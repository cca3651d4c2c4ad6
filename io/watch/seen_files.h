// SPDX-License-Identifier: MIT
// What is known of the files of a watched folder, and the decision when one is told. Knows no clock and reads no file:
// what was seen is handed in. One thread's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "io/watch/tree.h"
#include "io/watch/watch.h"
#include "io/watch/watch_clock.h"

namespace nightstack::io {

class SeenFiles {
public:
    using Time = WatchClock::Time;
    using AskContent = std::function<std::optional<FileContent>(const std::string& name)>;

    // `options` must outlive it.
    SeenFiles(const WatchOptions& options, AskContent ask) : options_(options), ask_(std::move(ask)) {}

    // Told in an earlier run, with so many bytes.
    void know(const std::string& name, std::uint64_t bytes);

    void mark_writing(const std::string& name) { writing_.insert(name); }
    void mark_closed(const std::string& name) { writing_.erase(name); }
    void mark_moved_in(const std::string& name);

    // A file as it was seen at this time; what is to be told of it, if anything.
    std::optional<WatchNews> look(const std::string& name, FileVersion version, Time now);
    void gone(const std::string& name);  // forgotten unless it was told

    void begin_look();          // at everything
    void end_look(bool whole);  // what waited and was not seen since is forgotten
    // Another medium may say other times of the same files: the next time seen of each is its own.
    void forget_times();

    std::vector<std::string> waiting() const;     // seen and not told as they are, by name
    std::vector<std::string> never_told() const;  // of these, those that were not told as they were before either
    std::vector<std::string> due(Time now);       // of these, those to be looked at because time alone decides
    Time next_due() const { return earliest_; }   // not before it is any of them; max(): none
    std::size_t size() const { return files_.size(); }
    bool full() const { return full_; }  // a file was left out since the last begin_look()

private:
    struct Told {
        std::uint64_t bytes = 0;
        std::optional<std::int64_t> changed_ns;
    };
    struct File {
        FileVersion version;
        Time since{};                        // the first look that saw this version
        std::optional<FileContent> content;  // of this version
        std::optional<Told> told;
        bool said_unfinished = false;  // this version
        std::uint64_t look = 0;        // the last one at everything that saw it
    };
    static bool is_as_told(File& file);
    enum class State { complete, must_stand_still, ends_early };
    State state_of(const std::string& name, File& file, Time now);
    std::optional<WatchNews> tell(const std::string& name, File& file);
    std::optional<WatchNews> say_unfinished(const std::string& name, File& file, Time now);
    std::optional<Time> due_of(const File& file) const;
    void forget(const std::string& name);
    void drop_absent();

    const WatchOptions& options_;
    AskContent ask_;
    std::map<std::string, File> files_;  // at most options.entries
    std::set<std::string> waiting_;      // of files_
    std::set<std::string> writing_;      // somebody does, as far as known
    std::set<std::string> moved_in_;     // since they were looked at last
    std::uint64_t look_ = 1;
    bool full_ = false;
    Time earliest_ = Time::max();
};

}  // namespace nightstack::io
