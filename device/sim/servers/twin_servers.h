// SPDX-License-Identifier: MIT
// A twin on the network: its WebSocket, its two HTTP services, and a control plane that is always on
// this machine only. After 11004 the device's own ports are closed; the control plane stays.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "device/sim/servers/pump.h"
#include "device/sim/servers/sim_device.h"
#include "device/sim/servers/twin_streams.h"
#include "device/sim/twin/developer.h"

namespace nightstack::device::sim {

struct ServerPorts {  // 0: any that is free
    std::uint16_t ws = 9900;
    std::uint16_t http = 8092;
    std::uint16_t version = 9901;
    std::uint16_t control = 8099;
    std::uint16_t file = 8090, sftp = 2222, ftp = 2121;  // of the card; with `card_folder` only, otherwise 0 in ports()
};

struct TwinServersOptions {
    std::string bind = "127.0.0.1";  // of the device's own ports
    ServerPorts ports;
    double speed = 1;
    std::function<void(const Slowed&)> slowed;  // called on a thread of the servers'
    // Who makes pictures and keeps the card; none: what the cameras take is lost. The device has to tell its exposures.
    std::shared_ptr<Developer> developer = {};
    std::filesystem::path card_folder = {};   // what the card holds, served read only; empty: it is not served
    std::filesystem::path ssh_host_key = {};  // made there when there is none; empty: a new one each time
    bool legacy_ssh = false;                  // SFTP with the algorithms of ten years ago only
    // Who makes the streams' pictures, while somebody looks; none: test cards.
    std::shared_ptr<Viewfinder> viewfinder = {};
    StreamSize stream_size = kStreamSize;
    std::function<void(const std::string&)> picture_lost = {};  // with words why; on another thread
};

class TwinServers {
public:
    // All ports listen when it returns. Throws IoError (a port is taken), OptionError (address, speed).
    TwinServers(std::unique_ptr<SimDevice> device, const TwinServersOptions& options);
    ~TwinServers();
    TwinServers(const TwinServers&) = delete;
    TwinServers& operator=(const TwinServers&) = delete;

    ServerPorts ports() const;  // the real ones
    struct Until {
        std::optional<std::chrono::milliseconds> time;  // of the real one
        std::optional<int> frames;                      // RAW, whole on the card
    };
    // Until POST /sim/quit, a stop, or one of those.
    void wait(const std::stop_token& stop, const Until& until);
    // The end is near: what is exposed from now on is lost, what waits to be drawn is finished, for so long at most,
    // and told to the clients. How many pictures could not be: their frames were never counted (10014). Then nothing
    // but the destructor.
    int finish(std::chrono::milliseconds at_most);

private:
    class Host;
    std::unique_ptr<Host> host_;
};

}  // namespace nightstack::device::sim
