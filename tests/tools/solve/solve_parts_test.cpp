// SPDX-License-Identifier: MIT
// The parts of plate solving: child processes in bounds, tables and headers of others, proof of a solution.
#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <stop_token>
#include <thread>
#include <tuple>

#include "io/fits/header.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"
#include "tools/solve/child_process.h"
#include "tools/solve/private_folder.h"
#include "tools/solve/solve_field.h"
#include "tools/solve/star_table.h"
#include "tools/solve/wcs_header.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

ChildEnd shell(const fs::path& folder, const std::string& script, int seconds = 10) {
    ChildLimits limits;
    limits.wall = std::chrono::seconds(seconds);
    limits.file_bytes = 100'000;
    return run_child("/bin/sh", {"-c", script}, folder, limits, {});
}

TEST(Child, SaysItsWordsIntoTheLogAndEndsWithItsCode) {
    const test::TempFolder temp;
    const ChildEnd end = shell(temp.path(), "pwd; echo to stderr >&2; exit 7");
    EXPECT_EQ(end.code, 7);
    EXPECT_FALSE(end.timed_out);
    EXPECT_EQ(text_of(temp / "log"), temp.path().string() + "\nto stderr\n");
}

TEST(Child, GetsWordsAsTheyAreAndNoneOfOurEnvironmentAndFiles) {
    const test::TempFolder temp;
    ASSERT_EQ(::setenv("NIGHTSTACK_SECRET", "x", 1), 0);
    const std::ifstream open_file("/etc/passwd");
    const ChildEnd end = run_child("/bin/sh", {"-c", "echo \"$1\"; env; ls /proc/self/fd", "sh", "$(id); `id` '*'"},
                                   temp.path(), {}, {});
    EXPECT_EQ(end.code, 0);
    const std::string log = text_of(temp / "log");
    EXPECT_THAT(log, HasSubstr("$(id); `id` '*'\n"));
    EXPECT_EQ(log.find("SECRET"), std::string::npos);
    EXPECT_THAT(log, HasSubstr("0\n1\n2\n3\n"));  // 3 is the listing's own
    EXPECT_EQ(log.find("\n4\n"), std::string::npos) << log;
}

TEST(Child, IsKilledWithAllItStartedWhenTimeIsUp) {
    const test::TempFolder temp;
    const auto begin = std::chrono::steady_clock::now();
    const ChildEnd end = shell(temp.path(), "trap '' TERM INT; sleep 60 & sleep 60; sleep 60", 1);
    EXPECT_TRUE(end.timed_out);
    EXPECT_FALSE(end.ok());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8));
}

TEST(Child, CannotFillTheDisk) {
    const test::TempFolder temp;
    EXPECT_NE(shell(temp.path(), "head -c 10000000 /dev/zero > big").code, 0);
    EXPECT_LE(fs::file_size(temp / "big"), 100'000u);
}

TEST(Child, EndsWhenAskedToStop) {
    const test::TempFolder temp;
    std::stop_source stop;
    std::jthread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        stop.request_stop();
    });
    EXPECT_THROW(run_child("/bin/sleep", {"60"}, temp.path(), {}, stop.get_token()), Interrupted);
}

TEST(Child, AProgramThatIsNotThereHasACode) {
    const test::TempFolder temp;
    EXPECT_EQ(run_child(temp / "nothing", {}, temp.path(), {}, {}).code, 127);
    EXPECT_FALSE(find_program("no-such-program-at-all"));
    EXPECT_TRUE(find_program("sh"));
}

TEST(PrivateFolder, IsOursAloneAndGoesAway) {
    fs::path path;
    {
        const PrivateFolder folder;
        path = folder.path();
        EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
        std::ofstream(folder / "x") << "y";
    }
    EXPECT_FALSE(fs::exists(path));
}

StarList some_stars(int n) {
    StarList stars;
    for (int i = 0; i < n; ++i) {
        Star star;
        star.x = 10 + (i * 137) % 700;
        star.y = 10 + (i * 71) % 460;
        star.flux = 1000.0 - i;
        stars.push_back(star);
    }
    return stars;
}

Wcs plain_wcs() {
    Wcs wcs;
    wcs.reference = {100, 20};
    wcs.reference_pixel = {360, 240};
    wcs.cd = {-0.008, 0, 0, -0.008};
    return wcs;
}

std::vector<CatalogueMatch> matches_of(const Wcs& wcs, const StarList& stars, double off_px = 0) {
    std::vector<CatalogueMatch> matches;
    for (const Star& s : stars) matches.push_back({{s.x, s.y}, wcs.sky_from_pixel({s.x + off_px, s.y})});
    return matches;
}

SolveHints hints() {
    SolveHints h;
    h.width = 720;
    h.height = 480;
    return h;
}

