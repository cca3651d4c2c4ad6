// SPDX-License-Identifier: MIT
// By what frames were aligned stands in the file, or is not recorded there; stacks of two kinds do not merge.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "io/chunks/chunk_reader.h"
#include "io/chunks/chunk_writer.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/live/made_states.h"
#include "tools/live/about_json.h"
#include "tools/live/merge_states.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;

constexpr io::ChunkFormat kVersion2{{'\x8B', 'N', 'S', 'T', '\r', '\n', '\x1A', '\n'}, 2, "a live stack (.nst)"};
constexpr io::ChunkFormat kVersion3{kVersion2.magic, 3, kVersion2.name};
constexpr std::string_view kStars = "\"aligned_by\":\"stars\",";

// Frames [first, end) that say so of themselves.
LiveState state_by(AlignedBy by, std::uint64_t first, std::uint64_t end) {
    LiveState state = made_state({}, first, end);
    for (LedgerFrame& f : state.ledger.frames) f.aligned_by = by;
    return state;
}

LiveState merged(LiveState a, LiveState b) {
    SerialRunner serial;
    merge_into(a, std::move(b), "a.nst", "b.nst", serial, std::uint64_t{1} << 30);
    return a;
}

std::string without(std::string text, std::string_view part) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
    return text;
}

TEST(Alignment, ComesBackOfEveryFrame) {
    for (const AlignedBy by : {AlignedBy::stars, AlignedBy::scene, AlignedBy::not_recorded}) {
        const LiveLedger again = parsed_about(about(state_by(by, 0, 12)));
        EXPECT_EQ(alignment_of(again), by);
        for (const LedgerFrame& f : again.frames) EXPECT_EQ(f.aligned_by, by);
    }
}

// As version 2 wrote it.
TEST(Alignment, OfAnOlderFileIsNotRecorded) {
    const test::TempFolder folder;
    const std::filesystem::path path = folder / "old.nst";
    const LiveState state = small_state();
    saved(path, state);
    {
        io::ChunkReader file(path, kVersion3);
        const auto header = file.next_bytes({'S', 'T', 'A', 'T'}, 4096);
        const auto now = file.next_bytes({'A', 'B', 'O', 'U'}, 1 << 20);
        const auto tile = file.next_bytes({'T', 'I', 'L', 'E'}, 1 << 24);
        const std::string text({reinterpret_cast<const char*>(now.data()), now.size()}), old = without(text, kStars);
        ASSERT_LT(old.size(), text.size());
        io::ChunkWriter writer(path, kVersion2, io::Overwrite::yes);
        writer.add(io::packed({'S', 'T', 'A', 'T'}, header));
        writer.add(io::packed({'A', 'B', 'O', 'U'}, std::as_bytes(std::span(old))));
        writer.add(io::packed({'T', 'I', 'L', 'E'}, tile));
        writer.publish();
    }
    const LiveState again = loaded(path);
    EXPECT_TRUE(again.stack == state.stack);
    EXPECT_EQ(alignment_of(again.ledger), AlignedBy::not_recorded);
    const StateSummary summary = summary_of_state(path);
    EXPECT_EQ(summary_text(summary).find("aligned"), std::string::npos);
    EXPECT_TRUE(nlohmann::json::parse(summary_json(summary, "x"))["aligned_by"].is_null());
}

TEST(Alignment, IsSaidByInfo) {
    const test::TempFolder folder;
    saved(folder / "a.nst", state_by(AlignedBy::stars, 0, 3));
    saved(folder / "b.nst", state_by(AlignedBy::scene, 0, 3));
    EXPECT_THAT(summary_text(summary_of_state(folder / "a.nst")), HasSubstr(", aligned by stars, "));
    EXPECT_THAT(summary_text(summary_of_state(folder / "b.nst")), HasSubstr(", aligned by the scene, "));
    EXPECT_EQ(nlohmann::json::parse(summary_json(summary_of_state(folder / "b.nst"), "x"))["aligned_by"], "scene");
}

TEST(Alignment, OfTwoKindsDoesNotMerge) {
    try {
        merged(state_by(AlignedBy::stars, 0, 3), state_by(AlignedBy::scene, 64, 66));
        FAIL();
    } catch (const OptionError& e) {
        EXPECT_THAT(e.what(), HasSubstr("aligned by: 'stars' and 'scene'"));
    }
    EXPECT_EQ(alignment_of(merged(state_by(AlignedBy::scene, 0, 3), state_by(AlignedBy::scene, 64, 66)).ledger),
              AlignedBy::scene);
}

// What one part does not tell the whole cannot; and the order of merging changes nothing.
TEST(Alignment, OfAPartThatDoesNotTellIsTheWholesToo) {
    const LiveState ab = merged(state_by(AlignedBy::not_recorded, 0, 3), state_by(AlignedBy::stars, 64, 66));
    const LiveState ba = merged(state_by(AlignedBy::stars, 64, 66), state_by(AlignedBy::not_recorded, 0, 3));
    EXPECT_EQ(about(ab), about(ba));
    EXPECT_EQ(alignment_of(ab.ledger), AlignedBy::not_recorded);
    EXPECT_EQ(told_alignment(ab.ledger), AlignedBy::stars);
    EXPECT_THAT(difference(ab.ledger, state_by(AlignedBy::scene, 128, 130).ledger), HasSubstr("aligned by"));
}

TEST(Alignment, OfNoKindOrOfTwoIsRefused) {
    const std::string text = about(state_by(AlignedBy::stars, 0, 3));
    const auto words = [&](std::string_view other) {
        std::string changed = text;
        changed.replace(changed.find(kStars), kStars.size(), other);
        try {
            parsed_about(changed);
        } catch (const FormatError& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    EXPECT_THAT(words("\"aligned_by\":\"smell\","), HasSubstr("'aligned_by' is 'smell'"));
    EXPECT_THAT(words("\"aligned_by\":\"scene\","), HasSubstr("stars of some frames and scene of others"));
    EXPECT_EQ(words(""), "");
}

}  // namespace
}  // namespace nightstack::tools
