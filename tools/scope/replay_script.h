// SPDX-License-Identifier: MIT
// A recording as a scope that answers: each request gets what the scope answered to the same request
// then. Pure; no sockets, no clock.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "tools/scope/wire_file.h"

namespace nightstack::tools {

struct ReplayAnswer {
    double after_s = 0;  // after the request, as it was then
    const WireLine* line = nullptr;
};

// Borrows the file.
class ReplayScript {
public:
    explicit ReplayScript(const WireFile& file);

    // What came before the first request.
    std::vector<ReplayAnswer> opening() const;
    // What the scope said from the next recorded request of that number until the request after it. Requests
    // of one number are answered in their order, the last one again and again; nothing for a number never
    // sent.
    std::vector<ReplayAnswer> answer(std::string_view request);

private:
    struct Request {
        int interface = -1;
        std::size_t line = 0;
        bool used = false;
    };
    std::vector<ReplayAnswer> from(std::size_t begin, double zero_s) const;
    const WireFile& file_;
    std::vector<Request> requests_;
};

}  // namespace nightstack::tools
