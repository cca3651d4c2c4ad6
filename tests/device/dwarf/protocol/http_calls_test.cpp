// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/http_calls.h"

#include <gtest/gtest.h>

#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

using namespace std::chrono_literals;

TEST(DwarfHttp, TargetsAsClientsSendThem) {
    const Utc time = std::chrono::sys_days(std::chrono::year(2023) / 9 / 1) + 21h + 5min + 7s;
    EXPECT_EQ(date_target(time), "/date?date=2023-09-01%2021:05:07");
    EXPECT_EQ(kStayAliveTarget, "/date?date=");
    EXPECT_EQ(timezone_target("Europe/Paris"), "/timezone?timezone=Europe/Paris");
    EXPECT_EQ(timezone_target("Etc/GMT+5"), "/timezone?timezone=Etc/GMT%2B5");
    EXPECT_EQ(kVersionTarget, "/get_version");
    EXPECT_EQ(update_target("1.3.20"), "/update?version=1.3.20");
    for (const char* bad : {"", "a b", "Europe/Paris&x=1", "x\r\nHost: y", "\xc3\xa9"}) {
        EXPECT_THROW(timezone_target(bad), OptionError) << bad;
        EXPECT_THROW(update_target(bad), OptionError) << bad;
    }
    EXPECT_THROW(timezone_target(std::string(65, 'x')), OptionError);
}

TEST(DwarfHttp, ServersReadThemBack) {
    EXPECT_EQ(read_target("/date?date=2023-09-01%2021:05:07")->value, "2023-09-01 21:05:07");
    EXPECT_EQ(read_target("/date?date=2023-09-01 21:05:07")->value, "2023-09-01 21:05:07") << "not escaped";
    EXPECT_EQ(read_target("/date?date=")->value, "");
    EXPECT_EQ(read_target("/timezone?timezone=America%2FNew_York")->value, "America/New_York");
    EXPECT_EQ(read_target("/get_version")->call->port, 9901);
    EXPECT_FALSE(read_target("/update?version=1.3.20")->call->offered);
    for (const std::string& bad : {std::string(), std::string("/"), std::string("/dat"), std::string("/date?date=%2"),
                                   std::string("/date?date=%zz"), "/date?date=" + std::string(600, 'x')})
        EXPECT_FALSE(read_target(bad)) << bad;
}

TEST(DwarfHttp, AnswersAreReadUnderLimits) {
    EXPECT_EQ(result_code(R"({"result":0})"), 0);
    EXPECT_EQ(result_code(R"({"result":-1})"), -1);
    EXPECT_EQ(result_text(R"({"result":"1.5.2"})"), "1.5.2");
    EXPECT_FALSE(result_text(R"({"result":5})"));
    for (const std::string& odd : {std::string(), std::string("<html>404</html>"), std::string("{}"),
                                   std::string("[0]"), std::string(100000, '['), R"({"result":"0"})" + std::string()})
        EXPECT_FALSE(result_code(odd)) << odd.substr(0, 40);
}

}  // namespace
}  // namespace nightstack::device::dwarf
