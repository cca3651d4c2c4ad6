// SPDX-License-Identifier: MIT
// The API V1 as data: every interface with its fields, types, units, ranges, cameras and the
// source of the knowledge. Codecs, checks, `scope` help and docs/dwarf-api.md come from this table.
// Constant data, any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace nightstack::device::dwarf {

enum class FieldType { integer, real, text };

struct Choice {
    int value = 0;
    std::string_view meaning{};  // "" when the number says it all (subdivision 1, 2, 4 ...)
};

struct Limits {
    std::optional<double> low{};
    std::optional<double> high{};
    std::optional<double> standard{};   // the scope's own default
    std::span<const Choice> choices{};  // when not empty: these and no other
};

struct Field {
    std::string_view name{};  // as on the wire
    FieldType type = FieldType::integer;
    std::string_view unit{};       // "" none
    std::string_view text{};       // one clause for people
    Limits limits{};               // of the tele camera, or of the scope where no camera is meant
    std::optional<Limits> wide{};  // where the wide camera's differ
    bool required = true;          // in a request; every field of a reply or push may be missing
};

// What comes back, as seen on real scopes.
enum class Answer {
    reply,     // one message of the same number
    progress,  // messages of the same number until a final code
    silent,    // nothing
    unknown,   // nobody knows; wait, but not for ever
};

// What a second sending does when the fate of the first is unknown.
enum class Repeat { safe, never };

enum class Cameras { none, tele, wide, both };

// Nobody here owns a scope, so every row's `source` begins with the mark of its weakest part:
// [R] observed on a real DWARF II, [C] what a real client sends or expects, [S] the API text V1.0
// alone, [I] inferred, not proven.
struct Interface {
    int number = 0;
    std::string_view section{};       // of the API text; "-" when it is missing there
    std::string_view key{};           // our name: "camera.open"
    std::string_view text{};          // one sentence
    Cameras cameras = Cameras::none;  // whether and which camId a request carries
    bool request = true;              // false: only pushed
    bool pushed = false;              // also (or only) arrives unasked
    Answer answer = Answer::reply;
    Repeat repeat = Repeat::safe;
    bool offered = true;                      // false: a row and codecs only, never sent (firmware update)
    std::span<const Field> request_fields{};  // without interface and camId
    std::span<const Field> reply_fields{};    // of reply and push, camId included, without interface
    std::string_view source{};                // its mark, then where from and what is uncertain
};

std::span<const Interface> interfaces();      // by number
const Interface* find_interface(int number);  // null when unknown
const Interface* find_interface(std::string_view key);

}  // namespace nightstack::device::dwarf
