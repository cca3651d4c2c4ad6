// SPDX-License-Identifier: MIT
// Reads a page as a strict parser would: nothing that a browser would have to guess about.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace nightstack::test {

struct CheckedHtml {
    std::vector<std::string> problems;  // "" when well formed
    std::set<std::string> tags;         // element names met
    std::set<std::string> attributes;   // names of attributes met
    std::set<std::string> addresses;    // values of src and href, cut to 60 bytes
    std::string text;                   // character data, entities as they stand
};

// Tags nest and close, attributes have quoted values (or none), & begins one of the five entities or a number, no raw
// < or > in text, no control characters but newline, ids are unique and those that aria-labelledby names exist.
CheckedHtml check_html(const std::string& page);

}  // namespace nightstack::test
