// SPDX-License-Identifier: MIT
// Links of a report page to files that came to lie beside it later. Text in, text out.
#pragma once

#include <span>
#include <string>

namespace nightstack::tools {

// `text`, a page of report_page, with one more line under its title: `words`, then a link to each file by its name
// alone. Said again, the line takes the place of the one before; without files it goes. What is no such page comes back
// as it is. Any thread.
std::string page_with_links(const std::string& text, const std::string& words, std::span<const std::string> files);

}  // namespace nightstack::tools
