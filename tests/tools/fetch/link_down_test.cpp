// SPDX-License-Identifier: MIT
// The cable is pulled while files come, for one second and for five, and in the long run (tools/soak) for thirty. Both
// programs are real ones, in network namespaces of their own. Where those are not allowed, the scope freezes instead,
// which its peers see in the same way: it takes what comes and answers nothing. The test says which it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "tests/support/remote/enclosure.h"
#include "tests/support/soak.h"
#include "tests/tools/fetch/twin_card.h"

namespace nightstack::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kFrames = 6;
constexpr int kWidth = 3840, kHeight = 2160;

// The way between a fetch and the twin, which can be cut.
class Way {
public:
    explicit Way(TwinCard& card) : card_(card) {
        std::string why_not;
        link_ = CutableLink::make(why_not);
        if (link_)
            card.switch_on(link_->scope().prefix(), CutableLink::scope_address());
        else
            card.switch_on();
        std::cout << (link_ ? "a cable between two network namespaces" : "a scope that freezes: " + why_not) << "\n";
    }
    Words before() const { return link_ ? link_->here().prefix() : Words(); }
    void set(bool up) const {
        if (link_) return link_->set(up);
        up ? card_.thaw() : card_.freeze();
    }
    // 0 where that is not known.
    std::uint64_t bytes() const { return link_ ? link_->bytes_from_scope() : 0; }

private:
    TwinCard& card_;
    std::unique_ptr<CutableLink> link_;
};

class LinkDown : public testing::TestWithParam<const char*> {};

TEST_P(LinkDown, TheFetchGoesOn) {
    TwinCard card(kFrames, kWidth, kHeight);
    const std::filesystem::path to = card.world() / "mirror";
    const Way way(card);
    std::vector<milliseconds> cuts{1s, 5s};
    if (soaked(1) > 1) cuts.push_back(30s);
    CallOptions options;
    options.before = way.before();
    const std::uint64_t before = way.bytes();
    const auto begin = Clock::now();
    const pid_t fetch = card.world().start(card.fetch_words(GetParam(), to), "fetch", options);
    std::uint64_t down_at = 0;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        const std::uint64_t next = card.bytes() * (i + 1) / (cuts.size() + 2);
        for (const auto end = Clock::now() + 60s; bytes_below(to) < std::max(next, down_at) && Clock::now() < end;)
            std::this_thread::sleep_for(1ms);
        way.set(false);
        std::this_thread::sleep_for(cuts[i]);
        down_at = bytes_below(to) + 1;  // the next cut comes when something has moved again
        EXPECT_LT(down_at, card.bytes()) << "all had come before the cut of " << cuts[i].count() << " ms";
        way.set(true);
    }
    const Finished done = card.world().wait(fetch, "fetch");
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(sums_of(to), card.sums());
    const std::uint64_t received = last_event(done, "fetch")["received_bytes"];
    EXPECT_EQ(last_event(done, "fetch")["failed"], 0);
    EXPECT_GE(received, card.bytes());
    EXPECT_LT(received - card.bytes(), card.bytes() / 20);
    const std::uint64_t carried = way.bytes() - before;  // with headers, and what is compared before going on
    EXPECT_LT(carried, card.bytes() + card.bytes() / 20);
    std::cout << GetParam() << ": down for";
    for (const milliseconds cut : cuts) std::cout << " " << cut.count() / 1000;
    std::cout << " s; " << received - card.bytes() << " of " << card.bytes() << " bytes came twice, " << carried
              << " bytes over the cable with all headers, " << seconds << " s in all\n"
              << done.err;
}

INSTANTIATE_TEST_SUITE_P(By, LinkDown, testing::Values("sftp", "http", "ftp"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace nightstack::test
