// SPDX-License-Identifier: MIT
// Whom a night's server answers: names, tokens, methods and origins.
#include <gmock/gmock.h>

#include <utility>

#include "pipeline/core/error.h"
#include "tests/tools/night/show/served_night.h"

namespace nightstack::tools {
namespace {

using test::kToken;
using testing::HasSubstr;
using testing::Not;

class NightAccess : public test::ServedNight {};

// Who may ask: Host, Origin, method and token in all their combinations that differ.
struct Caller {
    const char* host;    // PORT stands for the port
    const char* origin;  // "": none
    const char* method;
    const char* path;
    const char* authorization;  // TOKEN stands for it
    int without_token, with_token;
};

const Caller kCallers[] = {
    {"127.0.0.1:PORT", "", "GET", "/api/state", "", 200, 401},
    {"localhost:PORT", "", "GET", "/api/state", "", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/api/state", "Bearer TOKEN", 200, 200},
    {"localhost:PORT", "", "GET", "/picture.png", "Bearer TOKEN", 503, 503},
    {"127.0.0.1:PORT", "", "GET", "/picture.png", "", 503, 401},
    {"127.0.0.1:PORT", "", "GET", "/stream.jpg", "Bearer TOKEN", 404, 404},
    {"127.0.0.1:PORT", "", "GET", "/stream.jpg", "", 404, 401},
    {"127.0.0.1:PORT", "", "POST", "/stream.jpg", "Bearer TOKEN", 405, 405},
    {"attacker.example:PORT", "", "GET", "/stream.jpg", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "", "GET", "/api/frames", "Bearer 00112233445566778899aabbccddeefe", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/api/frames", "Bearer 00112233445566778899aabbccddeef", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/api/charts", "Basic TOKEN", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/api/state?token=TOKEN", "", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/healthz", "", 200, 200},
    {"127.0.0.1:PORT", "", "GET", "/", "", 200, 200},
    {"127.0.0.1:PORT", "", "GET", "/night.js", "", 200, 200},
    {"127.0.0.1:PORT", "", "GET", "/no/such", "", 404, 401},
    {"127.0.0.1:PORT", "", "GET", "/no/such", "Bearer TOKEN", 404, 404},
    {"127.attacker.example:PORT", "", "GET", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1.attacker.example:PORT", "", "GET", "/healthz", "", 403, 403},
    {"attacker.example:PORT", "", "GET", "/", "", 403, 403},
    {"localhost.:PORT", "", "GET", "/", "", 403, 403},
    {"LOCALHOST@attacker.example:PORT", "", "GET", "/", "", 403, 403},
    {"127.0.0.1", "", "GET", "/", "", 403, 403},
    {"127.0.0.1:1", "", "GET", "/", "", 403, 403},
    {"127.0.0.1:PORT0", "", "GET", "/", "", 403, 403},
    {"", "", "GET", "/", "", 403, 403},
    {"127.0.0.2:PORT", "", "GET", "/", "", 403, 403},
    {"[::1]:PORT", "", "GET", "/", "", 403, 403},
    {"127.0.0.1:PORT", "http://attacker.example", "GET", "/api/state", "Bearer TOKEN", 200, 200},
    {"127.0.0.1:PORT", "http://attacker.example", "POST", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "null", "POST", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "https://127.0.0.1:PORT", "POST", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "http://localhost:PORT", "POST", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "http://127.0.0.1:PORT", "POST", "/api/state", "Bearer TOKEN", 405, 405},
    {"127.0.0.1:PORT", "http://127.0.0.1:PORT", "POST", "/api/state", "", 405, 401},
    {"127.0.0.1:PORT", "", "POST", "/api/state", "", 405, 401},
    {"127.0.0.1:PORT", "", "DELETE", "/", "Bearer TOKEN", 405, 405},
    {"127.0.0.1:PORT", "", "HEAD", "/healthz", "", 200, 200},
    {"127.0.0.1:PORT", "", "HEAD", "/api/state", "", 200, 401},
    {"127.0.0.1:PORT", "", "HEAD", "/api/session/stop", "Bearer TOKEN", 405, 405},
    {"127.0.0.1:PORT", "", "GET", "/api/session/stop", "Bearer TOKEN", 405, 405},
    {"127.0.0.1:PORT", "http://attacker.example", "POST", "/api/session/stop", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "null", "POST", "/api/session/stop", "Bearer TOKEN", 403, 403},
    {"127.attacker.example:PORT", "", "POST", "/api/session/stop", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "", "POST", "/api/session/stop", "Bearer TOKEN", 202, 202},
    {"127.0.0.1:PORT", "", "POST", "/api/session/stop", "", 202, 401},
    {"127.0.0.1:PORT", "http://127.0.0.1:PORT", "POST", "/api/session/stop", "Bearer TOKEN", 202, 202},
};

TEST_F(NightAccess, WhoMayAsk) {
    for (const bool with_token : {false, true}) {
        serve(with_token ? kToken : "");
        const auto filled = [&](std::string text) {
            for (const auto& [mark, value] : {std::pair("PORT", std::to_string(server_->port())), {"TOKEN", kToken}}) {
                const std::size_t at = text.find(mark);
                if (at != std::string::npos) text.replace(at, std::string(mark).size(), value);
            }
            return text;
        };
        for (const Caller& c : kCallers) {
            std::string headers;
            if (*c.origin != '\0') headers += "Origin: " + filled(c.origin) + "\r\n";
            if (*c.authorization != '\0') headers += "Authorization: " + filled(c.authorization) + "\r\n";
            const std::string answer = ask_as(filled(c.host), c.method, filled(c.path), headers);
            EXPECT_EQ(status_of(answer), with_token ? c.with_token : c.without_token)
                << c.method << " " << c.host << c.path << " " << c.origin << " " << c.authorization << " "
                << with_token;
            EXPECT_EQ(header_of(answer, "WWW-Authenticate"), status_of(answer) == 401 ? "Bearer" : "");
            EXPECT_EQ(header_of(answer, "Access-Control-Allow-Origin"), "");
        }
        server_.reset();
        EXPECT_EQ(stops_.exchange(0), with_token ? 2 : 3) << "whom it does not answer it does not heed";
    }
}

TEST_F(NightAccess, OthersNeedAToken) {
    for (const char* address : {"0.0.0.0", "::", "192.168.88.2", "localhost", "nonsense", ""})
        EXPECT_THROW(serve("", address), OptionError) << address;
    EXPECT_THROW(serve("short", "127.0.0.1"), OptionError);
    EXPECT_THROW(serve(kToken, "nonsense"), OptionError);
    serve(kToken, "0.0.0.0");
    EXPECT_EQ(status_of(ask("GET", "/api/state")), 401);
    EXPECT_EQ(status_of(ask("GET", "/api/state", "Authorization: Bearer " + kToken + "\r\n")), 200);
    EXPECT_EQ(status_of(ask_as("0.0.0.0:" + std::to_string(server_->port()), "GET", "/healthz")), 403);
    EXPECT_THAT(server_->private_url(), testing::EndsWith("/#token=" + kToken));
    EXPECT_THAT(server_->url(), Not(HasSubstr(kToken)));
}

}  // namespace
}  // namespace nightstack::tools