TEST(Proven, ASolutionThatFitsTheStars) {
    const StarList stars = some_stars(20);
    const SolveOutcome good = proven(plain_wcs(), stars, matches_of(plain_wcs(), stars, 0.5), hints());
    ASSERT_TRUE(good.wcs) << good.text;
    EXPECT_EQ(good.matched, 20);
    EXPECT_NEAR(good.rms_px, 0.5, 0.01);
    EXPECT_NEAR(good.rms_arcsec, 0.5 * 28.8, 0.3);
}

TEST(Proven, NotOneThatDoesNot) {
    const StarList stars = some_stars(20);
    const auto matches = matches_of(plain_wcs(), stars);
    const auto refused = [&](const SolveOutcome& outcome, const char* why) {
        EXPECT_FALSE(outcome.wcs);
        EXPECT_THAT(outcome.text, HasSubstr(why));
    };
    refused(proven(plain_wcs(), stars, matches_of(plain_wcs(), stars, 4), hints()), "px expected");
    refused(proven(plain_wcs(), stars, std::span(matches).first(5), hints()), "5 stars matched");
    const std::vector<CatalogueMatch> one_star(20, matches[0]);
    refused(proven(plain_wcs(), stars, one_star, hints()), "1 stars matched");
    StarList elsewhere = stars;
    for (Star& s : elsewhere) s.x += 1;
    refused(proven(plain_wcs(), elsewhere, matches, hints()), "0 stars matched");
    SolveHints other = hints();
    other.scale_low = 2;
    other.scale_high = 4;
    refused(proven(plain_wcs(), stars, matches, other), "contradict the optics");
}

TEST(SolveField, FewStarsAreNotTried) {
    EXPECT_THAT(solve_field(some_stars(7), hints(), std::chrono::seconds(5), {}).text,
                testing::AnyOf(HasSubstr("only 7 stars"), HasSubstr("not installed")));
}

std::string card(std::string text) {
    text.resize(80, ' ');
    return text;
}

std::string unit(const std::vector<std::string>& cards) {
    std::string bytes;
    for (const std::string& c : cards) bytes += card(c);
    bytes += card("END");
    bytes.resize((bytes.size() + 2879) / 2880 * 2880, ' ');
    return bytes;
}

struct Table {
    std::string naxis1 = "32", naxis2 = "2", fields = "4", form = "'1D'", first = "'field_x'";
    std::string data = std::string(64, '\0');
    void write(const fs::path& path) const {
        const std::string bytes =
            unit({"SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0"}) +
            unit({"XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = " + naxis1, "NAXIS2  = " + naxis2,
                  "TFIELDS = " + fields, "TTYPE1  = " + first, "TFORM1  = " + form, "TTYPE2  = 'field_y'",
                  "TFORM2  = 'D'", "TTYPE3  = 'index_ra'", "TFORM3  = 'D'", "TTYPE4  = 'index_dec'", "TFORM4  = 'D'"}) +
            data;
        std::ofstream(path, std::ios::binary) << bytes;
    }
};

TEST(StarTable, MatchesOfOthersAreReadOrRefused) {
    const test::TempFolder temp;
    const fs::path path = temp / "found.corr";
    Table().write(path);
    const auto matches = read_matches(path);
    ASSERT_THAT(matches, SizeIs(2));
    EXPECT_EQ(matches[0].star, (Point{-1, -1})) << "FITS counts from 1";
    const auto refused = [&](const std::function<void(Table&)>& change) {
        Table table;
        change(table);
        table.write(path);
        EXPECT_THROW(read_matches(path), FormatError);
    };
    refused([](Table& t) { t.naxis2 = "3000000"; });
    refused([](Table& t) { t.naxis2 = "3"; });
    refused([](Table& t) { t.naxis2 = "-1"; });
    refused([](Table& t) { t.naxis1 = "9223372036854775807"; });
    refused([](Table& t) { t.naxis1 = "31"; });
    refused([](Table& t) { t.form = "'1E'"; });
    refused([](Table& t) { t.form = "'99999999999D'"; });
    refused([](Table& t) { t.form = "''"; });
    refused([](Table& t) { t.first = "'other'"; });
    refused([](Table& t) { t.fields = "2"; });
    refused([](Table& t) { t.data.assign(64, '\x7F'); });
    std::ofstream(path) << "";
    EXPECT_THROW(read_matches(path), Error);
    fs::remove(path);
    EXPECT_THROW(read_matches(path), Error);
}

