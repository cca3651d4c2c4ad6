// SPDX-License-Identifier: MIT
#include "io/fits/header.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "io/fits/cards.h"
#include "pipeline/core/error.h"
#include "tests/io/fits/fits_bytes.h"

namespace nightstack::io {
namespace {

using test::card;

TEST(FitsHeader, ReadsValuesInFreeAndFixedFormat) {
    const FitsHeader h = FitsHeader::parse(
        card("EXPTIME = 060.00 / seconds") + card("GAIN", 80L) + card("TEMP    = -1.5D+1/cold") +
        card("FLAG    = T/x") + card("BZERO   = +3.276800000000E+004") + card("BIG     = 99999999999999999999"));
    EXPECT_EQ(h.number("EXPTIME"), 60.0);
    EXPECT_EQ(h.find("EXPTIME")->comment, "seconds");
    EXPECT_EQ(h.integer("GAIN"), 80);
    EXPECT_EQ(h.number("TEMP"), -15.0);
    EXPECT_EQ(h.find("TEMP")->comment, "cold");
    EXPECT_EQ(h.logical("FLAG"), true);
    EXPECT_EQ(h.integer("BZERO"), 32768);
    EXPECT_EQ(h.integer("BIG"), std::nullopt);
    EXPECT_EQ(h.number("BIG"), 1e20);
}

TEST(FitsHeader, ReadsTextWhateverItsQuotes) {
    const FitsHeader h = FitsHeader::parse(card("A       = 'O''Hara / x ' / note") + card("B       = 'no end of it") +
                                           card("C       = M 42 / bare") + card("D       = '        '") +
                                           card("E       = ''") + card("F       = '10.5'") + card("G       ="));
    EXPECT_EQ(h.text("A"), "O'Hara / x");
    EXPECT_EQ(h.find("A")->comment, "note");
    EXPECT_EQ(h.text("B"), "no end of it");
    EXPECT_EQ(h.text("C"), "M 42");
    EXPECT_EQ(h.text("D"), "");
    EXPECT_EQ(h.text("E"), "");
    EXPECT_EQ(h.number("F"), 10.5);
    EXPECT_EQ(h.number("A"), std::nullopt);
    EXPECT_EQ(h.text("G"), "");
    EXPECT_EQ(h.text("Z"), std::nullopt);
}

TEST(FitsHeader, JoinsLongTextsAndHierarchWords) {
    const FitsHeader h = FitsHeader::parse(
        card("LONG    = 'first &'") + card("CONTINUE  'second&'") + card("CONTINUE  ' third' / said") +
        card("HIERARCH ESO DET ID = 'DV13' / id") + card("AND     = 'rest&'") + card("OTHER   = 1"));
    EXPECT_EQ(h.text("LONG"), "first second third");
    EXPECT_EQ(h.find("LONG")->comment, "said");
    EXPECT_EQ(h.text("ESO DET ID"), "DV13");
    EXPECT_EQ(h.text("AND"), "rest&");
    EXPECT_EQ(h.integer("OTHER"), 1);
}

TEST(FitsHeader, KeepsCommentaryApartAndTakesTheFirstOfTwo) {
    const FitsHeader h = FitsHeader::parse(card("HISTORY  one = 1") + card("COMMENT = 3") + card("KEY     = 1") +
                                           card("KEY     = 2") + card("        / GROUP") + card("NOVALUE 5"));
    EXPECT_EQ(h.history(), std::vector<std::string>{"one = 1"});
    EXPECT_EQ(h.integer("KEY"), 1);
    EXPECT_FALSE(h.has("COMMENT"));
    EXPECT_FALSE(h.has("NOVALUE"));
    EXPECT_EQ(h.cards().size(), 6U);
}

TEST(FitsHeader, NumbersThatAreNone) {
    for (const char* text : {"", "nan", "inf", "1e999", "(1,2)", "0x10", "1 2", "+-5", "--5", "1.2.3", "E5", "T"}) {
        EXPECT_EQ(parse_fits_number(text), std::nullopt) << text;
    }
    EXPECT_EQ(parse_fits_number(" +.5d-1 "), 0.05);
    EXPECT_EQ(parse_fits_number("5."), 5.0);
}

TEST(FitsCards, FollowTheFixedFormat) {
    FitsCards cards;
    cards.logical("SIMPLE", true, "ok").integer("NAXIS", -7).number("EXPTIME", 10).text("OBJECT", "M'42", "target");
    EXPECT_EQ(cards.bytes().substr(0, 80), card("SIMPLE  =                    T / ok"));
    EXPECT_EQ(cards.bytes().substr(80, 80), card("NAXIS   =                   -7"));
    EXPECT_EQ(cards.bytes().substr(160, 80), card("EXPTIME =                  10."));
    EXPECT_EQ(cards.bytes().substr(240, 80), card("OBJECT  = 'M''42   '           / target"));
}

TEST(FitsCards, ComeBackAsTheyWere) {
    std::mt19937_64 random(7);
    for (int turn = 0; turn < 2000; ++turn) {
        std::string text;
        const std::size_t length = random() % 300;
        for (std::size_t i = 0; i < length; ++i) {
            text += random() % 4 == 0 ? '\'' : static_cast<char>(32 + random() % 95);
        }
        text.resize(text.find_last_not_of(' ') + 1);
        if (text.ends_with('&')) text += '.';
        double value;
        const std::uint64_t bits = random();
        static_assert(sizeof value == sizeof bits);
        std::memcpy(&value, &bits, sizeof value);
        const auto whole = static_cast<std::int64_t>(random());
        FitsCards cards;
        cards.text("TEXT", text).number("NUMBER", value).integer("WHOLE", whole);
        ASSERT_EQ(cards.bytes().size() % 80, 0U);
        const FitsHeader h = FitsHeader::parse(cards.bytes());
        EXPECT_EQ(h.text("TEXT"), text);
        EXPECT_EQ(h.number("NUMBER"), std::isfinite(value) ? std::optional(value) : std::nullopt);
        EXPECT_EQ(h.integer("WHOLE"), whole);
    }
}

TEST(FitsCards, ReplaceWhatIsNotAscii) {
    FitsCards cards;
    cards.text("OBJECT", "h\xC3\xB6he\t\x01", "5 \xC2\xB5m");
    EXPECT_EQ(cards.bytes(), card("OBJECT  = 'h?he??  '           / 5 ?m"));
    EXPECT_THROW(cards.integer("lower", 1), OptionError);
    EXPECT_THROW(cards.integer("MUCHTOOLONG", 1), OptionError);
}

TEST(FitsCards, SplitHistoryAtBlanks) {
    FitsCards cards;
    const std::string word(30, 'w');
    cards.history(word + " " + word + " " + word).history(std::string(100, 'x')).history("");
    const FitsHeader h = FitsHeader::parse(cards.bytes());
    EXPECT_EQ(h.history(),
              (std::vector<std::string>{word + " " + word, word, std::string(72, 'x'), std::string(28, 'x'), ""}));
}

TEST(FitsCards, CopyCardsOfOtherFiles) {
    const FitsHeader h =
        FitsHeader::parse(card("CRVAL1  =       315.4441289839 / [deg]") + card("CTYPE1  = 'RA---TAN'") +
                          card("BZERO   = 32768") + card("HIERARCH A B = 1") + card("HISTORY solved"));
    FitsCards cards;
    std::vector<bool> done;
    for (const FitsCard& c : h.cards()) done.push_back(cards.copy(c));
    EXPECT_EQ(done, (std::vector<bool>{true, true, false, false, true}));
    EXPECT_EQ(cards.bytes().substr(0, 80), card("CRVAL1  =       315.4441289839 / [deg]"));
    EXPECT_EQ(cards.count(), 3U);
}

TEST(FitsCards, IgnoreTheLocale) {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) std::setlocale(LC_ALL, "C.UTF-8");  // the best there is
    FitsCards cards;
    cards.number("EXPTIME", 1.5);
    EXPECT_EQ(cards.bytes(), card("EXPTIME =                  1.5"));
    EXPECT_EQ(FitsHeader::parse(cards.bytes()).number("EXPTIME"), 1.5);
    std::setlocale(LC_ALL, before.c_str());
}

}  // namespace
}  // namespace nightstack::io
