// SPDX-License-Identifier: MIT
// The scope's own video on the server of a live night: against the twin, while it is driven and while it is followed.
#include <gmock/gmock.h>

#include "tests/io/http/raw_client.h"
#include "tests/support/soak.h"
#include "tests/tools/night/live_scope.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

const Words kServed{"--http", "127.0.0.1:0", "--no-browser", "--json", "--no-solve", "--demosaic", "superpixel"};

struct Seen {
    std::set<std::string> streams;  // that /api/state has told of
    std::size_t pictures = 0;       // different ones that came as a JPEG
};

class LiveView : public LiveScope {
protected:
    // Where the night is served; "" when it never is.
    std::string host() const {
        for (int i = 0; i < 1000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
            const std::string out = read_bytes(files_ / "live.out");
            if (out.find('\n') == std::string::npos) continue;
            const std::string url = nlohmann::json::parse(lines_of(out).front())["url"];
            return url.substr(7, url.size() - 8);
        }
        ADD_FAILURE() << "it is not served";
        return "";
    }
    // The whole answer; "" when nobody is there any more.
    static std::string got(const std::string& host, const std::string& path) {
        try {
            io::test::RawClient client(static_cast<std::uint16_t>(std::stoi(host.substr(host.rfind(':') + 1))));
            client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            return client.read_all();
        } catch (const std::runtime_error&) {
            return "";
        }
    }
    static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

    // Looks as a page does, until the night is over or `enough` was seen.
    template <class Enough>
    Seen looked(Enough enough) const {
        const std::string host = this->host();
        Seen seen;
        std::set<std::string> pictures;
        for (int i = 0; i < 600 && !enough(seen); ++i, std::this_thread::sleep_for(std::chrono::milliseconds(50))) {
            const std::string state = got(host, "/api/state"), picture = got(host, "/stream.jpg");
            if (state.empty()) break;
            const nlohmann::json view = nlohmann::json::parse(body_of(state))["view"];
            if (!view.is_null()) {
                seen.streams.insert(view["stream"]);
                EXPECT_GE(view["pictures"], 1);
                EXPECT_LT(view["age_s"], 61);
            }
            if (picture.starts_with("HTTP/1.1 404 ")) EXPECT_EQ(lines_of(body_of(picture)).size(), 1U);
            if (!picture.starts_with("HTTP/1.1 200 ")) continue;
            EXPECT_THAT(picture, HasSubstr("Content-Type: image/jpeg"));
            EXPECT_TRUE(body_of(picture).starts_with("\xFF\xD8\xFF"));
            EXPECT_TRUE(body_of(picture).ends_with("\xFF\xD9"));
            pictures.insert(body_of(picture));
            seen.pictures = pictures.size();
        }
        return seen;
    }
};

TEST_F(LiveView, WhatTheScopeSeesIsShownBesideTheStack) {
    const pid_t pid = files_.start(live(with(kServed, {"--count", "6", "--threads", "2"})), "live");
    const Seen seen = looked([](const Seen& s) { return s.streams.contains("rawstream") && s.pictures >= 3; });
    EXPECT_THAT(seen.streams, testing::Contains("rawstream"));
    EXPECT_GE(seen.pictures, 3U);
    const Finished done = files_.wait(pid, "live");
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(nlohmann::json::parse(lines_of(done.out).back())["counts"]["in"], 6);
    EXPECT_EQ(twin_.received(10011), 1);
    EXPECT_THAT(done.err, testing::Not(HasSubstr("stream"))) << "nothing is told of it";
}

}  // namespace
}  // namespace nightstack::test
