// SPDX-License-Identifier: MIT
#include "pipeline/graph/flow.h"

#include <tbb/flow_graph.h>

#include <thread>

#include "pipeline/graph/flow_state.h"

namespace nightstack {
FlowCounts run_flow(const FlowSteps& steps, int at_once, TbbRunner& runner, const std::stop_token& stop) {
    FlowState state(steps, at_once, stop);
    // In the runner's arena, which limits the workers of the steps' own loops as well.
    runner.inside([&] {
        const FlowShow show(state);
        tbb::flow::graph graph;
        tbb::flow::function_node<FlowPiece, FlowPiece> prepare(graph, tbb::flow::unlimited,
                                                               [&](const FlowPiece& piece) {
                                                                   state.prepare(piece);
                                                                   return piece;
                                                               });
        tbb::flow::sequencer_node<FlowPiece> order(graph, [](const FlowPiece& piece) { return piece.number; });
        tbb::flow::function_node<FlowPiece> take(graph, tbb::flow::serial,
                                                 [&](const FlowPiece& piece) { state.take(piece); });
        make_edge(prepare, order);
        make_edge(order, take);
        // The graph lives as long as somebody may put something in. This thread works for it meanwhile, maybe alone.
        graph.reserve_wait();
        std::jthread source;
        try {
            source = std::jthread([&] {
                state.feed([&](FlowPiece piece) { prepare.try_put(piece); });
                graph.release_wait();
            });
        } catch (...) {
            graph.release_wait();
            throw;
        }
        graph.wait_for_all();
    });
    return state.finish();
}

}  // namespace nightstack
