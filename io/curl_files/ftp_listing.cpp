// SPDX-License-Identifier: MIT
#include "io/curl_files/ftp_listing.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "io/curl_files/listing_time.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/printable.h"

namespace nightstack::io::curl_files {
namespace {

constexpr std::size_t kMostWords = 12;  // before the name there are never more than ten

[[noreturn]] void broken(const std::string& what, std::string_view line) {
    throw RemoteError(RemoteError::Kind::broken, what + ": '" + printable(line.substr(0, 80)) + "'");
}

// Calls `line` for each one that is not empty, without its end.
template <class Line>
void each_line(std::string_view bytes, const Line& line) {
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
        std::string_view text = bytes.substr(at, end - at);
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (text.size() > kLongestListingLine) broken("a line of " + std::to_string(text.size()) + " bytes", text);
        if (!text.empty()) line(text);
        at = end + 1;
    }
}

void add(RemoteEntry entry, std::string_view line, std::size_t entries, std::vector<RemoteEntry>& out) {
    if (entry.name == "." || entry.name == "..") return;
    if (entry.name.empty() || entry.name.find('/') != std::string::npos || entry.name.find('\0') != std::string::npos)
        broken("a name that no file has", line);
    if (out.size() >= entries) broken("more than " + std::to_string(entries) + " entries in one folder", line);
    out.push_back(std::move(entry));
}

// One "name=value" of MLSD; false: this is the folder itself or the one above.
bool take_fact(std::string_view fact, RemoteEntry& entry) {
    const std::size_t equals = fact.find('=');
    if (equals == std::string_view::npos) return true;
    const std::string name = lower_case(fact.substr(0, equals)), value = lower_case(fact.substr(equals + 1));
    if (name == "size") entry.bytes = whole_bytes(value);
    if (name == "modify") entry.modified_s = read_compact(value);
    if (name != "type") return true;
    if (value == "file") entry.kind = RemoteEntry::Kind::file;
    if (value == "dir") entry.kind = RemoteEntry::Kind::folder;
    return value != "cdir" && value != "pdir";
}

struct Word {
    std::string_view text;
    std::size_t end = 0;  // place in the line behind it
};

struct Words {
    std::array<Word, kMostWords> list;
    std::size_t count = 0;
    std::string_view operator[](std::size_t i) const { return i < count ? list[i].text : std::string_view(); }
};

Words words_of(std::string_view line) {
    Words words;
    for (std::size_t at = 0; words.count < kMostWords;) {
        at = line.find_first_not_of(' ', at);
        if (at == std::string_view::npos) break;
        const std::size_t end = std::min(line.find(' ', at), line.size());
        words.list[words.count++] = {line.substr(at, end - at), end};
        at = end;
    }
    return words;
}

struct Dated {
    std::size_t words = 0;  // of the date
    std::optional<std::int64_t> time;
};

// "Jan 18 21:04", "Jan 18  2024" or "2024-01-18 21:04" from word `i`.
std::optional<Dated> date_at(const Words& words, std::size_t i, std::int64_t now_s) {
    if (const auto day = read_day(words[i])) {
        const auto time = read_time_of_day(words[i + 1]);
        if (time) return Dated{2, unix_seconds(*day, *time)};
    }
    const auto month = month_number(words[i]);
    const auto day = whole_number(words[i + 1]);
    if (!month || !day || *day < 1 || *day > 31) return std::nullopt;
    if (const auto time = read_time_of_day(words[i + 2])) return Dated{3, without_year(*month, *day, *time, now_s)};
    const auto year = whole_number(words[i + 2]);
    if (!year || words[i + 2].size() != 4) return std::nullopt;
    return Dated{3, unix_seconds({*year, *month, *day}, 0)};
}

RemoteEntry::Kind kind_of(char letter) {
    if (letter == '-') return RemoteEntry::Kind::file;
    return letter == 'd' ? RemoteEntry::Kind::folder : RemoteEntry::Kind::other;
}

RemoteEntry read_ls_line(std::string_view line, std::int64_t now_s) {
    const Words words = words_of(line);
    if (words[0].size() < 10 || std::string_view("-dlbcps").find(line[0]) == std::string_view::npos)
        broken("a line that is not of the form of ls -l", line);
    for (std::size_t i = 3; i < words.count; ++i) {  // mode, links and owner at least; a size before the date
        const auto size = whole_bytes(words[i - 1]);
        const auto date = size ? date_at(words, i, now_s) : std::nullopt;
        if (!date) continue;
        RemoteEntry entry;
        entry.kind = kind_of(line[0]);
        if (entry.kind == RemoteEntry::Kind::file) entry.bytes = size;
        entry.modified_s = date->time;
        entry.rough_time = true;
        const std::size_t end = words.list[i + date->words - 1].end;
        std::string_view name = end < line.size() ? line.substr(end + 1) : std::string_view();
        if (line[0] == 'l') name = name.substr(0, name.find(" -> "));
        entry.name = name;
        return entry;
    }
    broken("a line that is not of the form of ls -l", line);
}

}  // namespace

std::vector<RemoteEntry> parse_mlsd(std::string_view bytes, std::size_t entries) {
    std::vector<RemoteEntry> out;
    each_line(bytes, [&](std::string_view line) {
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) broken("a line of MLSD without a name", line);
        RemoteEntry entry;
        entry.kind = RemoteEntry::Kind::other;
        bool below = true;
        for (std::size_t at = 0; at < space;) {
            const std::size_t end = std::min(line.find(';', at), space);
            below = take_fact(line.substr(at, end - at), entry) && below;
            at = end + 1;
        }
        if (entry.kind != RemoteEntry::Kind::file) entry.bytes.reset();
        entry.name = line.substr(space + 1);
        if (below) add(std::move(entry), line, entries, out);
    });
    return out;
}

std::vector<RemoteEntry> parse_unix_list(std::string_view bytes, std::int64_t now_s, std::size_t entries) {
    std::vector<RemoteEntry> out;
    each_line(bytes, [&](std::string_view line) {
        if (line.starts_with("total ") && whole_bytes(line.substr(6))) return;
        add(read_ls_line(line, now_s), line, entries, out);
    });
    return out;
}

}  // namespace nightstack::io::curl_files
