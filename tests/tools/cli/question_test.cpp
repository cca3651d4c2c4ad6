// SPDX-License-Identifier: MIT
#include "tools/cli/question.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string_view>
#include <thread>

namespace nightstack::tools {
namespace {

class Pipe {
public:
    Pipe() { EXPECT_EQ(::pipe(ends_), 0); }
    ~Pipe() {
        ::close(ends_[0]);
        close();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    int in() const { return ends_[0]; }
    void say(std::string_view text) const { EXPECT_EQ(::write(ends_[1], text.data(), text.size()), std::ssize(text)); }
    void close() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }

private:
    int ends_[2] = {-1, -1};
};

bool answered(std::string_view text) {
    Pipe pipe;
    pipe.say(text);
    pipe.close();
    return read_yes(pipe.in(), {});
}

TEST(Question, OnlyYesIsYes) {
    for (const char* yes : {"y\n", "Y\n", "yes\n"}) EXPECT_TRUE(answered(yes)) << yes;
    for (const char* no : {"", "yes", "\n", "n\n", "no\n", "yesterday\n", " y\n"}) EXPECT_FALSE(answered(no)) << no;
    EXPECT_FALSE(answered(std::string(5000, 'y')));
}

TEST(Question, CtrlCEndsTheWaiting) {
    const Pipe pipe;
    std::stop_source stop;
    std::atomic<bool> over = false;
    std::jthread interrupt([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        stop.request_stop();
        for (int i = 0; i < 100 && !over; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        if (!over) pipe.say("y\n");  // so that a deaf reader fails instead of hanging
    });
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(read_yes(pipe.in(), stop.get_token()));
    over = true;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
}

}  // namespace
}  // namespace nightstack::tools
