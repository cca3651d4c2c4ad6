// SPDX-License-Identifier: MIT
// Files over HTTP, judged by curl and by bytes.
#include "io/served/http_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "io/files/file.h"
#include "tests/io/http/raw_client.h"
#include "tests/io/served/shell.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

using test::RawClient;
using test::shell;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
namespace fs = std::filesystem;

constexpr std::size_t kBig = 5'000'001;

class HttpFiles : public testing::Test {
protected:
    HttpFiles() {
        fs::create_directories(root_ / "DWARF_II/a & b");
        std::ofstream(root_ / "DWARF_II/big.fits") << big_;
        std::ofstream(root_ / "DWARF_II/small.jpg") << "0123456789";
        const timespec time[2] = {{1'700'000'000, 0}, {1'700'000'000, 0}};
        ::utimensat(AT_FDCWD, (root_ / "DWARF_II/small.jpg").c_str(), time, 0);
        folder_ = std::make_shared<ServedFolder>(root_.path());
        HttpHandlers handlers;
        handlers.request = [this](const HttpRequest& request) {
            return answer_file_request(folder_, "/file", request);
        };
        server_.emplace(loop_, HttpServerOptions{}, std::move(handlers));
    }
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
    }
    std::string ask(const std::string& path, const std::string& more = {}, const std::string& method = "GET") const {
        RawClient client(server_->port());
        client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n");
        return client.read_all();
    }

    const std::string big_ = test::noise(kBig);
    nightstack::test::TempFolder root_, here_;
    std::shared_ptr<ServedFolder> folder_;
    ServerLoop loop_;
    std::optional<HttpServer> server_;
};

TEST_F(HttpFiles, CurlGetsAndResumes) {
    if (!test::has_program("curl")) GTEST_SKIP() << "no curl";
    const fs::path out = here_ / "big";
    const std::string get = "curl -sS -f -o " + out.string() + " " + url("/file/DWARF_II/big.fits");
    ASSERT_EQ(shell(get).output, "");
    EXPECT_EQ(read_text_file(out, 2 * kBig), big_);
    fs::resize_file(out, 1'234'567);
    ASSERT_EQ(shell(get + " -C -").status, 0);
    EXPECT_EQ(read_text_file(out, 2 * kBig), big_);
    EXPECT_THAT(shell("curl -sS -I " + url("/file/DWARF_II/big.fits")).output,
                HasSubstr("Content-Length: 5000001\r\n"));
}

TEST_F(HttpFiles, ListsAsNginxDoes) {
    const std::string page = ask("/file/DWARF_II/");
    EXPECT_THAT(page, HasSubstr("<title>Index of /file/DWARF_II/</title>"));
    EXPECT_THAT(page, HasSubstr("<a href=\"../\">../</a>\r\n<a href=\"a%20%26%20b/\">a &amp; b/</a>" +
                                std::string(51 - 6, ' ')));
    EXPECT_THAT(page, HasSubstr("<a href=\"small.jpg\">small.jpg</a>" + std::string(42, ' ') + "14-Nov-2023 22:13 " +
                                std::string(17, ' ') + "10\r\n"));
    EXPECT_THAT(ask("/file/DWARF_II"), HasSubstr("301 Moved Permanently\r\n"));
    EXPECT_THAT(ask("/file/DWARF_II/a%20%26%20b/"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpFiles, GivesParts) {
    const auto part = [&](const std::string& range) {
        return ask("/file/DWARF_II/small.jpg", "Range: " + range + "\r\n");
    };
    EXPECT_THAT(part("bytes=2-4"), testing::AllOf(StartsWith("HTTP/1.1 206"), HasSubstr("bytes 2-4/10"),
                                                  testing::EndsWith("\r\n\r\n234")));
    EXPECT_THAT(part("bytes=7-"), testing::EndsWith("\r\n\r\n789"));
    EXPECT_THAT(part("bytes=-2"), testing::EndsWith("\r\n\r\n89"));
    EXPECT_THAT(part("bytes=-200"), testing::EndsWith("\r\n\r\n0123456789"));
    EXPECT_THAT(part("bytes=10-"), testing::AllOf(StartsWith("HTTP/1.1 416"), HasSubstr("bytes */10")));
    for (const char* odd : {"bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=", "bytes=99999999999999999999-"})
        EXPECT_THAT(part(odd), testing::AllOf(StartsWith("HTTP/1.1 200"), testing::EndsWith("\r\n\r\n0123456789")))
            << odd;
    EXPECT_THAT(ask("/file/DWARF_II/small.jpg", "Range: bytes=2-4\r\nIf-Range: \"other\"\r\n"),
                StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpFiles, SaysWhenNothingHasChanged) {
    const std::string first = ask("/file/DWARF_II/small.jpg");
    EXPECT_THAT(first, HasSubstr("Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n"));
    EXPECT_THAT(first, HasSubstr("Content-Type: image/jpeg\r\n"));
    const std::string again = ask("/file/DWARF_II/small.jpg", "If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT\r\n");
    EXPECT_THAT(again, StartsWith("HTTP/1.1 304"));
    EXPECT_THAT(again, Not(HasSubstr("0123456789")));
}

TEST_F(HttpFiles, RefusesWhatLeadsOutAndWhatWrites) {
    for (const char* path : {"/file/../x", "/file/DWARF_II/%2e%2e/%2e%2e/etc/passwd", "/file/%00", "/etc/passwd",
                             "/filex/DWARF_II/", "/file/nothing"})
        EXPECT_THAT(ask(path), StartsWith("HTTP/1.1 404")) << path;
    EXPECT_THAT(ask("/file/DWARF_II/small.jpg", "Content-Length: 0\r\n", "PUT"), StartsWith("HTTP/1.1 405"));
    EXPECT_THAT(ask("/file/DWARF_II/small.jpg", "", "DELETE"), StartsWith("HTTP/1.1 405"));
    EXPECT_TRUE(fs::exists(root_ / "DWARF_II/small.jpg"));
}

TEST_F(HttpFiles, AFileThatShrinksEndsTheConnection) {
    constexpr std::size_t kMoreThanSocketsHold = 200'000'000;
    fs::resize_file(root_ / "DWARF_II/big.fits", kMoreThanSocketsHold);
    RawClient client(server_->port());
    client.send("GET /file/DWARF_II/big.fits HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(shell("sleep 0.2").output.empty());
    fs::resize_file(root_ / "DWARF_II/big.fits", 10);
    EXPECT_LT(client.read_all().size(), kMoreThanSocketsHold);
}

}  // namespace
}  // namespace nightstack::io
