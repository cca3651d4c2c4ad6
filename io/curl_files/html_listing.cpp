// SPDX-License-Identifier: MIT
#include "io/curl_files/html_listing.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "io/curl_files/html_text.h"
#include "io/curl_files/listing_time.h"
#include "io/curl_files/url_text.h"
#include "pipeline/core/percent.h"

namespace nightstack::io::curl_files {
namespace {

constexpr std::size_t kMostBehindALink = 4096;  // bytes in which date and size must stand
constexpr std::string_view kSpaces = " \t\r\n\f";

[[noreturn]] void broken(const std::string& what) { throw RemoteError(RemoteError::Kind::broken, what); }

// One part of a path below `folder`, with kind; nothing for a link to elsewhere.
std::optional<RemoteEntry> named(std::string_view href, std::string_view folder) {
    if (href.empty() || href.find_first_of("?#") != std::string_view::npos) return std::nullopt;
    if (href.starts_with("./")) href.remove_prefix(2);
    // "http://..." and "mailto:..." have a colon before any slash; servers write the one of a name as %3A or "./a:b".
    const bool scheme = href.find("://") != std::string_view::npos || href.starts_with("mailto:");
    if (scheme || href.starts_with("//")) return std::nullopt;
    if (href.starts_with('/')) {
        const std::string path = percent_decoded(href);
        if (!path.starts_with(folder) || href.size() < folder.size()) return std::nullopt;
        std::size_t slashes = static_cast<std::size_t>(std::count(folder.begin(), folder.end(), '/'));
        while (slashes-- > 0) href.remove_prefix(std::min(href.find('/') + 1, href.size()));
    }
    RemoteEntry entry;
    if (href.ends_with('/')) {
        entry.kind = RemoteEntry::Kind::folder;
        href.remove_suffix(1);
    }
    entry.name = percent_decoded(href);
    const bool elsewhere = entry.name.empty() || entry.name == "." || entry.name == ".." ||
                           entry.name.find('/') != std::string::npos || entry.name.find('\0') != std::string::npos;
    return elsewhere ? std::nullopt : std::optional(std::move(entry));
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; (at = text.find_first_not_of(kSpaces, at)) != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(kSpaces, at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

// "18-Jan-2024 21:04   16592640" somewhere in what follows the link.
void take_figures(std::string_view html, RemoteEntry& entry) {
    const std::size_t end_of_link = html.find("</");
    const std::string text = without_tags(html.substr(end_of_link == std::string_view::npos ? 0 : end_of_link));
    const auto words = words_of(text);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto day = read_day(words[i]);
        const auto time = day ? read_time_of_day(words[i + 1]) : std::nullopt;
        if (!time) continue;
        entry.modified_s = unix_seconds(*day, *time);
        entry.rough_time = true;
        if (i + 2 < words.size() && entry.kind == RemoteEntry::Kind::file) entry.bytes = whole_bytes(words[i + 2]);
        return;
    }
}

// The same link twice in a row is an icon and its name.
void add(RemoteEntry entry, std::size_t entries, std::vector<RemoteEntry>& out) {
    if (!out.empty() && out.back().name == entry.name && out.back().kind == entry.kind) {
        out.back() = std::move(entry);
        return;
    }
    if (out.size() >= entries) broken("more than " + std::to_string(entries) + " entries in one folder");
    out.push_back(std::move(entry));
}

}  // namespace

std::vector<RemoteEntry> parse_html_listing(std::string_view html, std::string_view folder, std::size_t entries) {
    std::vector<RemoteEntry> out;
    if (html.find('<') == std::string_view::npos) broken("an answer that is no listing of a folder");
    auto anchor = next_anchor(html, 0);
    while (anchor) {
        auto next = next_anchor(html, anchor->end);
        const std::size_t end = next ? next->from : html.size();
        if (auto entry = named(anchor->href, folder)) {
            take_figures(html.substr(anchor->end, std::min(end - anchor->end, kMostBehindALink)), *entry);
            add(*std::move(entry), entries, out);
        }
        anchor = std::move(next);
    }
    return out;
}

}  // namespace nightstack::io::curl_files
