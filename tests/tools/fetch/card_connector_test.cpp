// SPDX-License-Identifier: MIT
#include "tools/fetch/card_connector.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "io/ftp_server/ftp_server.h"
#include "io/http/server.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

using test::TempFolder;

// A web server of something else on the port of the files, and the card by FTP only.
struct AutoTest : testing::Test {
    AutoTest() { std::filesystem::create_directories(folder / "DWARF_II/Astronomy"); }
    FetchFlags flags() const {
        FetchFlags f;
        f.host = "127.0.0.1";
        // Port 1 is nobody's.
        f.ports = "sftp=1,file=" + std::to_string(web.port()) + ",ftp=" + std::to_string(ftp.port());
        return f;
    }

    TempFolder folder;
    io::ServerLoop loop;
    io::HttpServer web{loop, {}, {}};  // 404 for all
    io::FtpServer ftp{std::make_shared<io::ServedFolder>(folder / "."), {}};
};

TEST_F(AutoTest, AWebServerWithoutTheCardIsPassedOver) {
    const io::RemoteConnector connect = card_connector(flags(), [](const std::string&) {});
    const auto files = connect({});
    EXPECT_EQ(files->where().substr(0, 6), "ftp://") << files->where();
    EXPECT_EQ(files->list("", {}).size(), 1U);
}

TEST_F(AutoTest, WhenNobodyHasItTheFirstOnesWordsAreTheError) {
    FetchFlags nothing = flags();
    nothing.ports = "sftp=1,ftp=1,file=" + std::to_string(web.port());
    const io::RemoteConnector connect = card_connector(nothing, [](const std::string&) {});
    try {
        connect({});
        FAIL() << "connected to nothing";
    } catch (const io::RemoteError& e) {
        EXPECT_EQ(e.kind(), io::RemoteError::Kind::lost);
        EXPECT_NE(std::string(e.what()).find("127.0.0.1:1"), std::string::npos) << e.what();
    }
}

}  // namespace
}  // namespace nightstack::tools
