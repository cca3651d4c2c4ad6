// SPDX-License-Identifier: MIT
#include "io/curl_files/html_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "io/remote/remote_files.h"

namespace nightstack::io::curl_files {
namespace {

constexpr std::string_view kSpaces = " \t\r\n\f";
constexpr std::array<std::pair<std::string_view, char>, 6> kEntities{
    {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}}};

bool is_space(char c) { return kSpaces.find(c) != std::string_view::npos; }

bool is_letter(char c, char lower) { return c == lower || c == lower - 'a' + 'A'; }

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    const auto rest = [&](unsigned shift) { put(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xC0U | (code >> 6U));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        rest(6);
    } else {
        put(0xF0U | (code >> 18U));
        rest(12);
        rest(6);
    }
    rest(0);
}

// Of the name between '&' and ';'; false: none we know.
bool append_entity(std::string& out, std::string_view name) {
    for (const auto& [known, letter] : kEntities) {
        if (known != name) continue;
        out += letter;
        return true;
    }
    if (name.size() < 2 || name[0] != '#') return false;
    const bool hex = name[1] == 'x' || name[1] == 'X';
    name.remove_prefix(hex ? 2 : 1);
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
    if (error != std::errc() || end != name.data() + name.size() || code > 0x10FFFF) return false;
    append_utf8(out, code);
    return true;
}

// Place of the '>' that ends the tag which begins at `at`; quoted ones do not.
std::size_t tag_end(std::string_view html, std::size_t at) {
    char quote = 0;
    const std::size_t last = std::min(html.size(), at + kLongestTag);
    for (std::size_t i = at; i < last; ++i) {
        const char c = html[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return i;
        }
    }
    throw RemoteError(RemoteError::Kind::broken, last == html.size()
                                                     ? "a listing that ends within a link"
                                                     : "a link of more than " + std::to_string(kLongestTag) + " bytes");
}

// The value of href in "a href=... class=..."; quoted, as all servers write it, or up to a space.
std::optional<std::string> href_of(std::string_view tag) {
    for (std::size_t i = 1; i + 5 < tag.size(); ++i) {
        if (!is_space(tag[i - 1]) || !is_letter(tag[i], 'h') || !is_letter(tag[i + 1], 'r') ||
            !is_letter(tag[i + 2], 'e') || !is_letter(tag[i + 3], 'f') || tag[i + 4] != '=')
            continue;
        std::string_view value = tag.substr(i + 5);
        if (value[0] == '"' || value[0] == '\'') {
            const char quote = value[0];
            value.remove_prefix(1);
            return html_decoded(value.substr(0, value.find(quote)));
        }
        return html_decoded(value.substr(0, value.find_first_of(kSpaces)));
    }
    return std::nullopt;
}

}  // namespace

std::string html_decoded(std::string_view text) {
    constexpr std::size_t kLongestEntity = 10;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t end = text[i] == '&' ? text.substr(i, kLongestEntity).find(';') : std::string_view::npos;
        if (end != std::string_view::npos && append_entity(out, text.substr(i + 1, end - 1)))
            i += end;
        else
            out += text[i];
    }
    return out;
}

std::string without_tags(std::string_view html) {
    std::string out;
    bool inside = false;
    for (const char c : html) {
        if (c == '<') {
            inside = true;
            out += ' ';
        } else if (c == '>' && inside) {
            inside = false;
        } else if (!inside) {
            out += c;
        }
    }
    return html_decoded(out);
}

std::optional<Anchor> next_anchor(std::string_view html, std::size_t at) {
    for (at = html.find('<', at); at != std::string_view::npos; at = html.find('<', at + 1)) {
        if (at + 2 >= html.size() || !is_letter(html[at + 1], 'a') || !is_space(html[at + 2])) continue;
        const std::size_t end = tag_end(html, at);
        if (auto href = href_of(html.substr(at + 1, end - at - 1))) return Anchor{*std::move(href), end + 1, at};
        at = end;  // what stands within a tag is none, and would be read again and again
    }
    return std::nullopt;
}

}  // namespace nightstack::io::curl_files
