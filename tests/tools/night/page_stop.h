// SPDX-License-Identifier: MIT
// Ends a night that runs, as the button of its page does.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/io/http/raw_client.h"
#include "tests/tools/program.h"

namespace nightstack::test {

// `out`: what the program has said so far, with --json and --http.
inline void stop_by_page(const std::string& out) {
    const nlohmann::json ready = nlohmann::json::parse(lines_of(out).front());
    const std::string url = ready["url"];
    const std::string host = url.substr(7, url.size() - 8);
    io::test::RawClient client(static_cast<std::uint16_t>(std::stoi(host.substr(host.rfind(':') + 1))));
    client.send("POST /api/session/stop HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    EXPECT_NE(client.read_all().find("202"), std::string::npos);
}

}  // namespace nightstack::test
