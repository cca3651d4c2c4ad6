// SPDX-License-Identifier: MIT
// The scope's clock as its HTTP side tells it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/dwarf/session/http_date.h"
#include "device/dwarf/session/scope.h"
#include "tests/device/dwarf/session/scope_server.h"

namespace nightstack::device::dwarf {
namespace {

const Utc kSeptember = Utc{} + std::chrono::seconds(1693602307);  // 2023-09-01 21:05:07

TEST(HttpDate, ReadsTheOneForm) {
    EXPECT_EQ(utc_of_http_date("Fri, 01 Sep 2023 21:05:07 GMT"), kSeptember);
    EXPECT_EQ(utc_of_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Utc{});
    EXPECT_TRUE(utc_of_http_date("Thu, 29 Feb 2024 23:59:60 GMT"));
}

TEST(HttpDate, NothingElse) {
    const std::string good = "Fri, 01 Sep 2023 21:05:07 GMT";
    for (const char* bad :
         {"", "Sat, 01 Sep 2023 21:05:07 GMT", "Fri, 01 Sep 2023 24:05:07 GMT", "Fri, 01 Sep 2023 21:60:07 GMT",
          "Fri, 01 Sep 2023 21:05:61 GMT", "Wed, 29 Feb 2023 21:05:07 GMT", "Fri, 00 Sep 2023 21:05:07 GMT",
          "Fri, 01 sep 2023 21:05:07 GMT", "Friday, 01-Sep-23 21:05:07 GMT", "Fri Sep  1 21:05:07 2023",
          "Fri, 01 Sep 2023 21:05:07 CET", "Tue, 01 Jan 9999 21:05:07 GMT", "Wed, 31 Dec 1969 23:59:59 GMT"})
        EXPECT_FALSE(utc_of_http_date(bad)) << bad;
    // Any byte at any place, cut off anywhere, longer by anything: no crash, and no other time but by a digit.
    for (std::size_t i = 0; i < good.size(); ++i) {
        EXPECT_FALSE(utc_of_http_date(good.substr(0, i)));
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = good;
            text[i] = static_cast<char>(byte);
            const auto told = utc_of_http_date(text);
            EXPECT_TRUE(!told || (byte >= '0' && byte <= '9') || text == good) << text;
        }
    }
    EXPECT_FALSE(utc_of_http_date(good + std::string(1, '\0')));
    EXPECT_FALSE(utc_of_http_date(good + " "));
    EXPECT_FALSE(utc_of_http_date(std::string(1'000'000, '0')));
}

TEST(HttpDate, TheSessionGivesTheHeaderOfAnyAnswer) {
    const std::string date = "Date: Fri, 01 Sep 2023 21:05:07 GMT\r\n";
    const std::vector<std::pair<std::string, bool>> cases = {
        {"HTTP/1.1 200 OK\r\n" + date + "Content-Length: 12\r\n\r\n{\"result\":0}", true},
        {"HTTP/1.1 404 Not Found\r\n" + date + "Content-Length: 0\r\n\r\n", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false},
        {"HTTP/1.1 200 OK\r\nDate: yesterday\x01\r\nContent-Length: 0\r\n\r\n", false},
        {"HTTP/1.1 200 OK\r\nDate: " + std::string(9000, '9') + "\r\n\r\n", false},
        {"", false},  // silent
    };
    const MuteServer mute;
    for (const auto& [response, good] : cases) {
        SCOPED_TRACE(response.substr(0, 60));
        const HttpStub stub(response);
        ScopeAddress address = at(mute.port());
        address.http_port = stub.port();
        Scope scope(address, quick());
        EXPECT_EQ(scope.http_clock(Milliseconds(300)), good ? std::optional(kSeptember) : std::nullopt);
        EXPECT_THAT(stub.lines(), testing::ElementsAre("GET /date?date= HTTP/1.1"));
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf
