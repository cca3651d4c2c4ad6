// SPDX-License-Identifier: MIT
#include "tools/scope/leaving_link.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace nightstack::tools {
namespace {

using namespace device::dwarf;

// Answers every request with `code` and never pushes: next_event waits for its stop.
class SilentScope final : public ScopeLink {
public:
    int code = 0;

    Reply ask(const Message& request, Milliseconds) override {
        return {Reply::Fate::answered, Message(request.interface()).set("code", code)};
    }
    std::optional<Event> next_event(Moment until, const std::stop_token& stop) override {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any().wait_until(lock, stop, until, [] { return false; });
        return {};
    }
    std::optional<std::string> get(HttpPort, std::string_view, Milliseconds) override { return {}; }
    Moment now() const override { return std::chrono::steady_clock::now(); }
};

constexpr Milliseconds kSoon{20};
const Moment kFar = std::chrono::steady_clock::now() + std::chrono::hours(1);

TEST(LeavingLink, AWaitEndsWhenTheUserLeaves) {
    SilentScope scope;
    std::stop_source leave;
    LeavingLink link(scope, leave.get_token());
    EXPECT_FALSE(link.next_event(link.now() + kSoon, {}));  // no Left: only the time has passed
    std::jthread user([&] {
        std::this_thread::sleep_for(kSoon);
        leave.request_stop();
    });
    EXPECT_THROW(link.next_event(kFar, {}), Left);
    EXPECT_THROW(link.ask(Message(10022), kSoon), Left);
}

TEST(LeavingLink, TheJobsOwnStopIsNoLeaving) {
    SilentScope scope;
    LeavingLink link(scope, {});
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(link.next_event(kFar, stop.get_token()));
}

TEST(LeavingLink, LeavesOnceTheScopeHasBegun) {
    SilentScope scope;
    LeavingLink link(scope, {});
    link.leave_after(10011);
    scope.code = -41;
    EXPECT_EQ(link.ask(Message(10011), kSoon).message->integer("code"), -41);
    EXPECT_FALSE(link.next_event(link.now() + kSoon, {}));  // refused: the job goes on and tells it
    scope.code = 0;
    link.ask(Message(10022), kSoon);
    EXPECT_FALSE(link.next_event(link.now() + kSoon, {}));
    link.ask(Message(10011), kSoon);
    EXPECT_THROW(link.next_event(kFar, {}), Left);
}

}  // namespace
}  // namespace nightstack::tools
