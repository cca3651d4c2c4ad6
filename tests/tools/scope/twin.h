// SPDX-License-Identifier: MIT
// The real `nightstack sim` in a process of its own, and `nightstack scope` against it.
#pragma once

#include <sys/types.h>

#include <string>

#include "tests/tools/program.h"

namespace nightstack::test {

class Twin {
public:
    explicit Twin(const Words& words = {});  // further words of `sim`
    ~Twin();
    Twin(const Twin&) = delete;
    Twin& operator=(const Twin&) = delete;

    const World& world() const { return world_; }
    int port(const std::string& name) const { return ports_[name]; }
    std::string url() const { return "ws://127.0.0.1:" + std::to_string(port("ws")); }
    // Host, ports, site, zone and clock: what a user has in the settings file.
    Words address() const;

    // `scope WORDS` with the address, to its end.
    Finished scope(Words words) const;
    pid_t start(Words words, const std::string& name) const;
    // The last line of that event of `scope WORDS --json`; null when there is none.
    nlohmann::json event(const Words& words, const std::string& event) const;
    // What `scope status` tells of one property, "" when it is not known.
    std::string status(const std::string& property) const;

    // The whole process stands still or goes on: as long as it stands its connections stay open and new ones are
    // accepted (by the kernel), but nothing is answered, no ping either.
    void freeze() const;
    void thaw() const;

    // What the twin itself knows: /sim/state of its control plane.
    nlohmann::json state() const;
    // A fault as in a scenario, from now on; throws when the twin refuses it.
    void fault(const nlohmann::json& fault) const { post("/sim/fault", fault); }
    void set_speed(int speed) const { post("/sim/clock", {{"speed", speed}}); }
    // How many requests of that number have reached it, of its last 2,000 events.
    int received(int interface) const;

private:
    nlohmann::json control(const std::string& target) const;
    void post(const std::string& target, const nlohmann::json& value) const;
    nlohmann::json answer_of(const std::string& request) const;
    World world_;
    pid_t pid_ = 0;
    nlohmann::json ports_;
};

}  // namespace nightstack::test
