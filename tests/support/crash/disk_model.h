// SPDX-License-Identifier: MIT
// The disk as it may be found after a power loss, from the record of what a program did (recorder.cpp).
//
// What a file system promises, and no more: bytes are there once their file was synced; names once their folder was
// synced, or a later name of any folder; names come into being in their order. Of what was not synced each piece (512
// or 4096 bytes) is as before, as after, or, where the file was shorter before, nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace nightstack::test {

struct RecordedCall {
    enum class Kind {
        open,
        create,
        write,
        cut,
        sync_file,
        failed_sync,
        sync_folder,
        rename,
        remove,
        make_folder,
        told
    };
    Kind kind = Kind::told;
    std::uint64_t file = 0;    // number of the file: open, create, write, cut, sync_file, failed_sync
    std::uint64_t offset = 0;  // write; size after a cut
    std::string name, second;  // open, create, rename (from, to), remove, make_folder, sync_folder
    std::string data;          // write; told
};

std::vector<RecordedCall> read_record(const std::filesystem::path& record);

struct PowerLoss {
    std::filesystem::path from;      // the disk as the program found it, "" = an empty one; no folders in it
    std::size_t before = 0;          // index of the call that was not made any more
    bool folder_syncs_count = true;  // false: as if the program had left them out
    bool file_syncs_count = true;    // likewise
};

// What a disk could hold then: folders, and the bytes of files by name.
struct LeftDisk {
    std::set<std::string> folders;
    std::map<std::string, std::string> files;
    // Into `folder`, which must be empty.
    void put(const std::filesystem::path& folder) const;
};

// Many power losses of one run, whose calls are gone through once.
class PowerLosses {
public:
    // `calls` are borrowed.
    PowerLosses(const std::vector<RecordedCall>& calls, PowerLoss loss);
    ~PowerLosses();
    // Before this call, which lies at or behind that of the last question. Other dice, another disk.
    LeftDisk before(std::size_t call, std::mt19937& dice);

private:
    class Disk;
    const std::vector<RecordedCall>& calls_;
    PowerLoss loss_;
    std::unique_ptr<Disk> disk_;
    std::size_t done_ = 0;
};

// Makes `folder`, which must be empty, what a disk could hold.
void lose_power(const std::vector<RecordedCall>& calls, const PowerLoss& loss, std::mt19937& dice,
                const std::filesystem::path& folder);
// Everything the program had told before that moment.
std::string told_before(const std::vector<RecordedCall>& calls, std::size_t before);

}  // namespace nightstack::test
