// SPDX-License-Identifier: MIT
// The interface table against a list of facts that was written apart from it: a missing row, field,
// range, default or choice fails, and so does one in the table that no fact speaks of.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "device/dwarf/protocol/codes.h"
#include "device/dwarf/protocol/http_calls.h"
#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/words.h"
#include "tests/support/real_data.h"

namespace nightstack::device::dwarf {
namespace {

struct Fact {
    std::string subject, kind, field, value;
    std::string text() const { return subject + " " + kind + " " + field + " = " + value; }
};

std::vector<Fact> facts() {
    std::ifstream in(nightstack::test::test_data_folder() / "dwarf/facts.tsv");
    std::vector<Fact> all;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('#')) continue;
        std::istringstream cells(line);
        Fact fact;
        std::getline(cells, fact.subject, '\t');
        std::getline(cells, fact.kind, '\t');
        std::getline(cells, fact.field, '\t');
        std::getline(cells, fact.value, '\t');
        all.push_back(fact);
    }
    return all;
}

std::string range_of(const Limits& limits) {
    if (!limits.low && !limits.high) return "";
    return (limits.low ? number_text(*limits.low) : "") + ".." + (limits.high ? number_text(*limits.high) : "");
}

std::string choices_of(std::span<const Choice> choices) {
    std::set<int> values;
    for (const Choice& choice : choices) values.insert(choice.value);
    std::string text;
    for (const int value : values) text += (text.empty() ? "" : ",") + std::to_string(value);
    return text;
}

void add_limits(std::vector<Fact>& all, const std::string& number, const std::string& side, const Field& field,
                const Limits& limits, const std::string& camera) {
    const auto add = [&](const std::string& kind, const std::string& value) {
        if (!value.empty()) all.push_back({number, side + kind + camera, std::string(field.name), value});
    };
    add("range", range_of(limits));
    add("choices", choices_of(limits.choices));
    if (side.empty()) add("default", limits.standard ? number_text(*limits.standard) : "");
}

std::string direction_of(const Interface& row) {
    if (!row.request) return "push";
    return row.pushed ? "request+push" : "request";
}

std::string camera_of(Cameras cameras) {
    static const char* const kNames[] = {"none", "tele", "wide", "both"};
    return kNames[static_cast<int>(cameras)];
}

std::string answer_of(Answer answer) {
    static const char* const kNames[] = {"reply", "progress", "silent", "unknown"};
    return kNames[static_cast<int>(answer)];
}

void add_row(std::vector<Fact>& all, const Interface& row) {
    const std::string number = std::to_string(row.number);
    all.push_back({number, "row", "section", std::string(row.section)});
    all.push_back({number, "row", "camera", camera_of(row.cameras)});
    all.push_back({number, "row", "direction", direction_of(row)});
    if (row.request) all.push_back({number, "row", "answer", answer_of(row.answer)});
    if (!row.offered) all.push_back({number, "row", "offered", "no"});
    if (row.repeat == Repeat::never) all.push_back({number, "row", "repeat", "never"});
    for (const Field& field : row.request_fields) {
        const std::string type(type_text(field.type));
        all.push_back({number, "request", std::string(field.name), type});
        if (!field.required) all.push_back({number, "optional", std::string(field.name), "yes"});
        add_limits(all, number, "", field, field.limits, "");
        if (field.wide) add_limits(all, number, "", field, *field.wide, ".wide");
    }
    for (const Field& field : row.reply_fields) {
        all.push_back({number, "reply", std::string(field.name), std::string(type_text(field.type))});
        add_limits(all, number, "reply.", field, field.limits, "");
    }
}

// The table as facts. Limits of a reply's camId and modes repeat other rows and are not listed.
std::set<std::string> table_as_facts() {
    std::vector<Fact> all;
    for (const Interface& row : interfaces()) add_row(all, row);
    for (const HttpCall& call : http_calls()) {
        const std::string path(call.path);
        all.push_back({path, "http", "port", std::to_string(call.port)});
        all.push_back({path, "http", "parameter", call.parameter.empty() ? "-" : std::string(call.parameter)});
        all.push_back({path, "http", "section", std::string(call.section)});
        if (!call.offered) all.push_back({path, "http", "offered", "no"});
        if (!call.results.empty()) all.push_back({path, "http", "results", choices_of(call.results)});
    }
    std::set<std::string> texts;
    for (const Fact& fact : all) texts.insert(fact.text());
    return texts;
}

TEST(DwarfFacts, AreInTheTable) {
    const std::set<std::string> table = table_as_facts();
    const auto all = facts();
    ASSERT_GT(all.size(), 600U);
    for (const Fact& fact : all) {
        if (fact.kind == "code") continue;
        EXPECT_TRUE(table.contains(fact.text())) << "a fact that the table does not know: " << fact.text();
    }
}

TEST(DwarfFacts, AreAllThatTheTableSays) {
    std::set<std::string> known;
    for (const Fact& fact : facts()) known.insert(fact.text());
    const std::set<std::string> repeated = {"camId", "expMode", "gainMode", "awbMode", "motorId", "direction", "id"};
    for (const std::string& said : table_as_facts()) {
        std::istringstream words(said);
        std::string number, kind, field;
        words >> number >> kind >> field;
        if (kind.starts_with("reply.") && repeated.contains(field)) continue;
        if (kind == "reply.range" && number == "11201") continue;  // those of the request
        EXPECT_TRUE(known.contains(said)) << "in the table, but no fact: " << said;
    }
}

TEST(DwarfFacts, KnowEveryInterfaceOnce) {
    std::set<int> numbers;
    std::set<std::string_view> keys;
    for (const Interface& row : interfaces()) {
        EXPECT_TRUE(numbers.insert(row.number).second) << row.number;
        EXPECT_TRUE(keys.insert(row.key).second) << row.key;
        EXPECT_EQ(find_interface(row.number), &row);
        EXPECT_EQ(find_interface(row.key), &row);
    }
    EXPECT_EQ(numbers.size(), 60U);
    EXPECT_EQ(find_interface(10002), nullptr);
    EXPECT_EQ(find_interface("camera.explode"), nullptr);
}

TEST(DwarfFacts, EverySourceCarriesAMark) {
    const auto marked = [](std::string_view source) {
        return source.starts_with("[R] ") || source.starts_with("[C] ") || source.starts_with("[S] ") ||
               source.starts_with("[I] ");
    };
    for (const Interface& row : interfaces()) EXPECT_TRUE(marked(row.source)) << row.number;
    for (const HttpCall& call : http_calls()) EXPECT_TRUE(marked(call.source)) << call.path;
}

TEST(DwarfFacts, CodesHaveTheirNamesAndWords) {
    std::set<int> said;
    for (const Fact& fact : facts()) {
        if (fact.kind != "code") continue;
        const int value = std::stoi(fact.subject);
        said.insert(value);
        const Code* code = find_code(value);
        ASSERT_NE(code, nullptr) << fact.text();
        const std::string_view where = fact.field == "name" ? code->name : code->text;
        EXPECT_NE(where.find(fact.value), std::string_view::npos) << fact.text() << ": " << where;
        EXPECT_FALSE(code->text.empty());
    }
    EXPECT_EQ(said.size(), codes().size());
    EXPECT_EQ(said.size(), 65U + 10U);
    EXPECT_EQ(describe_code(-77), "-77: a code that is not known");
    EXPECT_TRUE(describe_code(-41).starts_with("-41 RESULT_NO_DARK_FRAME: no dark frames for these settings"));
}

}  // namespace
}  // namespace nightstack::device::dwarf
