// SPDX-License-Identifier: MIT
// A terminal as far as our output needs one: text, carriage return, new line, cursor up, erase to the end of line or
// screen, colours passed over. Lines that are too long are broken; the last column waits as real ones do. When it
// becomes narrower it breaks what stands there, as most do. For tests; ASCII.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::tools::test {

class MiniTerminal {
public:
    MiniTerminal(int columns, int rows) : columns_(columns), rows_(rows) {}

    void feed(std::string_view bytes);
    void narrow(int columns);
    // From the first line ever to the last with something on it.
    std::vector<std::string> lines() const;

private:
    void put(char c);
    void down();
    std::size_t top() const;                                       // the screen's first line
    std::size_t sequence(std::string_view bytes, std::size_t at);  // gives its last byte
    int columns_, rows_;
    std::size_t row_ = 0, column_ = 0;
    std::vector<std::string> lines_{""};
};

}  // namespace nightstack::tools::test
