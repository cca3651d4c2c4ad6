// SPDX-License-Identifier: MIT
// Help and the page of the API. DwarfDocs.PageIsTheTables writes docs/dwarf-api.md anew when
// NIGHTSTACK_WRITE_DOCS is set, and compares otherwise.
#include "device/dwarf/protocol/describe.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "device/dwarf/protocol/codes.h"
#include "tests/support/real_data.h"

namespace nightstack::device::dwarf {
namespace {

std::filesystem::path page_path() {
    return nightstack::test::test_data_folder().parent_path().parent_path() / "docs/dwarf-api.md";
}

TEST(DwarfDocs, PageIsTheTables) {
    if (std::getenv("NIGHTSTACK_WRITE_DOCS") != nullptr) std::ofstream(page_path()) << docs_page();
    std::ifstream in(page_path());
    const std::string page{std::istreambuf_iterator<char>(in), {}};
    EXPECT_TRUE(page == docs_page()) << "make it again: NIGHTSTACK_WRITE_DOCS=1 ctest --preset release -R DwarfDocs";
}

TEST(DwarfDocs, PageNamesEverything) {
    const std::string page = docs_page();
    for (const Interface& row : interfaces())
        EXPECT_NE(page.find("### " + std::to_string(row.number) + " " + std::string(row.key)), std::string::npos);
    for (const Code& code : codes()) EXPECT_NE(page.find("`" + std::string(code.name) + "`"), std::string::npos);
    EXPECT_NE(page.find("/timezone?timezone="), std::string::npos);
}

TEST(DwarfHelp, SaysWhatACommandTakes) {
    EXPECT_EQ(help_text(*find_interface("gain.value")),
              "gain.value (10005): Set the gain\n"
              "  camId: 0 (tele) or 1 (wide)\n"
              "  value (integer): gain; tele 0 to 240; wide 64 to 8000\n"
              "answer: one message of the same number\n"
              "  camId (integer): camera; 0 (tele) or 1 (wide)\n"
              "  code (integer): error or state code\n"
              "source: [C] API text and JavaScript library\n");
    EXPECT_NE(help_text(*find_interface(11400)).find("never sent at all"), std::string::npos);
    EXPECT_NE(help_text(*find_interface(10011)).find("never sent a second time"), std::string::npos);
    EXPECT_NE(help_text(*find_interface(11203)).find("planet (integer): a planet instead of a place; 0 (Mercury)"),
              std::string::npos);
    EXPECT_NE(help_text(*find_interface(10026)).find("default 40"), std::string::npos);
    EXPECT_NE(help_text(*find_interface(10014)).find("comes unasked"), std::string::npos);
}

}  // namespace
}  // namespace nightstack::device::dwarf
