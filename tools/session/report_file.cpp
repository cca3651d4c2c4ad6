// SPDX-License-Identifier: MIT
#include "tools/session/report_file.h"

#include <filesystem>

#include "pipeline/core/error.h"
#include "tools/report_page/report_page.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace {

// Nothing that was written may be too large for memory: a preview of 2^28 pixels is never read.
constexpr std::uint64_t kMostPng = std::uint64_t{256} << 20;

std::vector<std::byte> bytes_of(const io::OutputFile& file) {
    std::vector<std::byte> bytes;
    const std::uint64_t size = std::filesystem::file_size(file.temporary_path());
    if (size > kMostPng) return bytes;
    bytes.resize(size);
    file.read_at(bytes, 0);
    return bytes;
}

std::string to_seconds(UtcTime time) {
    std::string text = iso_utc(time).substr(0, 19);
    text[10] = ' ';
    return text;
}

}  // namespace

PageWords page_words(const StackFacts& f) {
    PageWords words{f.object, {}};
    const auto add = [&](const char* what, const std::string& how_much) {
        if (!how_much.empty()) words.facts.emplace_back(what, how_much);
    };
    const auto rounded = [](double v) { return exposure_text(Seconds(v)); };  // no locale
    if (f.first_start && f.last_end) add("taken (UTC)", to_seconds(*f.first_start) + " to " + to_seconds(*f.last_end));
    add("with", f.telescope.empty() || f.telescope == f.camera ? f.camera : f.telescope + " " + f.camera);
    add("filter", f.filter);
    if (f.exposure) add("frames of", exposure_text(*f.exposure) + " s");
    if (f.gain && *f.gain >= 0) add("gain", rounded(*f.gain));
    return words;
}

void write_page(io::OutputFile& page, const std::string& report_json, const PageWords& words,
                const io::OutputFile* png) {
    ReportPageInput input;
    input.report = report_json;
    const std::vector<std::byte> picture = png != nullptr ? bytes_of(*png) : std::vector<std::byte>();
    input.picture = picture;
    input.title = words.title.empty() ? page.path().stem().string() : words.title;
    input.facts = words.facts;
    try {
        page.append(report_page(input));
    } catch (const FormatError& e) {  // too large: the stack is not to suffer from its page
        page.append("<!DOCTYPE html><title>no page</title><p>" + std::string(e.what()) + "</p>\n");
    }
}

}  // namespace nightstack::tools
