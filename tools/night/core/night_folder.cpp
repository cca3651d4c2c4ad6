// SPDX-License-Identifier: MIT
#include "tools/night/core/night_folder.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "io/files/leftovers.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

constexpr const char* kJournal = "journal";
constexpr const char* kFirstWordsLost =
    "the journal's first record is damaged, so that nobody knows how this night was begun; its frames can be stacked "
    "anew in another folder";
constexpr std::size_t kMostNights = 400;  // looked at, the newest
constexpr auto kNotOlder = std::chrono::hours(48);

fs::path journal_of(const fs::path& folder) { return folder / kJournal; }

bool is_night(const fs::path& folder) {
    std::error_code error;
    return fs::is_regular_file(journal_of(folder), error);
}

std::unique_ptr<NightJournal> opened(const fs::path& folder) {
    return std::make_unique<NightJournal>(journal_of(folder));
}

// What a call differs in from the night's; "" in nothing.
std::string difference(const BegunRecord& night, const BegunRecord& call) {
    if (night.source != call.source) return "it is of " + printable(night.source);
    if (night.target != call.target) return "its target is " + printable(night.target);
    if (night.part != call.part) return "it is of another target of the plan, or of one that has changed since";
    if (night.options != call.options) return "it was begun with other settings";
    return "";
}

Night gone_on(const fs::path& folder, std::unique_ptr<NightJournal> journal) {
    const BegunRecord begun = *begun_of(journal->found());
    const bool finished = is_done(journal->found());
    return {folder, std::move(journal), begun, /*goes_on=*/true, finished};
}

// There are products, and no best stack of what is in them.
bool lacks_best(const std::vector<NightRecord>& records) {
    const DoneRecord* const done = done_of(records);
    const BestRecord* const best = best_of(records);
    return done != nullptr && !done->products.empty() && (best == nullptr || best->files.empty());
}

// Asked for, and the call was broken off before it was made.
bool best_is_due(const std::vector<NightRecord>& records) {
    const DoneRecord* const done = done_of(records);
    return done != nullptr && done->best_due && best_of(records) == nullptr;
}

void refuse_finished(const std::vector<NightRecord>& records, const std::string& name, OfFinished wanted,
                     const char* instead) {
    if (!is_done(records)) return;
    if (wanted == OfFinished::anything || best_is_due(records) ||
        (wanted == OfFinished::best_stack && lacks_best(records)))
        return;
    const bool pictures = !done_of(records)->products.empty();
    throw OptionError(name + ": this night is finished" +
                      (!pictures                          ? ", without a usable frame"
                       : wanted == OfFinished::best_stack ? ", its best stack as well; its pictures are in results/"
                                                          : "; its pictures are in results/") +
                      instead);
}

// The newest by name, which begins with the date.
std::vector<fs::path> nights_in(const fs::path& nights) {
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator it(nights, error), end; !error && it != end; it.increment(error)) {
        if (is_night(it->path())) found.push_back(it->path());
    }
    std::ranges::sort(found, std::greater<>());
    if (found.size() > kMostNights) found.resize(kMostNights);
    return found;
}

bool is_old(const fs::path& folder) {
    std::error_code error;
    const auto written = fs::last_write_time(journal_of(folder), error);
    return error || fs::file_time_type::clock::now() - written > kNotOlder;
}

// Of the same call and not finished. One that cannot be read, or is open elsewhere, is nobody's.
std::optional<Night> unfinished(const fs::path& nights, const BegunRecord& call, OfFinished wanted) {
    for (const fs::path& folder : nights_in(nights)) {
        if (is_old(folder)) continue;
        try {
            const std::vector<NightRecord> told = told_records(journal_of(folder));
            const BegunRecord* const begun = begun_of(told);
            if (begun == nullptr || !same_call(*begun, call)) continue;
            if (!is_done(told) || (wanted == OfFinished::best_stack && best_is_due(told)))
                return gone_on(folder, opened(folder));
        } catch (const Error&) {
            continue;
        }
    }
    return std::nullopt;
}

Night begun(const fs::path& folder, const BegunRecord& call) {
    std::error_code error;
    const bool made = fs::create_directories(folder, error);
    if (error) throw IoError(printable(folder.string()) + ": " + error.message(), error.value());
    auto journal = opened(folder);
    journal->keep({call});
    return {folder, std::move(journal), call, /*goes_on=*/false, /*finished=*/false, made};
}

