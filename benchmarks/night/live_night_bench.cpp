// SPDX-License-Identifier: MIT
// A whole live night in this process: frames of 1920x1080 (a DWARF II at 2x2) from their folder through journal, flow
// and stack, pictures left out; everywhere the same bytes must come out. Rows are whole nights of 12 frames by the
// clock (`wall`) or by the processor time of all threads (`cpu`), on TBB with one thread and two, and on plain threads
// with serial loops. `whole_to_stacked` and `whole_to_shown`: from a frame's last byte in a watched folder, when
// nothing else is under way, to the stack and to the picture; the middle of a night's frames.
//     live_night_bench --benchmark_min_time=5 --benchmark_enable_random_interleaving=true
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

#include "io/files/sha256.h"
#include "pipeline/core/error.h"
#include "tests/support/small_night.h"
#include "tests/support/temp_folder.h"
#include "tools/night/core/night_folder.h"
#include "tools/night/core/night_run.h"
#include "tools/night/source/folder_source.h"
#include "tools/session/machine.h"
#include "tools/session/session_search.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

[[noreturn]] void wrong(const std::string& what) {
    std::cerr << "live_night_bench: wrong answer: " << what << '\n';
    std::exit(1);
}

// TBB's part of it: the same flow without, each step in a thread of its own and its loops in that thread.
class PlainWorkers final : public FlowWorkers {
public:
    Runner& steps() override { return serial_; }
    Runner& source() override { return serial_; }
    FlowCounts run(const FlowSteps& steps, int at_once, const std::stop_token& stop) override {
        return run_flow_on_threads(steps, at_once, stop);
    }

private:
    SerialRunner serial_;
};

class OnTbb final : public FlowWorkers {
public:
    explicit OnTbb(int threads) : runner_(threads), workers_(runner_) {}
    Runner& steps() override { return workers_.steps(); }
    Runner& source() override { return workers_.source(); }
    FlowCounts run(const FlowSteps& steps, int at_once, const std::stop_token& stop) override {
        return workers_.run(steps, at_once, stop);
    }

private:
    TbbRunner runner_;
    TbbWorkers workers_;
};

struct Cost {
    double wall_s = 0, cpu_s = 0;
};

constexpr int kFrames = 12;

class Bench {
public:
    Bench() {
        ::setenv("XDG_CACHE_HOME", (temp_ / "cache").c_str(), 1);  // NOLINT(concurrency-mt-unsafe): masters are kept
        test::SmallNightOptions o;
        o.layout = test::NightLayout::sorted;
        o.width = 1920, o.height = 1080, o.frames = kFrames, o.darks = 4;
        night_ = test::write_small_night(temp_ / "card", o);
        options_.method = "stream";
        options_.inputs = {night_.session};
    }

    // A night of the frames that are there; its first run makes the masters and the answer.
    Cost replay(FlowWorkers& workers) {
        options_.threads = workers.steps().threads();
        ReplaySource source(find_sessions(options_, talk_, {}).sessions.at(0));
        const auto begin = Clock::now();
        const double cpu = cpu_seconds();
        const LiveState state = run(source, workers, {}, {});
        const Cost cost{Seconds(Clock::now() - begin).count(), cpu_seconds() - cpu};
        if (state.stack.frames() != static_cast<std::uint64_t>(kFrames)) wrong("not all frames are stacked");
        save_state(temp_ / "state.nst", state.stack, state.ledger, io::Overwrite::yes, workers.steps());
        const std::string sum = io::sha256_of_file(temp_ / "state.nst");
        if (answer_.empty()) answer_ = sum;
        if (sum != answer_) wrong("another stack than before");
        return cost;
    }

