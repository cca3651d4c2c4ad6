// SPDX-License-Identifier: MIT
// Listings as servers write them, and as no server should.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "io/curl_files/content_range.h"
#include "io/curl_files/ftp_listing.h"
#include "io/curl_files/html_listing.h"
#include "io/curl_files/html_text.h"
#include "io/curl_files/listing_time.h"
#include "io/curl_files/url_text.h"
#include "pipeline/core/percent.h"

namespace nightstack::io::curl_files {
namespace {

using testing::ElementsAre;

constexpr std::int64_t kNow = 1'706'000'000;  // 23 Jan 2024, 08:53:20
constexpr std::size_t kMost = 1000;

// "f name 123 @1705611840": kind, name, bytes, time.
std::string shown(const RemoteEntry& e) {
    const char* kinds[] = {"f ", "d ", "o "};
    return kinds[static_cast<int>(e.kind)] + e.name + " " + (e.bytes ? std::to_string(*e.bytes) : "-") + " @" +
           (e.modified_s ? std::to_string(*e.modified_s) : "-");
}

std::vector<std::string> shown(const std::vector<RemoteEntry>& entries) {
    std::vector<std::string> out;
    for (const RemoteEntry& entry : entries) out.push_back(shown(entry));
    return out;
}

auto html(std::string_view text, std::string_view folder = "/sdcard/") {
    return shown(parse_html_listing(text, folder, kMost));
}
auto list(std::string_view text) { return shown(parse_unix_list(text, kNow, kMost)); }
auto mlsd(std::string_view text) { return shown(parse_mlsd(text, kMost)); }

void expect_broken(const std::function<void()>& call) {
    try {
        call();
        ADD_FAILURE() << "taken";
    } catch (const RemoteError& e) {
        EXPECT_EQ(static_cast<int>(e.kind()), static_cast<int>(RemoteError::Kind::broken)) << e.what();
    }
}

// Tags within tags, below all limits: each byte may be looked at a few times only.
TEST(HtmlListing, TagsWithinTagsTakeNoTime) {
    std::string tag, text;
    while (tag.size() < 16'000) tag += "<a ";
    while (text.size() < 8'000'000) text += tag + ">";
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(html(text + "<a href=\"b.fits\">b.fits</a>"), ElementsAre("f b.fits - @-"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(HtmlListing, Nginx) {
    EXPECT_THAT(
        html("<html>\r\n<head><title>Index of /sdcard/</title></head>\r\n<body>\r\n<h1>Index of /sdcard/</h1><hr>"
             "<pre><a href=\"../\">../</a>\r\n"
             "<a href=\"DWARF_RAW_M%2031/\">DWARF_RAW_M 31/</a>           18-Jan-2024 21:04                   -\r\n"
             "<a href=\"0000.fits\">0000.fits</a>                         18-Jan-2024 21:04            16592640\r\n"
             "<a href=\"a%26b%3Fc%23d%25.txt\">a&amp;b?c#d%.txt</a>       18-Jan-2024 21:04                   0\r\n"
             "<a href=\"long.fits\">lon..&gt;</a>                         18-Jan-2024 21:04                 16M\r\n"
             "</pre><hr></body>\r\n</html>\r\n"),
        ElementsAre("d DWARF_RAW_M 31 - @1705611840", "f 0000.fits 16592640 @1705611840",
                    "f a&b?c#d%.txt 0 @1705611840", "f long.fits - @1705611840"));
}

TEST(HtmlListing, Apache) {
    EXPECT_THAT(
        html("<table><tr><th><a href=\"?C=N;O=D\">Name</a></th><th><a href=\"?C=M;O=A\">Last modified</a></th></tr>\n"
             "<tr><td valign=\"top\"><img src=\"/icons/back.gif\"></td><td><a href=\"/\">Parent "
             "Directory</a></td></tr>\n"
             "<tr><td><a href=\"a.fits\"><img src=\"x.gif\"></a></td><td><a href=\"a.fits\">a.fits</a></td>"
             "<td align=\"right\">2024-01-18 21:04  </td><td align=\"right\"> 16M</td></tr>\n"
             "<tr><td><a href='b%20c.json'>b c.json</a></td><td>2024-01-18 21:04  </td><td>123 </td></tr>\n"
             "<tr><td><A HREF=d/>d/</A></td><td>2024-01-18 21:04</td><td>  - </td></tr></table>"),
        ElementsAre("f a.fits - @1705611840", "f b c.json 123 @1705611840", "d d - @1705611840"));
}

TEST(HtmlListing, LighttpdAndPython) {
    EXPECT_THAT(html("<tr class=\"d\"><td class=\"n\"><a href=\"../\">..</a>/</td><td class=\"m\">&nbsp;</td></tr>\n"
                     "<tr><td class=\"n\"><a href=\"a.fits\">a.fits</a></td><td class=\"m\">2024-Jan-18 21:04:05</td>"
                     "<td class=\"s\">15.8M</td><td class=\"t\">image/fits</td></tr>"),
                ElementsAre("f a.fits - @1705611845"));
    EXPECT_THAT(html("<ul>\n<li><a href=\"M%C3%BCll%20%27x%27.txt\">M\xc3\xbcll &#x27;x&#x27;.txt</a></li>\n"
                     "<li><a href=\"d/\">d/</a></li>\n</ul>"),
                ElementsAre("f M\xc3\xbcll 'x'.txt - @-", "d d - @-"));
    EXPECT_THAT(html("<ul></ul>"), testing::IsEmpty());
}

TEST(HtmlListing, LinksToElsewhereAreNoNames) {
    for (const char* href :
         {"",    ".",    "..",  "../",  "../x",       "/",      "/other/x", "/sdcard/", "//host/x", "http://h/x",
          "x/y", "?C=N", "x?y", "#top", "mailto:a@b", "%2e%2e", "%2e%2e/",  "..%2Fx",   "a%00b",    "javascript://x"})
        EXPECT_THAT(html(std::string("<a href=\"") + href + "\">x</a>"), testing::IsEmpty()) << href;
    EXPECT_THAT(html("<a name=\"x\">x</a><abbr href=\"y\"><a data-href=\"z\">"), testing::IsEmpty());
    EXPECT_THAT(html("<a href=\"/sdcard/a%20b\">x</a><a href=\"./c\">x</a><a href=\"/sd%63ard/d/\">"),
                ElementsAre("f a b - @-", "f c - @-", "d d - @-"));
    // Kept as said: what a name may be here is decided by remote_name.
    EXPECT_THAT(html("<a href=\"-rf%0A%1B[2J\">x</a><a href=\"50%\">"),
                ElementsAre("f -rf\n\x1b[2J - @-", "f 50% - @-"));
}

TEST(HtmlListing, Limits) {
    expect_broken([] { html("no page"); });
    expect_broken([] { html(""); });
    expect_broken([] { html("<a href=\"x"); });
    expect_broken([] { html("<a href=\"" + std::string(20'000, 'x') + "\">"); });
    std::string many;
    for (std::size_t i = 0; i <= kMost; ++i) many += "<a href=\"" + std::to_string(i) + "\">";
    expect_broken([&] { html(many); });
    // Date and size of one link are not taken from far behind it.
    EXPECT_THAT(html("<a href=\"x\">x</a>" + std::string(5000, ' ') + "18-Jan-2024 21:04 5"), ElementsAre("f x - @-"));
}

TEST(UnixList, Vsftpd) {
    EXPECT_THAT(list("-rw-r--r--    1 0        0        16592640 Jan 18 21:04 0000.fits\r\n"
                     "drwxr-xr-x    2 0        0            4096 Jan 18  2023 M 31  x\r\n"
                     "lrwxrwxrwx    1 0        0              11 Nov 26 23:14 link -> /etc/passwd\r\n"
                     "-rw-r--r--    1 0        0               2 Jan 18 21:04  two  spaces \r\n"),
                ElementsAre("f 0000.fits 16592640 @1705611840", "d M 31  x - @1674000000", "o link - @1701040440",
                            "f  two  spaces  2 @1705611840"));
}

TEST(UnixList, OtherForms) {
    EXPECT_THAT(list("total 16\n"
                     "drwxrwxr-x   3 root root  4096 Jan 18 21:04 .\n"
                     "drwxrwxr-x   3 root root  4096 Jan 18 21:04 ..\n"
                     "-rw-r--r--+  1 user users  5 Jan  8  2024 Jan 18 21:04\n"
                     "crw-rw-rw-   1 root root 1,  3 Jan 18 21:04 null\n"
                     "-rw-r--r-- 1 root 77 2024-01-18 21:04 iso\n"
                     "-rw-r--r-- 1 0 0 9 Feb 29 12:00 leap\n"
                     "-rw-r--r-- 1 0 0 9 Jan 24 08:00 zone ahead\n"
                     "-rw-r--r-- 1 0 0 9 Jan 25 08:00 last year"),
                ElementsAre("f Jan 18 21:04 5 @1704672000", "o null - @1705611840", "f iso 77 @1705611840",
                            "f leap 9 @1582977600", "f zone ahead 9 @1706083200", "f last year 9 @1674633600"));
}

TEST(UnixList, Hostile) {
    for (const std::string line :
         {"01-18-24  09:04PM       <DIR>          x", "x", "-rw-r--r--", "-rw-r--r-- 1 0 0 5 Jan 18 21:04",
          "-rw-r--r-- 1 0 0 5 Jan 18 21:04 ", "-rw-r--r-- 1 0 0 5 Jan 18 21:04 a/b",
          "-rw-r--r-- 1 0 0 -5 Jan 18 21:04 x", "-rw-r--r-- 1 0 0 99999999999999999999999 Jan 18 21:04 x",
          "-rw-r--r-- 1 0 0 5 Jan 32 21:04 x", "-rw-r--r-- 1 0 0 5 Jan 18 24:04 x"})
        expect_broken([&] { list(line + "\r\n"); });
    expect_broken([] { list(std::string("-rw-r--r-- 1 0 0 5 Jan 18 21:04 a\0b\n", 36)); });
    expect_broken([] { list("-rw-r--r-- 1 0 0 5 Jan 18 21:04 " + std::string(9000, 'x')); });
    std::string many;
    for (std::size_t i = 0; i <= kMost; ++i) many += "-rw-r--r-- 1 0 0 5 Jan 18 21:04 " + std::to_string(i) + "\n";
    expect_broken([&] { list(many); });
    EXPECT_THAT(list("-rw-r--r-- 1 0 0 5 Jan 18 21:04 -rf \x1b[2J\n"), ElementsAre("f -rf \x1b[2J 5 @1705611840"));
}

TEST(Mlsd, Forms) {
    EXPECT_THAT(mlsd("type=cdir;modify=20240118210400; .\r\n"
                     "type=pdir;modify=20240118210400; ..\r\n"
                     "Type=file;Size=16592640;Modify=20240118210400.954;UNIX.mode=0644; a b;c=d.fits\r\n"
                     "type=dir;sizd=4096;modify=20240118210400;perm=el; d\r\n"
                     "type=OS.unix=slink:/etc;size=4; link\r\n"
                     " bare\r\n"
                     "type=file;size=x;modify=20241318210400;  space"),
                ElementsAre("f a b;c=d.fits 16592640 @1705611840", "d d - @1705611840", "o link - @-", "o bare - @-",
                            "f  space - @-"));
    expect_broken([] { mlsd("type=file;size=5;\r\n"); });
    expect_broken([] { mlsd("type=file; a/b\r\n"); });
    expect_broken([] { mlsd("type=file; \r\n"); });
    expect_broken([] { mlsd("type=file; " + std::string(9000, 'x')); });
}

TEST(ListingText, Pieces) {
    EXPECT_EQ(html_decoded("a&amp;b&#39;&#x20AC;&nbsp;&bogus;&#xFFFFFFFFF;&#;&"),
              "a&b'\xe2\x82\xac &bogus;&#xFFFFFFFFF;&#;&");
    EXPECT_EQ(percent_encoded("a b/%\xc3\xbc?#"), "a%20b/%25%C3%BC%3F%23");
    EXPECT_EQ(percent_decoded("%41%4g%4"), "A%4g%4");
    EXPECT_EQ(url_base("ftp", "fe80::1", 21), "ftp://[fe80::1]:21/");
    for (const char* host : {"", "a b", "a@b", "a/b", "a\r\nb", "a?b"})
        EXPECT_THROW(url_base("ftp", host, 21), OptionError);
    EXPECT_THROW(url_base("ftp", "a", 0), OptionError);
    EXPECT_THROW(below("root", "../x"), RemoteError);
    EXPECT_EQ(below("/root/", "x"), "/root/x");
    ASSERT_TRUE(read_content_range("bytes 5-9/10"));
    EXPECT_EQ(read_content_range("bytes 5-9/10")->total, 10U);
    EXPECT_FALSE(read_content_range("bytes 5-9/*")->total);
    for (const char* bad : {"", "bytes", "bytes 9-5/10", "bytes 5-10/10", "bytes */10", "bytes 5-9", "items 5-9/10",
                            "bytes -5-9/10", "bytes 5-9/x", "bytes 99999999999999999999-9/10"})
        EXPECT_FALSE(read_content_range(bad)) << bad;
}

}  // namespace
}  // namespace nightstack::io::curl_files
