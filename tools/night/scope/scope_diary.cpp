// SPDX-License-Identifier: MIT
#include "tools/night/scope/scope_diary.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongest = 16 * 1024;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

[[noreturn]] void unreadable(const std::string& record) {
    throw FormatError("a record about the scope cannot be read: " + printable(record.substr(0, 100)));
}

}  // namespace

std::int64_t DiaryState::taken() const {
    std::int64_t sum = 0;
    for (const BegunCapture& capture : captures) sum += capture.over ? capture.taken : 0;
    return sum;
}

Diary::Diary(ScopeDiary diary) : diary_(std::move(diary)) {
    for (const std::string& record : diary_.kept) take(record);
    diary_.kept.clear();
}

DiaryState Diary::state() const {
    const std::scoped_lock lock(mutex_);
    return state_;
}

// What it means comes after it is safe: where keeping fails the night has not done it.
void Diary::keep(const std::string& record) {
    const std::scoped_lock lock(mutex_);
    if (diary_.keep) diary_.keep(record);
    take(record);
}

void Diary::take(const std::string& record) {
    if (record.size() > kLongest) unreadable(record);
    const Json json = Json::parse(record, nullptr, false);
    if (!json.is_object() || !json.contains("scope") || !json["scope"].is_string()) unreadable(record);
    const std::string kind = json["scope"];
    const auto text = [&](const char* key) {
        return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
    };
    const auto number = [&](const char* key) {
        return json.contains(key) && json[key].is_number_integer() ? json[key].get<std::int64_t>() : 0;
    };
    const auto capture = std::find_if(state_.captures.rbegin(), state_.captures.rend(),
                                      [name = text("name")](const BegunCapture& c) { return c.name == name; });
    const bool known = capture != state_.captures.rend();
    if (kind == "about" && text("what") == "capture") {
        if (text("name").empty()) unreadable(record);
        if (!known) state_.captures.push_back({text("name"), number("count")});
    } else if (kind == "begun" && known) {
        capture->begun = true;
    } else if (kind == "over" && known) {
        capture->over = true;
        capture->taken = std::max<std::int64_t>(number("taken"), 0);
        capture->certain = json.value("certain", Json(false)) == Json(true);
    } else if (kind == "calibrated") {
        state_.calibrated = true;
    } else if (kind == "follows" && !text("name").empty()) {
        state_.follows = text("name");
    }
}

void Diary::about_capture(const std::string& name, std::int64_t count) {
    keep(text_of({{"scope", "about"}, {"what", "capture"}, {"name", name}, {"count", count}}));
}

void Diary::about_darks(const std::string& name) {
    keep(text_of({{"scope", "about"}, {"what", "darks"}, {"name", name}}));
}

void Diary::begun(const std::string& name) { keep(text_of({{"scope", "begun"}, {"name", name}})); }

void Diary::over(const std::string& name, std::int64_t taken, bool certain, const std::string& text) {
    keep(text_of({{"scope", "over"}, {"name", name}, {"taken", taken}, {"certain", certain}, {"text", text}}));
}

void Diary::calibrated() { keep(text_of({{"scope", "calibrated"}})); }

void Diary::follows(const std::string& name) { keep(text_of({{"scope", "follows"}, {"name", name}})); }

}  // namespace nightstack::tools
