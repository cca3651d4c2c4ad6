// SPDX-License-Identifier: MIT
// All the program says to a person goes through here, to stderr; results and --json lines go to
// stdout. Thread-safe. Colour and animation only on a terminal, never with NO_COLOR.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace nightstack::tools {

enum class Loudness { quiet, normal, verbose };

class Talk {
public:
    Talk(Loudness loudness, bool json);

    void say(std::string_view line);     // normal: what is being done, the summary
    void detail(std::string_view line);  // only with --verbose
    void warn(std::string_view line);    // also with --quiet
    void event(std::string_view json);   // one JSON object, only with --json
    void result(std::string_view text);  // a result for stdout, as it is

    bool json() const { return json_; }
    bool animated() const { return animated_; }
    // Shows `text` on the terminal's last line until the next line is printed; "" clears it.
    void status(std::string_view text);

private:
    void line(std::string_view text, std::string_view colour);
    std::mutex mutex_;
    Loudness loudness_;
    bool json_;
    bool animated_;
    bool coloured_;
    bool status_shown_ = false;
};

}  // namespace nightstack::tools
