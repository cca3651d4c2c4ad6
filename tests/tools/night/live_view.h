// SPDX-License-Identifier: MIT
// Looks at a live night's page as a browser does, for what the scope itself sees.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/io/http/raw_client.h"
#include "tests/support/small_night.h"
#include "tests/tools/scope/twin.h"

namespace nightstack::test {

inline const Words kServed{"--http", "127.0.0.1:0", "--no-browser"};

// Where the program that writes --json to `out` serves its night, "127.0.0.1:40123"; "" when it never does.
inline std::string served_at(const std::filesystem::path& out) {
    for (int i = 0; i < 1000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
        const std::string text = read_bytes(out);
        if (text.find('\n') == std::string::npos) continue;
        const std::string url = nlohmann::json::parse(lines_of(text).front())["url"];
        return url.substr(7, url.size() - 8);
    }
    ADD_FAILURE() << "it is not served";
    return "";
}

// The whole answer; "" when nobody is there any more.
inline std::string got(const std::string& host, const std::string& path) {
    try {
        io::test::RawClient client(static_cast<std::uint16_t>(std::stoi(host.substr(host.rfind(':') + 1))));
        client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        return client.read_all();
    } catch (const std::runtime_error&) {
        return "";
    }
}

inline std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

struct Seen {
    std::set<std::string> streams;   // that /api/state has told of
    std::set<std::string> pictures;  // that came as a JPEG
};

// Looks until the night is over, `enough` was seen, or half a minute has passed.
template <class Enough>
Seen looked(const std::string& host, Enough enough) {
    Seen seen;
    for (int i = 0; i < 600 && !enough(seen); ++i, std::this_thread::sleep_for(std::chrono::milliseconds(50))) {
        const std::string state = got(host, "/api/state"), picture = got(host, "/stream.jpg");
        if (state.empty()) break;
        const nlohmann::json view = nlohmann::json::parse(body_of(state))["view"];
        if (!view.is_null()) {
            seen.streams.insert(view["stream"]);
            EXPECT_GE(view["pictures"], 1);
            EXPECT_LT(view["age_s"], 61);
        }
        if (!picture.starts_with("HTTP/1.1 200 ")) {
            EXPECT_TRUE(picture.empty() || picture.starts_with("HTTP/1.1 404 ")) << picture;
            continue;
        }
        EXPECT_THAT(picture, testing::HasSubstr("Content-Type: image/jpeg"));
        EXPECT_TRUE(body_of(picture).starts_with("\xFF\xD8\xFF"));
        EXPECT_TRUE(body_of(picture).ends_with("\xFF\xD9"));
        seen.pictures.insert(body_of(picture));
    }
    return seen;
}

// A capture whose first light is here: it takes its time while it is looked at. What came before had no looker.
inline Seen looked_at_capture(const std::string& host, const Twin& twin, int speed) {
    twin.set_speed(3);
    Seen seen = looked(host, [](const Seen& s) { return s.streams.contains("rawstream") && !s.pictures.empty(); });
    twin.set_speed(speed);
    return seen;
}

}  // namespace nightstack::test
