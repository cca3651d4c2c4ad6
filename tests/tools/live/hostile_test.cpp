// SPDX-License-Identifier: MIT
// Files that are broken or that lie: refused in one sentence that names the file, with no more memory than allowed.
#include <gmock/gmock.h>

#include <fstream>
#include <functional>

#include "io/chunks/chunk_reader.h"
#include "io/chunks/chunk_writer.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/live/made_states.h"
#include "tools/live/tile_bytes.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

constexpr io::ChunkFormat kFormat{{'\x8B', 'N', 'S', 'T', '\r', '\n', '\x1A', '\n'}, 3, "a live stack (.nst)"};
constexpr io::ChunkKind kState{'S', 'T', 'A', 'T'}, kAbout{'A', 'B', 'O', 'U'}, kTile{'T', 'I', 'L', 'E'};
constexpr std::size_t kClosedFramesAt = 2 * 4 + 4 * 8 + 9 * 8;  // in STAT, see docs/nst.md
constexpr std::size_t kTilesAt = kClosedFramesAt + 8 + 4 + 4 * 4;

class Hostile : public testing::Test {
protected:
    void SetUp() override { whole_ = saved(path_, small_state()); }
    void put(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }
    // What loading says; "" when it says nothing.
    std::string words(std::uint64_t memory = std::uint64_t{1} << 26) const {
        SerialRunner serial;
        try {
            load_state(path_, memory, serial);
        } catch (const Error& e) {
            const std::string text = e.what();
            EXPECT_THAT(text, HasSubstr(path_.string()));
            EXPECT_EQ(text.find('\n'), std::string::npos);
            return text;
        }
        return "";
    }
    struct Parts {
        Bytes state, about, tile;
    };
    Parts parts() const {
        put(whole_);
        io::ChunkReader file(path_, kFormat);
        Parts p;
        p.state = file.next_bytes(kState, 4096);
        p.about = file.next_bytes(kAbout, 1 << 20);
        p.tile = file.next_bytes(kTile, 1 << 24);
        return p;
    }
    // The file with changed parts and right checksums.
    std::string words_of(const std::function<void(Parts&)>& change) const {
        Parts p = parts();
        change(p);
        io::ChunkWriter file(path_, kFormat, io::Overwrite::yes);
        file.add(io::packed(kState, p.state));
        file.add(io::packed(kAbout, p.about));
        file.add(io::packed(kTile, p.tile));
        file.publish();
        return words();
    }
    std::string words_of_about(const std::string& from, const std::string& to) const {
        return words_of([&](Parts& p) {
            std::string text(reinterpret_cast<const char*>(p.about.data()), p.about.size());
            const std::size_t at = text.find(from);
            ASSERT_NE(at, std::string::npos) << from;
            text.replace(at, from.size(), to);
            const auto bytes = std::as_bytes(std::span(text));
            p.about.assign(bytes.begin(), bytes.end());
        });
    }
    // The tile with one number changed, in memory.
    std::string words_of_tile(const std::function<void(LiveTile&)>& change) const {
        return words_of([&](Parts& p) {
            PlacedTile placed = decoded_tile(p.tile, 1, 2, OpenBlocks::kept);
            change(*placed.tile);
            p.tile = encoded_tile(placed.place, *placed.tile, OpenBlocks::kept);
        });
    }

    test::TempFolder folder_;
    std::filesystem::path path_ = folder_ / "x.nst";
    std::string whole_;
};

// The first pixel that has samples.
constexpr std::size_t kPixel = 5 * kLiveTileSide + 3;

TEST_F(Hostile, IsSmallEnoughToTryEveryByte) { EXPECT_LT(whole_.size(), 6000U); }

TEST_F(Hostile, EveryTruncationIsNoticed) {
    for (std::size_t length = 0; length < whole_.size(); ++length) {
        put(whole_.substr(0, length));
        ASSERT_NE(words(), "") << length;
    }
}

