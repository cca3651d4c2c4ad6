// SPDX-License-Identifier: MIT
// A night's server over a board, and how one asks it: raw bytes on a socket. For tests.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/io/http/raw_client.h"
#include "tools/night/show/night_server.h"

namespace nightstack::tools::test {

inline const std::string kToken = "00112233445566778899aabbccddeeff";

class ServedNight : public testing::Test {
protected:
    void serve(const std::string& token = "", const std::string& address = "127.0.0.1") {
        server_.emplace(board_, NightServerOptions{address, 0, token, {}, [this] { ++stops_; }, video_});
    }
    std::string host() const { return "127.0.0.1:" + std::to_string(server_->port()); }
    // The whole answer to one request on a connection of its own.
    std::string ask(const std::string& method, const std::string& target, const std::string& headers = "") const {
        return ask_as(host(), method, target, headers);
    }
    std::string ask_as(const std::string& host, const std::string& method, const std::string& target,
                       const std::string& headers = "") const {
        io::test::RawClient client(server_->port());
        client.send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + headers +
                    "\r\n");
        return client.read_all();
    }
    static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
    static int status_of(const std::string& answer) { return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3)); }
    static std::string header_of(const std::string& answer, const std::string& name) {
        const std::size_t at = answer.find("\r\n" + name + ": ");
        if (at == std::string::npos) return "";
        const std::size_t begin = at + name.size() + 4;
        return answer.substr(begin, answer.find("\r\n", begin) - begin);
    }
    void show_picture(std::uint64_t rev, std::size_t bytes, int value = 7) {
        board_.show(std::make_shared<NightPicture>(
            NightPicture{rev, std::vector<std::byte>(bytes, static_cast<std::byte>(value))}));
    }

    NightBoard board_;
    std::atomic<int> stops_{0};  // asked for
    AskVideo video_;             // before serve()
    std::optional<NightServer> server_;
};

}  // namespace nightstack::tools::test
