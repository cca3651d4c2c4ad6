// SPDX-License-Identifier: MIT
// The FTP server, judged by curl, Python's ftplib and bytes.
#include "io/ftp_server/ftp_server.h"

#include <gmock/gmock.h>

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
using testing::StartsWith;
namespace fs = std::filesystem;

constexpr std::size_t kBig = 3'000'001;

class FtpServerTest : public testing::Test {
protected:
    FtpServerTest() {
        fs::create_directories(root_ / "DWARF_II/Astronomy");
        std::ofstream(root_ / "DWARF_II/big.fits") << big_;
        folder_ = std::make_shared<ServedFolder>(root_.path());
        FtpServerOptions options;
        options.users = {{"ftp", "rockchip"}};
        server_.emplace(folder_, options);
    }
    std::string port() const { return std::to_string(server_->port()); }
    std::string url(const std::string& path, const std::string& login = "") const {
        return "ftp://" + login + "127.0.0.1:" + port() + path;
    }

    const std::string big_ = test::noise(kBig);
    nightstack::test::TempFolder root_, here_;
    std::shared_ptr<ServedFolder> folder_;
    std::optional<FtpServer> server_;
};

TEST_F(FtpServerTest, CurlListsGetsAndResumes) {
    if (!test::has_program("curl")) GTEST_SKIP() << "no curl";
    EXPECT_THAT(shell("curl -sS " + url("/DWARF_II/")).output, HasSubstr("3000001"));
    EXPECT_EQ(shell("curl -sS -l " + url("/DWARF_II/", "ftp:rockchip@")).output, "Astronomy\nbig.fits\n");
    EXPECT_NE(shell("curl -sS " + url("/", "ftp:wrong@")).status, 0);
    const fs::path out = here_ / "big";
    const std::string get = "curl -sS -o " + out.string() + " " + url("/DWARF_II/big.fits");
    ASSERT_EQ(shell(get).output, "");
    EXPECT_EQ(read_text_file(out, 2 * kBig), big_);
    fs::resize_file(out, 1'000'000);
    ASSERT_EQ(shell(get + " -C - --disable-epsv").output, "");
    EXPECT_EQ(read_text_file(out, 2 * kBig), big_);
    EXPECT_NE(shell("curl -sS -T " + out.string() + " " + url("/new")).status, 0);
    EXPECT_FALSE(fs::exists(root_ / "new"));
}

TEST_F(FtpServerTest, PythonReadsItsFacts) {
    std::ofstream(here_ / "ask.py")
        << "import ftplib, sys\n"
           "f = ftplib.FTP()\nf.connect('127.0.0.1', int(sys.argv[1]))\n"
           "f.login('Anonymous', '')\nf.cwd('DWARF_II')\nprint(f.pwd())\n"
           "print(sorted((n, x['type'], x.get('size')) for n, x in f.mlsd()))\n"
           "f.voidcmd('TYPE I')\nprint(f.size('big.fits'))\n"
           "print(len(f.sendcmd('MDTM big.fits')))\n"
           "f.cwd('../../..')\nprint(f.pwd(), f.nlst())\n"
           "for c in ('DELE DWARF_II/big.fits', 'MKD x', 'RNFR DWARF_II', 'PORT 127,0,0,1,9,9'):\n"
           "    try: print(f.sendcmd(c))\n"
           "    except ftplib.error_perm as e: print(str(e)[:3])\n";
    const auto said = shell("/usr/bin/python3 " + (here_ / "ask.py").string() + " " + port());
    EXPECT_EQ(said.output,
              "/DWARF_II\n[('Astronomy', 'dir', None), ('big.fits', 'file', '3000001')]\n3000001\n18\n/ "
              "['DWARF_II']\n550\n550\n550\n502\n");
    EXPECT_TRUE(fs::exists(root_ / "DWARF_II/big.fits"));
}

TEST_F(FtpServerTest, NothingWithoutLoginAndNoPathOut) {
    RawClient client(server_->port());
    client.read_until("\r\n");
    for (const char* line : {"LIST", "RETR DWARF_II/big.fits", "PASV", "SIZE x"}) {
        client.send(std::string(line) + "\r\n");
        EXPECT_THAT(client.read_until("\r\n"), HasSubstr("530 ")) << line;
    }
    client.send("USER anonymous\r\nPASS \r\n");
    client.read_until("successful.\r\n");
    for (const char* line : {"RETR ../../../etc/passwd", "RETR /etc/passwd", "CWD /etc", "SIZE ../../etc/passwd"}) {
        client.send(std::string(line) + "\r\n");
        EXPECT_THAT(client.read_until("\r\n"), HasSubstr("550 ")) << line;
    }
    client.send(std::string(20'000, 'x'));  // a line without end
    EXPECT_TRUE(client.ends_within(std::chrono::seconds(10)));
}

TEST_F(FtpServerTest, EndsWhileAClientReadsNothing) {
    RawClient client(server_->port());
    client.send("USER ftp\r\nPASS rockchip\r\nEPSV\r\nRETR DWARF_II/big.fits\r\n");
    client.read_until("150 Here it comes.\r\n");
    const auto start = std::chrono::steady_clock::now();
    server_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace nightstack::io