TEST_F(Hostile, EveryByteChangedIsNoticed) {
    for (std::size_t i = 0; i < whole_.size(); ++i) {
        std::string changed = whole_;
        changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
        put(changed);
        ASSERT_NE(words(), "") << i;
    }
    put(whole_);
    EXPECT_EQ(words(), "");
}

TEST_F(Hostile, ForeignFilesAndNewerOnes) {
    put("SIMPLE  =                    T");
    EXPECT_THAT(words(), HasSubstr("is not a live stack (.nst)"));
    put("");
    EXPECT_THAT(words(), HasSubstr("is not a live stack (.nst)"));
    io::ChunkFormat newer = kFormat;
    newer.version = 4;
    io::ChunkWriter(path_, newer, io::Overwrite::yes).publish();
    EXPECT_THAT(words(), HasSubstr("version 4, written by a newer nightstack; this one reads up to version 3"));
}

TEST_F(Hostile, TakesNoMoreMemoryThanItMay) {
    EXPECT_THAT(words(500'000), HasSubstr("MB while it is read, --memory leaves 0 MB"));
}

TEST_F(Hostile, OptionsAndCountsThatCannotBe) {
    EXPECT_THAT(words_of([](Parts& p) { p.state[0] = std::byte{9}; }), HasSubstr("9 planes"));
    EXPECT_THAT(words_of([](Parts& p) { p.state[4] = std::byte{200}; }), HasSubstr("depth 200"));
    EXPECT_THAT(words_of([](Parts& p) { p.state[kClosedFramesAt + 6] = std::byte{1}; }), HasSubstr("frames"));
    EXPECT_THAT(words_of([](Parts& p) { p.state[kClosedFramesAt + 8] = std::byte{65}; }),
                HasSubstr("65 frames in the open"));
    EXPECT_THAT(words_of([](Parts& p) { p.state[kClosedFramesAt + 12 + 11] = std::byte{0x7F}; }), HasSubstr("canvas"));
    EXPECT_THAT(words_of([](Parts& p) { p.state[kTilesAt + 3] = std::byte{0xFF}; }), HasSubstr("tiles"));
    EXPECT_THAT(words_of([](Parts& p) { p.state.pop_back(); }), HasSubstr("ends too early"));
    EXPECT_THAT(words_of([](Parts& p) { p.state.push_back({}); }), HasSubstr("longer"));
    EXPECT_THAT(words_of([](Parts& p) { p.state[kClosedFramesAt + 12 + 9] = std::byte{4}; }), HasSubstr("is missing"));
}

TEST_F(Hostile, TilesThatNoSamplesMake) {
    const std::string none = "none that samples";
    EXPECT_EQ(words_of_tile([](LiveTile&) {}), "");
    EXPECT_THAT(words_of_tile([](LiveTile& t) { t.open(0).count[kPixel] = 65; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { t.open(0).weight[kPixel] = 60000; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { ++t.open(0).sum[kPixel]; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { ++t.open(0).squares[kPixel]; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { t.open(0).lowest[kPixel] = kNoLowest; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { t.open(0).highest[0] = 17; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { t.closed(0).count[kPixel] = 2; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { t.closed(0).low[kPixel] = 1; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { t.closed(0).sum[0] = 1; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { t.closed(0).squares[kPixel] = -1; }), HasSubstr(none));
    EXPECT_THAT(words_of_tile([](LiveTile& t) { t.closed(0).flagged[kPixel] = 9; }), HasSubstr(none));
    EXPECT_THAT(words_of([](Parts& p) { p.tile[3] = std::byte{0x7F}; }), HasSubstr("beyond every canvas"));
    EXPECT_THAT(words_of([](Parts& p) { p.tile.pop_back(); }), HasSubstr("size of a tile"));
}

TEST_F(Hostile, LedgersThatCannotBe) {
    EXPECT_THAT(words_of([](Parts& p) { p.about.resize(10); }), HasSubstr("no JSON"));
    EXPECT_THAT(words_of([](Parts& p) { p.about.assign(100'000, std::byte{'['}); }), HasSubstr("too deep"));
    EXPECT_THAT(words_of_about("\"verdict\":\"stacked\"", "\"verdict\":\"rejected\""), HasSubstr("'block'"));
    EXPECT_THAT(words_of_about("\"verdict\":\"stacked\"", "\"verdict\":\"praised\""),
                HasSubstr("'verdict' is 'praised'"));
    EXPECT_THAT(words_of_about("\"camera\"", "\"camel\""), HasSubstr("'camera' is missing"));
    EXPECT_THAT(words_of_about("\"canvas_scale\":0.5", "\"canvas_scale\":0"), HasSubstr("canvas_scale"));
    EXPECT_THAT(words_of_about("\"canvas\":[0,0,0,0]", "\"canvas\":[0,0,9000,9000]"), HasSubstr("more than the stack"));
    EXPECT_THAT(words_of_about("\"canvas\":[0,0,0,0]", "\"canvas\":[0,0,960,541],\"x\":0"),
                HasSubstr("more than the stack"));
    EXPECT_THAT(words_of_about("\"framing\":\"max\"", "\"framing\":\"reference\""), "");
    EXPECT_THAT(words_of([](Parts& p) {
                    std::string text(reinterpret_cast<const char*>(p.about.data()), p.about.size());
                    for (const auto& [from, to] : {std::pair("\"canvas\":[0,0,0,0]", "\"canvas\":[0,0,65536,65536]"),
                                                   std::pair("\"framing\":\"max\"", "\"framing\":\"reference\"")})
                        text.replace(text.find(from), std::string_view(from).size(), to);
                    const auto bytes = std::as_bytes(std::span(text));
                    p.about.assign(bytes.begin(), bytes.end());
                }),
                HasSubstr("more than the stack"));
    EXPECT_THAT(words_of_about("\"stars\":[[", "\"stars\":[[1],["), HasSubstr("a star of 'stars'"));
    EXPECT_THAT(words_of_about("\"columns\":3", "\"columns\":60000"), HasSubstr("'level' has not one number"));
    EXPECT_THAT(words_of_about("\"cell_px\":32", "\"cell_px\":0"), HasSubstr("'cell_px' is 0"));
    EXPECT_THAT(words_of_about("\"level\":[[", "\"level\":[],\"x\":[["), HasSubstr("the levels of no camera"));
    EXPECT_THAT(words_of_about("\"size\":[1920", "\"size\":[-1920"), HasSubstr("'size'"));
    EXPECT_THAT(words_of_about("\"tilt\":[[", "\"tilt\":[[1,["), HasSubstr("no"));
    EXPECT_THAT(words_of_about("\"noise_adu\":7.5", "\"noise_adu\":-7.5"), HasSubstr("'noise_adu'"));
    EXPECT_THAT(words_of_about("\"grey\":[0.0,1.0", "\"grey\":[0.0,0.0"), HasSubstr("'grey'"));
    EXPECT_THAT(words_of_about("\"sky\":[[1000.0", "\"sky\":[[1e30"),
                HasSubstr("a sky of its reference that cannot be"));
    EXPECT_THAT(words_of_about("\"sky\":[[1000.0,12.0", "\"sky\":[[1000.0,-12.0"), HasSubstr("a sigma of 'sky'"));
    EXPECT_THAT(words_of_about("\"plain_darks\":false", "\"plain_darks\":3"), HasSubstr("'plain_darks'"));
    EXPECT_THAT(words_of_about("\"open_block\":1", "\"open_block\":7"), HasSubstr("frames in the open block"));
    EXPECT_THAT(words_of_about("\"kind\":\"dark\"", "\"kind\":7"), HasSubstr("'kind'"));
    EXPECT_THAT(words_of_about("\"sequence\":1", "\"sequence\":-1"), HasSubstr("'sequence'"));
    EXPECT_THAT(words_of_about("\"file\":\"0.fits\"", "\"file\":\"" + std::string(5000, 'x') + "\""),
                HasSubstr("too long"));
    EXPECT_THAT(words_of_about("\"frames\":[{", "\"frames\":[],\"x\":[{"),
                HasSubstr("lists 0 stacked frames, the stack has 2"));
}

// Numbers that a frame is made with once more: nothing behind the reader asks again.
TEST_F(Hostile, NumbersThatNoFrameIsMadeWith) {
    const std::string weight = "\"weight\":[1.0,", no_weight = "'weight' is none that a frame has";
    EXPECT_EQ(words_of_about(weight, "\"weight\":[1.875,"), "");
    EXPECT_EQ(words_of_about(weight, "\"weight\":[0.125,"), "");
    for (const char* w : {"2.0", "5", "16", "-1e9", "1e300", "0.1", "1e-9"})
        EXPECT_THAT(words_of_about(weight, "\"weight\":[" + std::string(w) + ","), HasSubstr(no_weight)) << w;
    EXPECT_THAT(words_of_about(weight, "\"weight\":[0.0,"), HasSubstr("a stacked frame has the 'weight' 0"));
    EXPECT_THAT(words_of_about("\"scale\":[1.01", "\"scale\":[1e39"), HasSubstr("'scale'"));
    EXPECT_THAT(words_of_about("\"offset\":[-3.25", "\"offset\":[-1e300"), HasSubstr("'offset'"));
    EXPECT_THAT(words_of_about("\"tilt\":[[0.1", "\"tilt\":[[1e300"), HasSubstr("'tilt'"));
    EXPECT_THAT(words_of_about("\"grey\":[0.0", "\"grey\":[1e300"), HasSubstr("'grey'"));
    EXPECT_THAT(words_of_about("\"noise_adu\":7.5", "\"noise_adu\":1e300"), HasSubstr("'noise_adu'"));
    EXPECT_THAT(words_of_about("\"level\":[[1000.5", "\"level\":[[1e300"), HasSubstr("'level'"));
    EXPECT_THAT(words_of_about("\"white_adu\":4095.0", "\"white_adu\":1e300"), HasSubstr("'white_adu'"));
    for (const char* scale : {"1e-300", "1e-5", "17", "-1"})
        EXPECT_THAT(words_of_about("\"canvas_scale\":0.5", "\"canvas_scale\":" + std::string(scale)),
                    HasSubstr("'canvas_scale' is none that a stack has"));
    for (const char* m : {"[0,0,0,0,0,0,0,0,0]", "[1e-300,0,0,0,1e-300,0,0,0,1]", "[1e300,0,0,0,1,0,0,0,1]"})
        EXPECT_THAT(words_of_about("\"recipe\":{", "\"recipe\":{\"ref_from_frame\":" + std::string(m) + ","),
                    HasSubstr("lays no frame anywhere"));
}

// A few kilobytes on the disk, many in memory: refused before they cost more than was allowed.
TEST_F(Hostile, LedgersThatUnpackToMoreThanTheyMayTake) {
    const std::string spaces(std::size_t{3} << 20, ' ');
    EXPECT_EQ(words_of_about("{", "{" + spaces), "");
    EXPECT_THAT(words(std::uint64_t{2} << 20), HasSubstr("takes 4 MB while it is read, 2 MB are left for it"));
    std::string numbers = "\"measured\":{\"x\":[0";
    for (int i = 0; i < 500'000; ++i) numbers += ",0";
    EXPECT_EQ(words_of_about("\"measured\":{", numbers + "],"), "");
    EXPECT_THAT(words(std::uint64_t{20} << 20), HasSubstr("needs more than the 19 MB that are left for it"));
}

}  // namespace
}  // namespace nightstack::tools