    // Seconds from a frame's last byte to the stack and to the picture, one frame after the other.
    struct Waited {
        std::vector<double> stacked, shown;
    };
    Waited watch(FlowWorkers& workers) {
        const fs::path watched = temp_ / "watched";
        fs::remove_all(watched);
        fs::create_directories(watched / "lights");
        fs::copy(night_.session / "darks", watched / "darks");
        std::mutex mutex;
        std::vector<Clock::time_point> whole, stacked, shown(night_.lights.size() + 1);
        // Each when the one before is seen, as with exposures that take longer than all that is done with them.
        const auto is_shown = [&](std::size_t rev) {
            const std::scoped_lock lock(mutex);
            return shown[rev] != Clock::time_point{};
        };
        const std::jthread camera([&] {
            for (std::size_t i = 0; i < night_.lights.size(); ++i) {
                for (int tries = 0; i > 0 && !is_shown(i) && tries < 1000; ++tries)
                    std::this_thread::sleep_for(std::chrono::milliseconds(10));
                const fs::path part = watched / (night_.lights[i].filename().string() + ".tmp");
                fs::copy_file(night_.lights[i], part);
                const std::scoped_lock lock(mutex);
                fs::rename(part, watched / "lights" / night_.lights[i].filename());
                whole.push_back(Clock::now());
            }
        });
        WatchPlan plan;
        plan.watch.folder = watched;
        WatchSource source(plan);
        run(
            source, workers,
            [&](const NightFrame&) {
                const std::scoped_lock lock(mutex);
                stacked.push_back(Clock::now());
            },
            [&](const NightView& view) {
                const std::scoped_lock lock(mutex);
                for (std::size_t i = view.rev; i > 0 && shown[i] == Clock::time_point{}; --i) shown[i] = Clock::now();
            });
        Waited waited;
        for (std::size_t i = 0; i < stacked.size(); ++i) {
            waited.stacked.push_back(Seconds(stacked[i] - whole[i]).count());
            waited.shown.push_back(Seconds(shown[i + 1] - whole[i]).count());
        }
        return waited;
    }

private:
    LiveState run(NightSource& source, FlowWorkers& workers, const std::function<void(const NightFrame&)>& told,
                  const std::function<void(const NightView&)>& show) {
        const fs::path folder = temp_ / ("night-" + std::to_string(++nights_));
        Night night = open_night(folder, temp_ / "nights", {"bench", "replay x", "x", "{}", "{}", "", ""});
        NightBoard board;
        NightRunOptions o;
        o.stack = options_;
        o.folder = folder;
        o.memory = std::size_t{2} << 30;
        o.frames = static_cast<std::uint64_t>(kFrames);
        NightRun run(o, source, *night.journal, board, workers, talk_, stop_);
        if (told) run.on_frame([&](const NightFrame& frame, const FrameStars*) { told(frame); });
        if (show) run.on_view(show);
        run.run();
        LiveState state = run.take_state();
        fs::remove_all(folder);
        return state;
    }

    test::TempFolder temp_;
    int nights_ = 0;
    test::SmallNight night_;
    StackOptions options_;
    Talk talk_{Loudness::quiet, false};
    std::stop_token stop_;
    std::string answer_;
};

double middle(std::vector<double> v) {
    std::ranges::sort(v);
    return v[v.size() / 2];
}

Bench& bench() {
    static Bench the;
    return the;
}

// TBB's limit of threads is one for the process: workers live no longer than their night.
Cost night_on(int tbb_threads) {
    if (tbb_threads == 0) {
        PlainWorkers workers;
        return bench().replay(workers);
    }
    OnTbb workers(tbb_threads);
    return bench().replay(workers);
}

void whole_night(benchmark::State& state, int tbb_threads, bool cpu) {
    for (auto _ : state) {
        const Cost cost = night_on(tbb_threads);
        state.SetIterationTime(cpu ? cost.cpu_s : cost.wall_s);
    }
}

void waiting(benchmark::State& state, bool shown) {
    double longest = 0;
    for (auto _ : state) {
        OnTbb workers(2);
        const Bench::Waited waited = bench().watch(workers);
        const std::vector<double>& all = shown ? waited.shown : waited.stacked;
        state.SetIterationTime(middle(all));
        longest = std::max(longest, std::ranges::max(all));
    }
    state.counters["longest_ms"] = 1e3 * longest;
}

void add_rows() {
    const std::pair<const char*, int> ways[] = {{"tbb/1", 1}, {"tbb/2", 2}, {"plain", 0}};
    for (const auto& [name, threads] : ways) {
        for (const bool cpu : {false, true}) {
            const std::string row = std::string("live_night/") + name + (cpu ? "/cpu" : "/wall");
            benchmark::RegisterBenchmark(row.c_str(), whole_night, threads, cpu)
                ->UseManualTime()
                ->Unit(benchmark::kMillisecond);
        }
    }
    benchmark::RegisterBenchmark("live_night/whole_to_stacked", waiting, false)
        ->UseManualTime()
        ->Iterations(1)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("live_night/whole_to_shown", waiting, true)
        ->UseManualTime()
        ->Iterations(1)
        ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace nightstack::tools

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    try {
        nightstack::tools::night_on(1);  // masters made, memory touched, the answer told
        nightstack::tools::add_rows();
        benchmark::RunSpecifiedBenchmarks();
    } catch (const std::exception& e) {
        std::cerr << "live_night_bench: " << e.what() << '\n';
        return 1;
    }
    return 0;
}
