// SPDX-License-Identifier: MIT
// A program for power_loss_test: keeps a journal and, every few records, one of two checkpoints that say how many there
// are, and tells what is safe. Goes on where an earlier one ended. A sync that fails is tried again, or, with a third
// word on the command line, is the end.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "io/files/output_file.h"
#include "io/journal/journal.h"
#include "pipeline/core/error.h"

int main(int argc, char** argv) {
    using namespace nightstack::io;
    if (argc != 3 && argc != 4) return 2;
    const std::filesystem::path folder = argv[1];
    constexpr ChunkFormat kFormat{{'N', 'S', 'T', 'E', 'S', 'T', 'J', '\n'}, 1, "a diary"};
    Journal journal(folder / "journal", kFormat);
    const int first = static_cast<int>(journal.last()) + 1, records = first - 1 + std::stoi(argv[2]);
    const auto sync = [&] {
        for (;;) {
            try {
                return journal.sync();
            } catch (const nightstack::IoError&) {
                if (argc == 4) std::_Exit(0);
            }
        }
    };
    const auto tell = [](const std::string& line) {  // stdio's own writes cannot be recorded
        if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
    };
    for (int i = first; i <= records; ++i) {
        journal.append("record " + std::to_string(i) + std::string(static_cast<std::size_t>(i * 37 % 900), '.'));
        if (i % 3 == 0) {
            sync();
            tell("safe " + std::to_string(i) + "\n");
        }
        if (i % 10 == 0) {
            sync();
            try {
                OutputFile file(folder / ("checkpoint-" + std::to_string(i / 10 % 2)), Overwrite::yes);
                file.append(std::string(static_cast<std::size_t>(3000 + i * 91), 'c') + " " + std::to_string(i) + "\n");
                file.publish();
                tell("checkpoint " + std::to_string(i) + "\n");
            } catch (const nightstack::IoError&) {  // then there is none
                if (argc == 4) std::_Exit(0);
            }
        }
    }
    return 0;
}
