// SPDX-License-Identifier: MIT
#include "tools/fetch/fetch_report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/fetch/card_list.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;
using Ending = io::FetchResult::Ending;

constexpr std::chrono::milliseconds kRedraw{200};
constexpr std::chrono::seconds kSay{10};  // without a terminal

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

const char* word_of(Ending ending) {
    switch (ending) {
        case Ending::done: return "done";
        case Ending::scope_lost: return "scope lost";
        case Ending::refused: return "refused";
        case Ending::disk_full: return "disk full";
        case Ending::interrupted: return "interrupted";
    }
    return "done";
}

int code_of(const io::FetchResult& result) {
    switch (result.ending) {
        case Ending::done: return result.failed > 0 ? kSomeInputsFailed : kDone;
        case Ending::scope_lost:
        case Ending::refused: return kDevice;
        case Ending::disk_full: return kDiskFull;
        case Ending::interrupted: throw Interrupted();
    }
    return kFailed;
}

std::string count_text(const io::FetchResult& r) {
    std::string text = std::to_string(r.fresh) + " new, " + std::to_string(r.same) + " same";
    if (r.resumed > 0) text += ", " + std::to_string(r.resumed) + " resumed";
    if (r.failed > 0) text += ", " + std::to_string(r.failed) + " failed";
    if (r.left > 0) text += ", " + std::to_string(r.left) + " left for the next time";
    return text;
}

}  // namespace

io::FetchWatcher FetchReport::watcher() {
    io::FetchWatcher w;
    w.plan = [this](const io::FetchPlan& p) { plan(p); };
    w.file = [this](const io::FileOutcome& f) { file(f); };
    w.progress = [this](std::string_view f, std::uint64_t done, std::uint64_t total) { progress(f, done, total); };
    w.notice = [this](const std::string& text) {
        talk_.event(text_of({{"event", "notice"}, {"text", text}}));
        talk_.warn(text);
    };
    return w;
}

void FetchReport::plan(const io::FetchPlan& p) {
    plan_ = p;
    begin_ = Clock::now();
    talk_.event(text_of({{"event", "plan"},
                         {"files", p.files},
                         {"bytes", p.bytes},
                         {"same", p.same},
                         {"changed", p.changed},
                         {"wanted", p.wanted},
                         {"wanted_bytes", p.wanted_bytes},
                         {"free_bytes", p.free_bytes}}));
    talk_.say(std::to_string(p.files) + " files on the card, " + size_text(p.bytes) + "; " + std::to_string(p.same) +
              " are here already; " + std::to_string(p.wanted) + " to fetch, " + size_text(p.wanted_bytes) + "; " +
              size_text(p.free_bytes) + " free");
    if (p.wanted_bytes > p.free_bytes) talk_.warn("the disk is too small for that; what fits is fetched");
}

void FetchReport::file(const io::FileOutcome& f) {
    Json line{{"event", "file"}, {"name", f.name}, {"bytes", f.bytes}, {"sha256", f.sha256}, {"state", name(f.state)}};
    const bool failed = f.state == io::FileState::failed;
    if (failed) line["why"] = printable(f.why);
    talk_.event(text_of(line));
    under_way_ = 0;
    if (failed) return talk_.warn(printable(f.name) + ": " + printable(f.why));
    if (f.state == io::FileState::same) return;
    ++files_;
    bytes_ += f.bytes;
    talk_.detail(std::string(name(f.state)) + "  " + printable(f.name) + "  " + size_text(f.bytes));
}

std::string FetchReport::rate_text() const {
    const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    const double rate = seconds > 0 ? static_cast<double>(bytes_ + under_way_) / seconds : 0;
    char text[64];
    std::snprintf(text, sizeof text, "%.1f MB/s", rate / 1e6);
    std::string all = std::to_string(files_) + " of " + std::to_string(plan_.wanted) + " files, " +
                      size_text(bytes_ + under_way_) + ", " + text;
    if (rate > 0 && plan_.wanted_bytes > bytes_ + under_way_)
        all += ", " + duration_text(static_cast<double>(plan_.wanted_bytes - bytes_ - under_way_) / rate) + " left";
    return all;
}

void FetchReport::progress(std::string_view file, std::uint64_t done, std::uint64_t total) {
    under_way_ = done;
    const auto now = Clock::now();
    if (talk_.animated() && now - shown_ >= kRedraw) {
        shown_ = now;
        const std::uint64_t percent = total > 0 ? done * 100 / total : 100;
        talk_.status(rate_text() + "  " + printable(file.substr(file.rfind('/') + 1)) + " " + std::to_string(percent) +
                     " %");
    }
    if (now - said_ < kSay) return;
    said_ = now;
    talk_.event(text_of({{"event", "progress"}, {"name", std::string(file)}, {"done", done}, {"total", total}}));
    if (!talk_.animated() && !talk_.json()) talk_.say(rate_text());
}

int FetchReport::finish(const io::FetchResult& r) {
    talk_.status("");
    const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    talk_.event(text_of({{"event", "fetch"},
                         {"ending", word_of(r.ending)},
                         {"new", r.fresh},
                         {"same", r.same},
                         {"resumed", r.resumed},
                         {"failed", r.failed},
                         {"left", r.left},
                         {"received_bytes", r.received_bytes},
                         {"seconds", seconds},
                         {"why", printable(r.why)}}));
    talk_.say(count_text(r) + " (" + size_text(r.received_bytes) + " in " + duration_text(seconds) + ")");
    if (r.ending != Ending::done && r.ending != Ending::interrupted) talk_.warn("nightstack: " + printable(r.why));
    return code_of(r);
}

}  // namespace nightstack::tools