// But for what a call has left that was killed before its first words.
bool holds_nothing(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder, error)) return true;
    if (fs::is_directory(folder, error)) io::remove_leftovers(folder);
    return fs::is_empty(folder, error);
}

}  // namespace

std::vector<std::string> result_names(const std::vector<std::string>& files) {
    std::vector<std::string> names;
    for (const std::string& file : files) names.push_back("results/" + file);
    return names;
}

fs::path nights_folder() {
    const char* const home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): before threads start
    return (home == nullptr || *home == '\0' ? fs::path(".") : fs::path(home)) / "nightstack";
}

bool same_call(const BegunRecord& a, const BegunRecord& b) { return difference(a, b).empty(); }

fs::path fresh_folder(const fs::path& nights, const std::string& name) {
    for (int n = 1;; ++n) {
        fs::path folder = nights / (n == 1 ? name : name + "-" + std::to_string(n));
        std::error_code error;
        if (!fs::exists(folder, error)) return folder;
    }
}

std::string evening_date(std::chrono::system_clock::time_point now) {
    const std::time_t t = std::chrono::system_clock::to_time_t(now - std::chrono::hours(12));
    std::tm local{};
    ::localtime_r(&t, &local);
    char text[16];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &local)};
}

Night begin_night(const fs::path& nights, const BegunRecord& call) {
    const std::string target = call.target.empty() ? "night" : call.target;
    return begun(fresh_folder(nights, evening_date(std::chrono::system_clock::now()) + "-" + safe_name(target)), call);
}

Night open_night(const std::optional<fs::path>& session, const fs::path& nights, const BegunRecord& call,
                 OfFinished wanted) {
    if (!session) {
        if (auto night = unfinished(nights, call, wanted)) return std::move(*night);
        return begin_night(nights, call);
    }
    const std::string name = "--session " + printable(session->string());
    if (!is_night(*session)) {
        if (!holds_nothing(*session)) throw OptionError(name + ": is neither a night's folder nor empty");
        return begun(*session, call);
    }
    auto journal = opened(*session);
    const BegunRecord* const was = begun_of(journal->found());
    if (journal->found().empty()) {  // it died before its first words
        journal.reset();
        return begun(*session, call);
    }
    if (was == nullptr) throw OptionError(name + ": " + kFirstWordsLost);
    refuse_finished(journal->found(), name, wanted, "; name another folder");
    if (const std::string why = difference(*was, call); !why.empty())
        throw OptionError(name + ": is another night: " + why + "; live --resume " + printable(session->string()) +
                          " goes on with it as it was begun");
    return gone_on(*session, std::move(journal));
}

std::vector<PlanNight> nights_of(const fs::path& nights, const BegunRecord& call, NightsOf which) {
    std::vector<PlanNight> all;
    for (const fs::path& folder : nights_in(nights)) {
        if (which == NightsOf::recent && is_old(folder)) continue;
        try {
            const std::vector<NightRecord> told = told_records(journal_of(folder));
            const BegunRecord* const begun = begun_of(told);
            if (begun == nullptr || !same_call(*begun, call)) continue;
            PlanNight night{folder, is_done(told), 0, {}};
            for (const NightRecord& record : told) {
                if (std::holds_alternative<FrameRecord>(record)) ++night.frames;
                if (const auto* source = std::get_if<SourceRecord>(&record)) night.source.push_back(source->text);
            }
            all.push_back(std::move(night));
        } catch (const Error&) {
            continue;
        }
    }
    return all;
}

void forget_untouched(const fs::path& folder, bool made) {
    try {
        if (told_records(journal_of(folder)).size() > 1) return;
    } catch (const Error&) {
        return;
    }
    std::error_code error;
    fs::remove(folder / "frames", error);  // not when anything is in it
    fs::remove(journal_of(folder), error);
    if (made) fs::remove(folder, error);
}

Night reopen_night(const fs::path& folder, OfFinished wanted, const char* said) {
    const std::string name = said + (" " + printable(folder.string()));
    std::error_code error;
    if (!is_night(folder))
        throw OptionError(name + (fs::exists(folder, error) ? ": no night's folder: there is no journal in it"
                                                            : ": no night's folder: there is nothing of that name"));
    auto journal = opened(folder);
    if (journal->found().empty()) throw OptionError(name + ": the night was never begun");
    if (begun_of(journal->found()) == nullptr) throw OptionError(name + ": " + kFirstWordsLost);
    refuse_finished(journal->found(), name, wanted, "");
    return gone_on(folder, std::move(journal));
}

}  // namespace nightstack::tools
