// SPDX-License-Identifier: MIT
// The report's second form, a page for people (--html), on its way into a file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "io/files/output_file.h"
#include "tools/session/stack_facts.h"

namespace nightstack::tools {

// What stands above the picture.
struct PageWords {
    std::string title;  // "" = the name of the page's file
    std::vector<std::pair<std::string, std::string>> facts;
};

PageWords page_words(const StackFacts& facts);

// Appends the page of a report that was just written. `png`, if given, is the stretched PNG that was made for the eye,
// unpublished. Throws IoError.
void write_page(io::OutputFile& page, const std::string& report_json, const PageWords& words,
                const io::OutputFile* png);

}  // namespace nightstack::tools
