// SPDX-License-Identifier: MIT
#include "io/fits/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/fits/fits_error.h"
#include "io/fits/reader.h"
#include "tests/io/fits/fits_bytes.h"

namespace nightstack::io {
namespace {

using test::as_bytes;
using test::card;
using test::header;
using test::padded;
using test::plain_header;
using testing::HasSubstr;

FitsContents pass(const std::string& bytes) { return pass_gate(memory_source(as_bytes(bytes), "x.fits")); }

std::string data(std::size_t bytes) { return padded(std::string(bytes, '\1'), '\0'); }

std::string extension(const std::string& type, int bitpix, const std::vector<long>& axes,
                      const std::vector<std::string>& more = {}) {
    std::vector<std::string> cards{card("XTENSION= '" + type + "'"), card("BITPIX", bitpix),
                                   card("NAXIS", static_cast<long>(axes.size()))};
    for (std::size_t i = 0; i < axes.size(); ++i) cards.push_back(card("NAXIS" + std::to_string(i + 1), axes[i]));
    cards.push_back(card("PCOUNT", 0L));
    cards.push_back(card("GCOUNT", 1L));
    cards.insert(cards.end(), more.begin(), more.end());
    return header(cards);
}

struct Refusal {
    std::string what;  // part of the message
    FitsFault fault;
    std::string bytes;
};

void expect_refused(const Refusal& r) {
    try {
        pass(r.bytes);
        ADD_FAILURE() << "accepted; expected: " << r.what;
    } catch (const FitsError& e) {
        EXPECT_THAT(e.what(), HasSubstr(r.what));
        EXPECT_THAT(e.what(), testing::StartsWith("x.fits"));
        EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
        EXPECT_EQ(static_cast<int>(e.fault()), static_cast<int>(r.fault)) << e.what();
    }
}

std::vector<std::string> axes(long naxis, const std::vector<std::string>& lengths, const std::string& bitpix = "16") {
    std::vector<std::string> cards{card("SIMPLE", "T"), card("BITPIX", bitpix), card("NAXIS", naxis)};
    for (std::size_t i = 0; i < lengths.size(); ++i) cards.push_back(card("NAXIS" + std::to_string(i + 1), lengths[i]));
    return cards;
}

TEST(FitsGate, TakesAPlainPicture) {
    const FitsContents found = pass(plain_header(16, 7, 5, {card("BZERO", 32768L), card("BSCALE", 1L)}) + data(70));
    ASSERT_EQ(found.images.size(), 1U);
    const FitsLayout& layout = found.images[0].layout;
    EXPECT_EQ(layout.width, 7);
    EXPECT_EQ(layout.height, 5);
    EXPECT_EQ(layout.planes, 1);
    EXPECT_EQ(layout.bzero, 32768);
    EXPECT_EQ(layout.data_at, 2880U);
    EXPECT_EQ(layout.data_bytes, 70U);
    EXPECT_EQ(layout.end(), 5760U);
    EXPECT_TRUE(found.warnings.empty());
}

TEST(FitsGate, TakesCubesOfThreeAndEmptyFurtherAxes) {
    EXPECT_EQ(pass(header(axes(3, {"4", "4", "3"})) + data(96)).images[0].layout.planes, 3);
    EXPECT_EQ(pass(header(axes(3, {"4", "4", "1"})) + data(32)).images[0].layout.planes, 1);
    EXPECT_EQ(pass(header(axes(4, {"4", "4", "3", "1"})) + data(96)).images[0].layout.planes, 3);
}

TEST(FitsGate, RefusesWithOneClearLine) {
    const std::string pixels = data(32);
    std::vector<std::string> many = axes(104, std::vector<std::string>(104, "1"));
    std::vector<std::string> most = axes(999, std::vector<std::string>(999, "1"));
    const std::string good = plain_header(16, 4, 4);
    using F = FitsFault;
    const std::vector<Refusal> table{
        {"0 bytes, a FITS file has at least 2880", F::truncated, ""},
        {"4 bytes, a FITS file", F::truncated, "SIMP"},
        {"not a FITS file", F::not_fits, "stub\n"},
        {"not a FITS file", F::not_fits, std::string(5760, '\0')},
        {"a gzip file, unpack", F::compressed, "\x1f\x8b\x08 and more of it"},
        {"a bzip2 file, unpack", F::compressed, "BZh91AY&SY"},
        {"file ends inside the header", F::truncated, good.substr(0, 2879)},
        {"no END within 64 header blocks", F::header,
         std::string(good).replace(400, 3, "   ") + std::string(190000, ' ')},
        {"SIMPLE = F, T expected", F::header, header({card("SIMPLE", "F"), card("BITPIX", 8L), card("NAXIS", 0L)})},
        {"header card 2 is 'NAXIS   =                    2', BITPIX = expected", F::header,
         header({card("SIMPLE", "T"), card("NAXIS", 2L), card("BITPIX", 8L)})},
        {"header card 5 is 'END', NAXIS2 = expected", F::header, header(axes(2, {"4"}))},
        {"BITPIX = 12", F::header, header(axes(2, {"4", "4"}, "12")) + pixels},
        {"BITPIX = 16.0, a whole number expected", F::header, header(axes(2, {"4", "4"}, "16.0")) + pixels},
        {"NAXIS = 0, 2 or 3 expected", F::axes, header(axes(0, {}))},
        {"NAXIS = 1, 2 or 3 expected", F::axes, header(axes(1, {"4"})) + pixels},
        {"NAXIS = 5, 2 or 3 expected", F::axes, header(axes(5, {"2", "2", "1", "1", "1"})) + pixels},
        {"NAXIS = 104, 2 or 3 expected", F::axes, header(many) + pixels},
        {"NAXIS = 999, 2 or 3 expected", F::axes, header(most) + pixels},
        {"NAXIS = 1000, 2 or 3 expected", F::axes, header(axes(1000, {})) + pixels},
        {"NAXIS = -1, 2 or 3 expected", F::axes, header(axes(-1, {})) + pixels},
        {"NAXIS1 = 0, 1 to 16384 expected", F::axes, header(axes(2, {"0", "4"})) + pixels},
        {"NAXIS2 = -4, 1 to 16384 expected", F::axes, header(axes(2, {"4", "-4"})) + pixels},
        {"NAXIS1 = 16385, 1 to 16384 expected", F::axes, header(axes(2, {"16385", "4"})) + pixels},
        {"NAXIS1 = 9223372036854775807, 1 to", F::axes, header(axes(2, {"9223372036854775807", "4"})) + pixels},
        {"NAXIS1 = 9223372036854775808, a whole number", F::header,
         header(axes(2, {"9223372036854775808", "4"})) + pixels},
        {"NAXIS3 = 7, 1 or 3 planes expected", F::axes, header(axes(3, {"4", "4", "7"})) + pixels},
        {"NAXIS1 = 3: colours pixel by pixel", F::axes, header(axes(3, {"3", "4", "4"})) + pixels},
        {"NAXIS4 = 2, 1 expected", F::axes, header(axes(4, {"4", "4", "1", "2"})) + pixels},
        {"NAXIS1 stands again in header card 6", F::header, plain_header(16, 4, 4, {card("NAXIS1", 2L)}) + pixels},
        {"NAXIS stands again", F::header, plain_header(16, 4, 4, {card("NAXIS", 2L)}) + pixels},
        {"BITPIX stands again", F::header, plain_header(16, 4, 4, {card("BITPIX", 8L)}) + pixels},
        {"SIMPLE stands again", F::header, plain_header(16, 4, 4, {card("SIMPLE", "T")}) + pixels},
        {"BZERO stands again", F::header, plain_header(16, 4, 4, {card("BZERO", 0L), card("BZERO", 1L)}) + pixels},
        {"XTENSION stands again", F::header, plain_header(16, 4, 4, {card("XTENSION= 'IMAGE'")}) + pixels},
        {"BZERO without '= '", F::header, plain_header(16, 4, 4, {card("BZERO   =32768")}) + pixels},
        {"BZERO without '= '", F::header, plain_header(16, 4, 4, {card("BZERO  *=                32768")}) + pixels},
        {"BZERO = many, a number expected", F::header, plain_header(16, 4, 4, {card("BZERO   = many")}) + pixels},
        {"BZERO has a quote that is never closed in header card 6", F::header,
         plain_header(16, 4, 4, {card("BZERO   =            '   32768")}) + pixels},
        {"BLANK has a quote that is never closed", F::header,
         plain_header(16, 4, 4, {card("BLANK   = '  ''  32768")}) + pixels},
        {"BSCALE = 0", F::header, plain_header(16, 4, 4, {card("BSCALE", 0L)}) + pixels},
        {"BLANK = 1.5, a whole number", F::header, plain_header(16, 4, 4, {card("BLANK", "1.5")}) + pixels},
        {"random groups", F::axes, plain_header(16, 4, 4, {card("GROUPS", "T")}) + pixels},
        {"PCOUNT = 5, GCOUNT = 1", F::axes, plain_header(16, 4, 4, {card("PCOUNT", 5L)}) + pixels},
        {"END card of the header is not empty", F::header, std::string(good).replace(410, 3, "OF ") + pixels},
        {"header card 6 has byte 10 in column 3", F::header, plain_header(16, 4, 4, {card("AB\nC    = 1")}) + pixels},
        {"header card 6 has byte 0 in column 12", F::header,
         plain_header(16, 4, 4, {card(std::string("BZERO   = 3\0", 12))}) + pixels},
        {"file has 2911 bytes, data would end at byte 2912", F::truncated, (good + pixels).substr(0, 2911)},
        {"2880 bytes after the data are no extension", F::header, good + pixels + std::string(2880, 'x')},
        {"extension 1 would end", F::truncated, good + pixels + extension("IMAGE   ", 8, {100, 100})},
        {"file ends inside the header", F::truncated, good + pixels + extension("IMAGE   ", 8, {1, 1}).substr(0, 2000)},
        {"extension 1: header card 2", F::header,
         good + pixels + header({card("XTENSION= 'IMAGE'"), card("NAXIS", 0L)})},
        {"extension 1: a header that announces", F::axes,
         good + pixels + extension("BINTABLE", 8, {9223372036854775807, 9223372036854775807})},
        {"extension 1: an axis of -1", F::axes, good + pixels + extension("BINTABLE", 8, {-1, 10})},
        {"a tile-compressed image", F::compressed,
         header(axes(0, {})) + extension("BINTABLE", 8, {8, 1}, {card("ZIMAGE", "T")}) + pixels},
    };
    for (const Refusal& r : table) expect_refused(r);
}

TEST(FitsGate, RefusesTooManyPixelsUnlessOurOwn) {
    EXPECT_THROW(pass(plain_header(8, 16384, 16385)), FitsError);
    expect_refused({"NAXIS1 = 65537, 1 to 65536", FitsFault::axes,
                    plain_header(8, 65537, 1, {card("PROGRAM = 'nightstack 0.1'")})});
    expect_refused({"65536 x 65536 pixels, at most 268435456", FitsFault::axes,
                    plain_header(8, 65536, 65536, {card("PROGRAM = 'nightstack 0.1'")})});
    const std::string own = plain_header(8, 20000, 1, {card("PROGRAM = 'nightstack 0.1'")}) + data(20000);
    EXPECT_EQ(pass(own).images[0].layout.width, 20000);
}

TEST(FitsGate, ForgivesWhatDoesNoHarm) {
    const std::string good = plain_header(16, 4, 4);
    EXPECT_EQ(pass(good + data(32).substr(0, 32)).warnings.size(), 1U);              // tail without padding
    EXPECT_EQ(pass(good + data(32) + std::string(5760, '\0')).warnings.size(), 1U);  // zeroes behind
    EXPECT_EQ(pass(plain_header(16, 4, 4, {card("OBSERVER= 'J\xF6rg'")}) + data(32)).warnings.size(), 1U);
    EXPECT_EQ(pass(plain_header(16, 4, 4, {card(std::string("OBJECT  = 'M42'\0\0", 17))}) + data(32))
                  .images[0]
                  .header.text("OBJECT"),
              "M42");
    EXPECT_TRUE(
        pass(plain_header(16, 4, 4, {card("PCOUNT", 0L), card("GCOUNT", 1L), card("GROUPS", "F"), card("")}) + data(32))
            .warnings.empty());
}

TEST(FitsGate, ListsPicturesBehindThePrimaryAndStepsOverTheRest) {
    const std::string bytes = plain_header(16, 4, 4) + data(32) + extension("BINTABLE", 8, {10, 20}) + data(200) +
                              extension("IMAGE   ", -32, {4, 4, 6}, {card("EXTNAME = 'VAR     '")}) + data(384) +
                              extension("IMAGE   ", 8, {}) + extension("IMAGE   ", 8, {4, 4, 99}) + data(1584) +
                              extension("IMAGE   ", 16, {2, 2}, {card("EXTNAME = 'COV'")}) + data(8);
    const FitsFile file(memory_source(as_bytes(bytes), "x.fits"));
    ASSERT_EQ(file.images().size(), 3U);
    EXPECT_EQ(file.find("VAR"), 1);
    EXPECT_EQ(file.images()[1].layout.planes, 6);
    EXPECT_EQ(file.find("COV"), 2);
    EXPECT_EQ(file.find("REJ"), -1);
    EXPECT_EQ(file.warnings().size(), 2U);
    EXPECT_THAT(file.warnings()[0], HasSubstr("extension 3: NAXIS = 0, 2 or 3 expected; skipped"));
}

TEST(FitsGate, StopsLookingAfterManyExtensions) {
    std::string bytes = plain_header(16, 4, 4) + data(32);
    for (int i = 0; i < 200; ++i) bytes += extension("IMAGE   ", 8, {});
    EXPECT_LE(pass(bytes).warnings.size(), 40U);
}

TEST(FitsGate, AnApostropheInACommentClosesNothing) {
    const FitsContents found = pass(plain_header(16, 4, 4, {card("BZERO   = '32768 ' / Bob's offset")}) + data(32));
    EXPECT_EQ(found.images.size(), 1U);
}

// Half-written files: whatever the length, no zeroes for pixels.
TEST(FitsGate, RefusesEveryTruncation) {
    const std::string whole = plain_header(16, 30, 10) + data(600) + extension("IMAGE   ", 8, {9, 9}) + data(81);
    const std::size_t primary = 2880 + 600;
    const std::size_t all = 5760 + 2880 + 81;
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        const std::string part = whole.substr(0, length);
        const bool whole_units = (length >= primary && length <= 5760) || length >= all;
        try {
            const FitsContents found = pass(part);
            ASSERT_TRUE(whole_units) << length;
            ASSERT_EQ(found.images.size(), length >= all ? 2U : 1U);
            ASSERT_EQ(found.warnings.empty(), length % 2880 == 0) << length;
        } catch (const FitsError& e) {
            ASSERT_FALSE(whole_units) << length << e.what();
            // up to eight bytes of "XTENSION" are no extension yet
            const bool cut_word = length > 5760 && length < 5768;
            ASSERT_EQ(e.fault(), cut_word ? FitsFault::header : FitsFault::truncated) << length << e.what();
        }
    }
}

TEST(FitsGate, TellsTheSizeOfAFileStillBeingWritten) {
    const std::string part = plain_header(16, 100, 100);
    const FitsHdu hdu = read_primary_header(memory_source(as_bytes(part), "x.fits"));
    EXPECT_EQ(hdu.layout.data_at + hdu.layout.data_bytes, 22880U);
}

TEST(FitsError, NamesTheReason) {
    EXPECT_EQ(reason_of(FitsFault::truncated), Reason::truncated);
    EXPECT_EQ(reason_of(FitsFault::pattern), Reason::pattern);
    EXPECT_EQ(reason_of(FitsFault::axes), Reason::header);
}

}  // namespace
}  // namespace nightstack::io
