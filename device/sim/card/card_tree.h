// SPDX-License-Identifier: MIT
// The card's folder DWARF_II/ on this machine. Files are written in place under their final names, as the scope does,
// so that whoever looks sees them grow. One thread writes; hide, show and hurry from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "device/sim/twin/exposed.h"

namespace nightstack::device::sim {

class CardTree {
public:
    using Pause = std::function<void(std::chrono::milliseconds)>;

    // Makes `folder`/DWARF_II with what lies on every card, and brings back one that a twin before left hidden.
    // Throws IoError.
    CardTree(std::filesystem::path folder, Pause pause);
    ~CardTree();  // shows it again
    CardTree(const CardTree&) = delete;
    CardTree& operator=(const CardTree&) = delete;

    // `name` is relative to DWARF_II/; folders on the way are made, what stood there is replaced. False when `writing`
    // leaves it cut. Throws IoError.
    bool write(const std::string& name, std::string_view bytes, const Writing& writing = {});
    // A film: `head` over the beginning of the file, `tail` behind its end.
    void extend(const std::string& name, std::string_view head, std::string_view tail);
    bool has(const std::string& name) const;
    std::filesystem::path path_of(const std::string& name) const;  // now; for libraries that open files themselves

    // Pulled out: its files are gone, by renaming DWARF_II away. What was taken before is still written.
    void show(bool visible);
    void hurry();

private:
    std::filesystem::path root() const { return folder_ / (visible_ ? "DWARF_II" : ".DWARF_II.away"); }
    int open(const std::string& name, int flags) const;
    void wait(std::chrono::milliseconds time);

    const std::filesystem::path folder_;
    const Pause pause_;
    mutable std::mutex mutex_;
    std::condition_variable hurried_;
    bool visible_ = true;  // guarded by mutex_, as the next
    bool hurry_ = false;
};

}  // namespace nightstack::device::sim