TEST(StarTable, IsOneThatSolversRead) {
    const test::TempFolder temp;
    write_star_table(temp / "stars.xyls", some_stars(3));
    const std::string bytes = text_of(temp / "stars.xyls");
    EXPECT_EQ(bytes.size(), 3 * 2880u);
    const std::string command =
        "/usr/bin/python3 -c \"from astropy.io import fits; h = fits.open('" + (temp / "stars.xyls").string() +
        "'); h.verify('exception'); d = h[1].data; assert list(d['X']) == [11., 148., 285.], d['X']; "
        "assert list(d['Y']) == [11., 82., 153.]; assert list(d['FLUX']) == [1000., 999., 998.]\" 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(WcsHeader, SurvivesItsOwnCards) {
    Wcs wcs = plain_wcs();
    wcs.a.order = wcs.bp.order = 3;
    wcs.b.order = wcs.ap.order = 2;
    wcs.a.coefficient[1][2] = 1.25e-9;
    wcs.b.coefficient[1][1] = -3e-7;
    wcs.ap.coefficient[0][1] = 1e-5;
    wcs.bp.coefficient[3][0] = 7e-12;
    const io::FitsHeader header = io::FitsHeader::parse(wcs_cards(wcs).bytes());
    EXPECT_EQ(header.number("CRPIX1"), 361) << "FITS counts from 1";
    EXPECT_EQ(header.logical("PLTSOLVD"), true);
    const Wcs back = wcs_of(header, "x");
    EXPECT_EQ(back.reference_pixel, wcs.reference_pixel);
    EXPECT_EQ(back.cd, wcs.cd);
    EXPECT_EQ(back.a.coefficient, wcs.a.coefficient);
    EXPECT_EQ(back.b.coefficient, wcs.b.coefficient);
    EXPECT_EQ(back.ap.coefficient, wcs.ap.coefficient);
    EXPECT_EQ(back.bp.coefficient, wcs.bp.coefficient);
    EXPECT_THROW(wcs_of(io::FitsHeader::parse(card("CTYPE1  = 'RA---TAN-SIP'") + card("CTYPE2  = 'DEC--TAN-SIP'") +
                                              wcs_cards(plain_wcs()).bytes() + card("A_ORDER =    6")),
                        "x"),
                 FormatError);
    EXPECT_THROW(wcs_of(io::FitsHeader::parse(card("CTYPE1  = 'RA---SIN'") + wcs_cards(plain_wcs()).bytes()), "x"),
                 FormatError);
}

io::FitsHeader with_matrix(io::FitsCards matrix) {
    matrix.text("CTYPE1", "RA---TAN").text("CTYPE2", "DEC--TAN").number("CRVAL1", 10).number("CRVAL2", 20);
    return io::FitsHeader::parse(matrix.number("CRPIX1", 1).number("CRPIX2", 1).bytes());
}

TEST(WcsHeader, KnowsTheOtherWaysToWriteTheMatrix) {
    const auto cd = [](const io::FitsCards& cards) { return wcs_of(with_matrix(cards), "x").cd; };
    io::FitsCards scale;
    scale.number("CDELT1", -0.01).number("CDELT2", 0.02);
    EXPECT_EQ(cd(scale), (std::array{-0.01, 0.0, 0.0, 0.02}));
    io::FitsCards pc = scale;
    pc.number("PC1_1", 0.8).number("PC1_2", -0.6).number("PC2_1", 0.6).number("PC2_2", 0.8).number("CROTA2", 45);
    EXPECT_EQ(cd(pc), (std::array{-0.01 * 0.8, -0.01 * -0.6, 0.02 * 0.6, 0.02 * 0.8})) << "PC before CROTA2";
    io::FitsCards turned = scale;
    turned.number("CROTA2", 30);  // astropy 5.2: -0.0086603 -0.01 -0.005 0.0173205
    const auto m = cd(turned);
    EXPECT_NEAR(m[0], -0.0086602540378, 1e-12);
    EXPECT_NEAR(m[1], -0.01, 1e-12);
    EXPECT_NEAR(m[2], -0.005, 1e-12);
    EXPECT_NEAR(m[3], 0.0173205080757, 1e-12);
    io::FitsCards part = scale;
    part.number("CD1_1", -0.5).number("CD2_2", 0.5);
    EXPECT_EQ(cd(part), (std::array{-0.5, 0.0, 0.0, 0.5})) << "with one CD card the others are 0";
    EXPECT_THROW(cd({}), FormatError);
}

TEST(WcsHeader, RefusesAnotherSky) {
    io::FitsCards good;
    good.number("CDELT1", 0.01).number("CDELT2", 0.01).text("RADESYS", "FK5").number("EQUINOX", 2000);
    EXPECT_NO_THROW(wcs_of(with_matrix(good), "x"));
    for (const auto& [system, equinox, pole] :
         {std::tuple("FK4", 1950.0, 180.0), std::tuple("FK5", 2024.5, 180.0), std::tuple("ICRS", 2000.0, 90.0)}) {
        io::FitsCards bad;
        bad.number("CDELT1", 0.01).number("CDELT2", 0.01).text("RADESYS", system).number("EQUINOX", equinox);
        EXPECT_THROW(wcs_of(with_matrix(bad.number("LONPOLE", pole)), "x"), FormatError) << system << equinox << pole;
    }
}

}  // namespace
}  // namespace nightstack::tools
