// SPDX-License-Identifier: MIT
// Who does the work of a flow and of its steps' own loops: TBB, as in the program, or plain threads, which the thread
// sanitizer understands.
#pragma once

#include <stop_token>

#include "pipeline/core/runner.h"
#include "pipeline/graph/flow.h"
#include "pipeline/graph/tbb_runner.h"

namespace nightstack {

class FlowWorkers {
public:
    virtual ~FlowWorkers() = default;
    // For the loops of `prepare` and `take`.
    virtual Runner& steps() = 0;
    // For those of `next`: in the flow's own arena the source would wait for a thread that may be waiting for it.
    virtual Runner& source() = 0;
    virtual FlowCounts run(const FlowSteps& steps, int at_once, const std::stop_token& stop) = 0;
};

class TbbWorkers final : public FlowWorkers {
public:
    // Borrows the runner.
    explicit TbbWorkers(TbbRunner& steps) : steps_(steps), source_(steps.threads()) {}
    Runner& steps() override { return steps_; }
    Runner& source() override { return source_; }
    FlowCounts run(const FlowSteps& steps, int at_once, const std::stop_token& stop) override {
        return run_flow(steps, at_once, steps_, stop);
    }

private:
    TbbRunner& steps_;
    TbbRunner source_;
};

class ThreadWorkers final : public FlowWorkers {
public:
    explicit ThreadWorkers(int threads) : steps_(threads) {}
    Runner& steps() override { return steps_; }
    Runner& source() override { return steps_; }  // nothing is shared between its runs
    FlowCounts run(const FlowSteps& steps, int at_once, const std::stop_token& stop) override {
        return run_flow_on_threads(steps, at_once, stop);
    }

private:
    ThreadRunner steps_;
};

}  // namespace nightstack
