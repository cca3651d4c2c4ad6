// SPDX-License-Identifier: MIT
#include "tools/fetch/fetch_flags.h"

#include <CLI/CLI.hpp>
#include <cmath>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/option_text.h"
#include "tools/scope/options.h"

namespace nightstack::tools {
namespace {

constexpr double kLongest_s = 1e6;

std::chrono::milliseconds milliseconds_of(double seconds) {
    return std::chrono::milliseconds(std::llround(seconds * 1000));
}

void add_what_to_do(CLI::App& app, FetchFlags& o) {
    CLI::Option* list =
        app.add_flag("--list", o.list, "show what is on the card, with --to also what of it is new; fetch nothing");
    CLI::Option* follow =
        app.add_flag("--follow", o.follow, "stay while frames are taken, fetch each as soon as it is whole");
    CLI::Option* once = app.add_flag("--once", o.once, "fetch what is there and end; this is what happens anyway");
    list->excludes(follow)->excludes(once);
    follow->excludes(once);
    app.add_option("--to", o.to, "folder to fetch into")->type_name("DIR");
    app.add_option("--session", o.session, "only this session, by the name of its folder")->type_name("NAME");
    app.add_option(
           "--until", o.until,
           "when --follow ends: end (the capture is over), seconds=S, quiet=S (nothing new for so long), frames=N or "
           "never")
        ->capture_default_str()
        ->type_name("WHEN");
}

void add_where(CLI::App& app, FetchFlags& o) {
    app.add_option("--host", o.host, "address of the scope")->capture_default_str()->type_name("HOST");
    app.add_option("--ports", o.ports, "other ports, as sftp=22,file=8090,ftp=21")->type_name("LIST");
    app.add_option("--profile", o.profile, "a scope of the settings file: the table [fetch.NAME], else [scope.NAME]")
        ->type_name("NAME");
    app.add_option("--protocol", o.protocol, "sftp, http, ftp; auto: the first of them that answers")
        ->check(one_of_words({"auto", "sftp", "http", "ftp"}))
        ->capture_default_str()
        ->type_name("NAME");
    app.add_option("--port", o.port, "port of the protocol that is named")->type_name("N")->check(CLI::Range(1, 65535));
    app.add_option("--root", o.root, "folder of the card on the scope")->capture_default_str()->type_name("DIR");
    add_sftp_flags(app, o.sftp);
}

}  // namespace

void add_fetch_flags(CLI::App& app, FetchFlags& o) {
    add_what_to_do(app, o);
    add_where(app, o);
    app.add_option("--reserve", o.reserve, "disk space that stays free, as 512M or 2G")
        ->capture_default_str()
        ->type_name("SIZE");
    app.add_option("--away", o.away_s, "seconds that a scope may be gone before it is given up")
        ->capture_default_str()
        ->type_name("S");
    app.add_flag("--json", o.json, "JSON lines on standard output");
}

io::FollowEnd parse_follow_end(const std::string& text) {
    io::FollowEnd end;
    if (text == "end") return end;
    end.never = text == "never";
    if (end.never) return end;
    const std::size_t equals = text.find('=');
    const auto number = equals == std::string::npos ? std::optional<double>()
                                                    : number_of<double>(std::string_view(text).substr(equals + 1));
    const std::string word = text.substr(0, equals);
    const bool known = word == "seconds" || word == "quiet" || word == "frames";
    if (!known || !number || !(*number > 0 && *number <= kLongest_s))
        throw OptionError("--until " + printable(text) + ": end, seconds=S, quiet=S, frames=N or never expected");
    if (word == "seconds") end.after = milliseconds_of(*number);
    if (word == "quiet") end.quiet = milliseconds_of(*number);
    if (word == "frames") end.frames = static_cast<std::size_t>(std::ceil(*number));
    return end;
}

std::uint64_t parse_reserve(const std::string& text) {
    std::string_view digits = text;
    std::uint64_t unit = 1;
    if (!digits.empty() && std::string_view("KMGkmg").find(digits.back()) != std::string_view::npos) {
        const char c = digits.back();
        unit = c == 'K' || c == 'k' ? 1ULL << 10 : c == 'M' || c == 'm' ? 1ULL << 20 : 1ULL << 30;
        digits.remove_suffix(1);
    }
    const auto value = number_of<std::uint64_t>(digits);
    if (!value || *value > (std::uint64_t{1} << 50) / unit)
        throw OptionError("--reserve " + printable(text) + ": a size as 512M or 2G expected");
    return *value * unit;
}

io::FetchOptions FetchFlags::options() const {
    if (to.empty() && !list) throw OptionError("--to DIR is missing: the folder to fetch into");
    if (!(away_s >= 0 && away_s <= kLongest_s)) throw OptionError("--away: seconds, 0 to 1000000");
    io::FetchOptions o;
    o.to = to;
    o.session = session;
    o.reserve_bytes = parse_reserve(reserve);
    o.away = milliseconds_of(away_s);
    return o;
}

io::FollowEnd FetchFlags::follow_end() const { return parse_follow_end(until); }

}  // namespace nightstack::tools
