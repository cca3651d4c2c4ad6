// SPDX-License-Identifier: MIT
// A question that a person answers at the terminal. One thread.
#pragma once

#include <stop_token>
#include <string>

namespace nightstack::tools {

// Whether the line that comes at `in` is a yes. The end of the input and `stop` are a no: Ctrl-C ends the waiting.
bool read_yes(int in, const std::stop_token& stop);

// Asks on standard error; a no where nobody sits at a terminal.
bool ask_person(const std::string& question, const std::stop_token& stop);

}  // namespace nightstack::tools
