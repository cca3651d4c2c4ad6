// SPDX-License-Identifier: MIT
// All the program says to a person goes through here, to stderr; results and --json lines go to
// stdout. Thread-safe. Colour and animation only on a terminal, never with NO_COLOR.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/terminal_block.h"

namespace nightstack::tools {

enum class Loudness { quiet, normal, verbose };
// Of --quiet and --verbose.
inline Loudness loudness(bool quiet, bool verbose) {
    return quiet ? Loudness::quiet : verbose ? Loudness::verbose : Loudness::normal;
}

class Talk {
public:
    Talk(Loudness loudness, bool json);

    void say(std::string_view line);     // normal: what is being done, the summary
    void detail(std::string_view line);  // only with --verbose
    void warn(std::string_view line);    // also with --quiet
    void event(std::string_view json);   // one JSON object, only with --json
    void result(std::string_view text);  // a result for stdout, as it is

    bool json() const { return json_; }
    bool verbose() const { return loudness_ == Loudness::verbose; }
    bool animated() const { return animated_; }
    // Shows `text` on the terminal's last line until the next line is printed; "" clears it.
    void status(std::string_view text);
    // Shows these lines at the terminal's lower end, above a status; they stay there while lines are printed. None:
    // takes them away.
    void panel(std::vector<std::string> lines);
    static TerminalSize terminal_size();  // of stderr; 80 x 24 where it does not tell

private:
    void line(std::string_view text, std::string_view colour);
    void clear();   // what is animated
    void redraw();  // the panel and a status
    std::mutex mutex_;
    Loudness loudness_;
    bool json_;
    bool animated_;
    bool coloured_;
    std::vector<std::string> panel_;
    std::string status_;
    TerminalBlock block_;
};

}  // namespace nightstack::tools
