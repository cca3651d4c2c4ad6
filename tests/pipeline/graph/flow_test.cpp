// SPDX-License-Identifier: MIT
// Who may run when in a live run, on TBB's graph and on plain threads alike.
#include "pipeline/graph/flow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/graph/mailbox.h"

namespace nightstack {
namespace {

using namespace std::chrono_literals;

struct Number final : FlowItem {
    explicit Number(int v) : value(v) {}
    int value;
    bool prepared = false;
};
struct Seen final : FlowView {
    explicit Seen(int v) : value(v) {}
    int value;
};

int value_of(FlowItem& item) { return static_cast<Number&>(item).value; }

// Never in two threads at once.
class Alone {
public:
    explicit Alone(std::atomic<int>& inside) : inside_(inside) { EXPECT_EQ(inside_++, 0); }
    ~Alone() { --inside_; }

private:
    std::atomic<int>& inside_;
};

// The two ways; TBB's own locks are not known to the thread sanitizer.
enum class Way { tbb, tbb_alone, threads };
std::vector<Way> ways() {
#ifdef __SANITIZE_THREAD__
    return {Way::threads};
#else
    return {Way::tbb, Way::tbb_alone, Way::threads};
#endif
}
const char* word(Way way) {
    if (way == Way::threads) return "threads";
    return way == Way::tbb ? "tbb" : "tbb_alone";
}

class Flow : public testing::TestWithParam<Way> {
protected:
    FlowCounts run(const FlowSteps& steps, int at_once, const std::stop_token& stop = {}) const {
        if (GetParam() == Way::threads) return run_flow_on_threads(steps, at_once, stop);
        TbbRunner runner(GetParam() == Way::tbb ? 3 : 1);
        return run_flow(steps, at_once, runner, stop);
    }
    // Numbers from 0 on; what is taken is written down.
    FlowSteps counting(int n) {
        FlowSteps steps;
        steps.next = [this, n](const std::stop_token&) -> std::unique_ptr<FlowItem> {
            const Alone alone(asking_);
            if (given_ == n) return nullptr;
            return std::make_unique<Number>(given_++);
        };
        steps.prepare = [](FlowItem& item) { static_cast<Number&>(item).prepared = true; };
        steps.take = [this](FlowItem& item) -> std::shared_ptr<const FlowView> {
            const Alone alone(taking_);
            EXPECT_TRUE(static_cast<Number&>(item).prepared);
            taken_.push_back(value_of(item));
            return std::make_shared<Seen>(value_of(item));
        };
        steps.show = [this](const FlowView& view) {
            const Alone alone(showing_);
            shown_.push_back(static_cast<const Seen&>(view).value);
        };
        return steps;
    }
    void expect_first(int n) const {
        ASSERT_EQ(taken_.size(), static_cast<std::size_t>(n));
        for (int i = 0; i < n; ++i) EXPECT_EQ(taken_[static_cast<std::size_t>(i)], i);
    }
    std::atomic<int> asking_{0}, taking_{0}, showing_{0};
    int given_ = 0;
    std::vector<int> taken_, shown_;
};

TEST_P(Flow, TakesAllInOrderHoweverLongTheyTakeToPrepare) {
    FlowSteps steps = counting(200);
    steps.prepare = [](FlowItem& item) {
        std::this_thread::sleep_for(std::chrono::microseconds((value_of(item) * 7919) % 900));
        static_cast<Number&>(item).prepared = true;
    };
    const FlowCounts counts = run(steps, 4);
    expect_first(200);
    EXPECT_EQ(counts.taken, 200U);
    EXPECT_EQ(counts.shown, shown_.size());
    EXPECT_EQ(counts.shown + counts.missed, 200U);
    EXPECT_EQ(shown_.back(), 199);
    EXPECT_TRUE(std::is_sorted(shown_.begin(), shown_.end()));
}

TEST_P(Flow, PreparesSideBySideAndNeverRunsAhead) {
    std::atomic<int> between{0}, most_between{0}, both{0};
    FlowSteps steps = counting(60);
    const auto next = steps.next;
    steps.next = [&](const std::stop_token& stop) {
        auto item = next(stop);
        if (item) most_between = std::max<int>(most_between, ++between);
        return item;
    };
    const bool alone = GetParam() == Way::tbb_alone;  // one worker prepares one by one
    std::latch two(2);
    steps.prepare = [&](FlowItem& item) {
        if (!alone && value_of(item) < 2) {  // the first waits for the second, which comes while it is being prepared
            two.count_down();
            for (int tick = 0; tick < 20'000 && !two.try_wait(); ++tick) std::this_thread::sleep_for(1ms);
            if (two.try_wait()) ++both;
        }
        static_cast<Number&>(item).prepared = true;
    };
    const auto take = steps.take;
    steps.take = [&](FlowItem& item) {
        --between;
        return take(item);
    };
    run(steps, 3);
    expect_first(60);
    EXPECT_EQ(both, alone ? 0 : 2);
    EXPECT_LE(most_between, 3);
}

TEST_P(Flow, ASlowShowMissesViewsAndHoldsNobodyUp) {
    std::mutex mutex;
    std::condition_variable changed;
    bool all_taken = false;
    FlowSteps steps = counting(50);
    const auto take = steps.take;
    steps.take = [&](FlowItem& item) {
        auto view = take(item);
        const std::lock_guard lock(mutex);
        all_taken = value_of(item) == 49;
        changed.notify_all();
        return view;
    };
    const auto show = steps.show;
    steps.show = [&](const FlowView& view) {
        show(view);
        std::unique_lock lock(mutex);  // the first is looked at until all are taken
        EXPECT_TRUE(changed.wait_for(lock, 20s, [&] { return all_taken; }));
    };
    const FlowCounts counts = run(steps, 2);
    expect_first(50);
    EXPECT_EQ(shown_.back(), 49);
    EXPECT_LE(counts.shown, 3U);  // the first, one that the last found there, the last
    EXPECT_GE(counts.missed, 47U);
}

TEST_P(Flow, ShowsNothingWhereThereIsNothingToShow) {
    FlowSteps steps = counting(5);
    const auto take = steps.take;
    steps.take = [&](FlowItem& item) -> std::shared_ptr<const FlowView> {
        auto view = take(item);
        return value_of(item) % 2 == 1 ? view : nullptr;
    };
    const FlowCounts counts = run(steps, 1);
    EXPECT_EQ(counts.shown + counts.missed, 2U);
    EXPECT_EQ(shown_.back(), 3);
    given_ = 0;
    EXPECT_EQ(run(counting(0), 3).taken, 0U);
}

TEST_P(Flow, AStopReachesASourceThatWaitsAndWhatCameIsTaken) {
    std::stop_source stop;
    FlowSteps steps = counting(7);
    const auto next = steps.next;
    steps.next = [&](const std::stop_token& asked) -> std::unique_ptr<FlowItem> {
        if (given_ < 7) return next(asked);
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any never;
        stop.request_stop();
        never.wait(lock, asked, [] { return false; });
        return nullptr;
    };
    run(steps, 3, stop.get_token());
    expect_first(7);
}

TEST_P(Flow, TheFirstErrorOfAnyStepEndsAllAndIsThrown) {
    for (const char* step : {"next", "prepare", "take", "show"}) {
        given_ = 0;
        taken_.clear();
        shown_.clear();
        FlowSteps steps = counting(1'000'000);
        const auto at_twenty = [&, step](const std::string& here, int value) {
            if (here == step && value >= 20) throw std::runtime_error(here);
        };
        const FlowSteps good = steps;
        steps.next = [&](const std::stop_token& s) {
            at_twenty("next", given_);
            return good.next(s);
        };
        steps.prepare = [&](FlowItem& i) {
            at_twenty("prepare", value_of(i));
            good.prepare(i);
        };
        steps.take = [&](FlowItem& i) {
            at_twenty("take", value_of(i));
            return good.take(i);
        };
        steps.show = [&](const FlowView& v) {
            at_twenty("show", static_cast<const Seen&>(v).value);
            good.show(v);
        };
        try {
            run(steps, 3);
            ADD_FAILURE() << step << " threw nothing";
        } catch (const std::runtime_error& e) {
            EXPECT_STREQ(e.what(), step);
        }
        EXPECT_LT(given_, 900'000) << step;
        expect_first(static_cast<int>(taken_.size()));
    }
}

INSTANTIATE_TEST_SUITE_P(Ways, Flow, testing::ValuesIn(ways()), [](const auto& way) { return word(way.param); });

TEST(Mailbox, HoldsTheNewest) {
    Mailbox<int> box;
    EXPECT_FALSE(box.take());
    box.put(1);
    box.put(2);
    EXPECT_EQ(box.take(), 2);
    EXPECT_FALSE(box.take());
    EXPECT_EQ(box.missed(), 1U);
}

}  // namespace
}  // namespace nightstack
