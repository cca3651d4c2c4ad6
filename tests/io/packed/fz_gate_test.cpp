// SPDX-License-Identifier: MIT
// What the gate lets through to cfitsio, and what not.
#include "io/packed/fz_gate.h"

#include <gmock/gmock.h>

#include "io/fits/fits_error.h"
#include "tests/io/fits/fits_bytes.h"
#include "tests/io/packed/made_fz.h"

namespace nightstack::io {
namespace {

using nightstack::test::MadeFz;
using test::card;
using testing::HasSubstr;
using testing::Not;

std::string made(const MadeFz& m) {
    const nightstack::test::TempFolder temp;
    nightstack::test::make_fz(temp / "a.fz", m);
    return nightstack::test::file_bytes(temp / "a.fz");
}

FzPicture pass(const std::string& bytes) { return pass_fz_gate(memory_source(test::as_bytes(bytes), "a.fz")); }

std::string with_card(std::string bytes, const std::string& key, const std::string& new_card) {
    std::string field = key;
    field.resize(8, ' ');
    std::size_t at = 2880;
    while (bytes.compare(at, 8, field) != 0) {
        at += 80;
        if (at + 80 > bytes.size()) throw std::logic_error("no card " + key);
    }
    return bytes.replace(at, 80, card(new_card));
}

std::string with_value(const std::string& bytes, const std::string& key, const std::string& value) {
    std::string field = key;
    field.resize(8, ' ');
    return with_card(bytes, key, field + "= " + value);
}

std::size_t table_at(const std::string& bytes) { return pass(bytes).table_at; }

void expect_refused(const std::string& bytes, const std::string& words, FitsFault fault = FitsFault::header) {
    try {
        pass(bytes);
        ADD_FAILURE() << "accepted: " << words;
    } catch (const FitsError& e) {
        EXPECT_THAT(e.what(), testing::AllOf(testing::StartsWith("a.fz: "), HasSubstr(words)));
        EXPECT_EQ(static_cast<int>(e.fault()), static_cast<int>(fault)) << words;
        EXPECT_THAT(e.what(), Not(HasSubstr("\n")));
    }
}

TEST(FzGate, PassesWhatCfitsioPacks) {
    const FzPicture found = pass(made({"RICE_1", 16, true, 61, 47, 3, 4}));
    EXPECT_EQ(found.layout.width, 61);
    EXPECT_EQ(found.layout.height, 47);
    EXPECT_EQ(found.layout.planes, 3);
    EXPECT_EQ(found.layout.bitpix, 16);
    EXPECT_EQ(found.layout.bzero, 32768);
    EXPECT_EQ(found.layout.data_bytes, 61u * 47 * 3 * 2);
    EXPECT_EQ(found.tile_rows, 4);
    EXPECT_EQ(found.tile_pixels, 4 * 61);
}

TEST(FzGate, CfitsioSeesOnlyCardsWrittenAnew) {
    std::string bytes = made({});
    bytes = with_card(bytes, "OBJECT", "OBJECT  = 'hostile'");
    const std::string clean = pass(bytes).clean_header;
    EXPECT_EQ(clean.size() % 2880, 0u);
    EXPECT_THAT(clean, Not(HasSubstr("hostile")));
    EXPECT_THAT(clean, Not(HasSubstr("BZERO")));
    EXPECT_THAT(clean, HasSubstr("ZCMPTYPE= 'RICE_1  '"));
}

TEST(FzGate, RefusesWithOneClearLine) {
    const std::string good = made({"RICE_1", 16, false, 61, 47});
    const std::string quantised = made({"RICE_1", -32, false, 61, 47, 1, 1, 0, 4, 1});
    const std::string huge = "99999999999999999999";
    expect_refused(with_value(good, "ZIMAGE", "F"), "no tile-compressed image");
    expect_refused(with_value(good, "ZCMPTYPE", "'NEW_1'"), "ZCMPTYPE = 'NEW_1'");
    expect_refused(with_value(good, "ZBITPIX", "64"), "ZBITPIX = 64");
    expect_refused(with_value(good, "ZBITPIX", "-32"), "floats without ZSCALE");
    expect_refused(with_value(good, "ZNAXIS", "104"), "ZNAXIS = 104", FitsFault::axes);
    expect_refused(with_value(good, "ZNAXIS1", "0"), "NAXIS1 = 0", FitsFault::axes);
    expect_refused(with_value(good, "ZNAXIS1", huge), "ZNAXIS1 = 999");
    expect_refused(with_value(good, "ZNAXIS2", "16384"), "47 table rows for 16384 tiles");
    expect_refused(with_value(good, "ZTILE1", "0"), "ZTILE1 = 0");
    expect_refused(with_value(good, "ZTILE1", "10"), "47 table rows for 329 tiles");
    expect_refused(with_value(good, "NAXIS2", "46"), "46 table rows for 47 tiles");
    expect_refused(with_value(good, "TFIELDS", "0"), "TFIELDS = 0");
    expect_refused(with_value(good, "TFORM1", "'2PB(9)'"), "of form '2PB(9)'");
    expect_refused(with_value(good, "TFORM1", "'1PI(9)'"), "of form 1PI");
    expect_refused(with_value(good, "TFORM1", "'1QB(9)'"), "the columns have 16");
    expect_refused(with_value(good, "TTYPE1", "'PIXELS'"), "column 'PIXELS' is none");
    expect_refused(with_value(good, "ZVAL1", "7"), "BLOCKSIZE = 7");
    expect_refused(with_value(good, "ZVAL2", "4"), "BYTEPIX = 4");
    expect_refused(with_value(good, "PCOUNT", "10"), "of a heap of 10");
    expect_refused(with_value(good, "PCOUNT", "9999999"), "would end at byte", FitsFault::truncated);
    expect_refused(with_value(good, "PCOUNT", "9223372036854775807"), "announces more than 2^62", FitsFault::axes);
    expect_refused(with_value(good, "GCOUNT", "2"), "the mandatory cards of its table");
    expect_refused(with_value(good, "BITPIX", "16"), "the mandatory cards of its table");
    expect_refused(with_value(quantised, "ZQUANTIZ", "'DITHER_9'"), "ZQUANTIZ = 'DITHER_9'");
    expect_refused(with_value(quantised, "ZDITHER0", "0"), "ZDITHER0 = 0");
    expect_refused(with_value(quantised, "TFORM3", "'1E'"), "of form '1E'");
}

TEST(FzGate, RefusesPointersOutOfTheHeap) {
    const std::string good = made({});
    const std::size_t at = table_at(good);
    std::string bytes = good;
    bytes.replace(at + 8, 4, std::string("\x7f\xff\xff\xff", 4));  // count of row 2
    expect_refused(bytes, "tile 2 of 47: 2147483647 elements");
    bytes = good;
    bytes.replace(at + 12, 4, std::string("\xff\xff\xff\xf0", 4));  // offset of row 2
    expect_refused(bytes, "at byte -16 of a heap");
    bytes = good;
    bytes.replace(at + 16, 4, std::string(4, '\0'));
    expect_refused(bytes, "tile 3 of 47 has no data");
}

TEST(FzGate, RefusesHcompressStreamsOfAnotherSize) {
    std::string bytes = made({"HCOMPRESS_1", 16, false, 61, 48, 1, 16});
    const FzPicture found = pass(bytes);
    const std::size_t heap = found.table_at + 8 * 3;
    bytes.replace(heap + 2, 4, std::string("\x7f\x00\x00\x00", 4));
    expect_refused(bytes, "no HCOMPRESS stream of 976 pixels");
}

TEST(FzGate, RefusesBombs) {
    // One row of a few bytes that says it is 256 million pixels.
    std::string bytes = made({"GZIP_1", 8, false, 100, 1});
    bytes = with_value(bytes, "ZNAXIS1", "16384");
    bytes = with_value(bytes, "ZNAXIS2", "16384");
    bytes = with_value(bytes, "ZTILE1", "16384");
    bytes = with_value(bytes, "ZTILE2", "16384");
    expect_refused(bytes, "tiles of 268435456 pixels");
    expect_refused(with_value(bytes, "ZTILE2", "1"), "1 table rows for 16384 tiles");
    bytes = with_value(with_value(bytes, "ZNAXIS2", "4096"), "ZTILE2", "4096");
    expect_refused(bytes, "compressed bytes are no picture of 67108864");
}

TEST(FzGate, RefusesEveryTruncation) {
    const std::string good = made({});
    const FzPicture found = pass(good);
    for (std::size_t size = 0; size < found.table_at + found.table_bytes; size += 7)
        EXPECT_THROW(pass(good.substr(0, size)), FitsError) << size;
}

}  // namespace
}  // namespace nightstack::io
