// SPDX-License-Identifier: MIT
#include "tools/report_page/page_head.h"

#include "tools/report_page/page_style.h"

namespace nightstack::tools::page {
namespace {

// Escaping comes first; should it ever fail, nothing is loaded and nothing runs.
constexpr const char* kPolicy =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'\">\n";

}  // namespace

std::string page_head(const std::string& title, const std::string& program, std::string_view more_css) {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" + std::string(kPolicy) +
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" "
           "content=\"" +
           program + "\">\n<title>" + title + "</title>\n<style>" + std::string(page_style()) + std::string(more_css) +
           "</style>\n</head>\n";
}

}  // namespace nightstack::tools::page
