// SPDX-License-Identifier: MIT
// A bad way to a good server: whatever is cut, the file is whole in the end, and little is sent twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <random>
#include <thread>

#include "tests/io/sftp/helpers.h"
#include "tests/support/own_memory.h"
#include "tests/support/remote/fault_proxy.h"
#include "tests/support/soak.h"

namespace nightstack::io::test {
namespace {

using Kind = RemoteError::Kind;
using nightstack::test::FaultProxy;
using nightstack::test::Faults;

constexpr std::size_t kBytes = 12'000'000;

struct Download {
    std::uint64_t bytes = 0;
    std::string sha256;
    int connections = 0;
};

// Reads on from where it was cut, with a new connection each time.
Download download(const SftpOptions& o, std::uint64_t bytes, const std::function<void(int connection)>& before_each) {
    Download done;
    Sha256 hash;
    const auto take = [&](std::span<const std::byte> piece) {
        hash.add(piece);
        done.bytes += piece.size();
        return true;
    };
    while (done.bytes < bytes && done.connections < 5000) {
        before_each(done.connections++);
        try {
            connect_sftp(o, {})->read("big.bin", done.bytes, bytes - done.bytes, take, {});
        } catch (const RemoteError& e) {
            if (e.kind() != Kind::lost) throw;
        }
    }
    done.sha256 = hash.hex();
    return done;
}

TEST(SftpFaults, CutsAtRandomPlacesLoseNothing) {
    const int cuts = nightstack::test::soaked(20);
    const std::uint64_t bytes = std::uint64_t{4'000'000} * static_cast<unsigned>(cuts);
    const Sshd server;
    const std::string sum = make_file(server.folder() / "big.bin", bytes, 11);
    FaultProxy proxy(server.port());
    SftpOptions o = options_for(server, server.folder().string());
    o.port = proxy.port();
    o.limits.file_bytes = bytes;
    std::mt19937 dice(12);
    const Download done = download(o, bytes, [&](int connection) {
        Faults faults;
        if (connection < cuts) (connection % 3 == 0 ? faults.end_after : faults.reset_after) = 1 + dice() % 7'000'000;
        if (connection % 5 == 1) faults.slice = 1000 + dice() % 3000;
        proxy.set(faults);
    });
    EXPECT_EQ(done.sha256, sum);
    EXPECT_GT(done.connections, cuts / 2);
    // Of what passed the proxy, some 4 kB a connection are the key exchange; the rest was sent twice.
    const double twice =
        static_cast<double>(proxy.bytes_to_client()) - static_cast<double>(bytes) - 4000.0 * done.connections;
    const double percent = 100 * twice / static_cast<double>(bytes);
    std::cout << done.connections << " connections, " << percent << " % of " << bytes << " bytes sent twice\n";
    // Sanitized, our side is the slow one, and all that is under way is lost with a cut.
    EXPECT_LT(percent, nightstack::test::sanitized() ? 20 : 5);
}

TEST(SftpFaults, AStalledWayEndsInTime) {
    const Sshd server;
    make_file(server.folder() / "big.bin", kBytes, 13);
    FaultProxy proxy(server.port());
    SftpOptions o = options_for(server, server.folder().string());
    o.port = proxy.port();
    o.limits.silence = o.limits.connect = std::chrono::milliseconds(1500);
    for (const std::uint64_t after : {0U, 30U, 1500U, 100'000U, 3'000'000U}) {  // banner, key exchange, log-in, reading
        Faults faults;
        faults.stall_after = after;
        proxy.set(faults);
        const auto begin = Clock::now();
        remote_error([&] { connect_sftp(o, {})->read("big.bin", 0, kBytes, [](auto) { return true; }, {}); },
                     Kind::lost);
        EXPECT_LT(seconds_since(begin), 5) << after;
    }
}

// A server that takes the connection and says nothing, and a stop in each part of it.
TEST(SftpFaults, AStopIsHeededEverywhere) {
    const Sshd server;
    make_file(server.folder() / "big.bin", kBytes, 14);
    FaultProxy proxy(server.port());
    SftpOptions o = options_for(server, server.folder().string());
    o.port = proxy.port();
    for (const std::uint64_t after : {0U, 30U, 1500U, 2'000'000U}) {
        Faults faults;
        faults.stall_after = after;
        proxy.set(faults);
        std::stop_source source;
        Clock::time_point asked;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(400));
            asked = Clock::now();
            source.request_stop();
        });
        EXPECT_THROW(connect_sftp(o, source.get_token())
                         ->read(
                             "big.bin", 0, kBytes, [](auto) { return true; }, source.get_token()),
                     Interrupted)
            << after;
        stopper.join();
        EXPECT_LT(seconds_since(asked), 0.5) << after;  // a quarter is promised, the rest is for a busy machine
    }
}

// With 10 ms each way, one 32 KiB request at a time would pass 1.6 MB/s.
TEST(SftpFaults, ALongWayIsFilled) {
    const Sshd server;
    const std::string sum = make_file(server.folder() / "big.bin", kBytes, 15);
    FaultProxy proxy(server.port());
    Faults faults;
    faults.delay = std::chrono::milliseconds(10);
    proxy.set(faults);
    SftpOptions o = options_for(server, server.folder().string());
    o.port = proxy.port();
    const auto files = connect_sftp(o, {});
    const auto begin = Clock::now();
    Sha256 hash;
    const auto take = [&](std::span<const std::byte> piece) {
        hash.add(piece);
        return true;
    };
    files->read("big.bin", 0, kBytes, take, {});
    const double rate = kBytes / 1e6 / seconds_since(begin);
    std::cout << rate << " MB/s at 20 ms there and back\n";
    EXPECT_EQ(hash.hex(), sum);
    EXPECT_GT(rate, 4.8);
}

}  // namespace
}  // namespace nightstack::io::test
