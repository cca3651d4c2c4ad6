// SPDX-License-Identifier: MIT
// nightstack doctor: what this machine has, and what to do about what it lacks. Each line is ok or
// says what to do.
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>

#include "io/files/file.h"
#include "io/packed/unpacker.h"
#include "io/packed/unpacker_check.h"
#include "pipeline/core/error.h"
#include "pipeline/simd/cpu_level.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/scope/scope_findings.h"
#include "tools/session/machine.h"
#include "tools/solve/child_process.h"
#include "tools/talk_flags.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

std::string gigabytes(std::uint64_t bytes) {
    const auto tenths =
        bytes / (std::uint64_t{1} << 30) * 10 + bytes % (std::uint64_t{1} << 30) * 10 / (std::uint64_t{1} << 30);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GB";
}

Finding processor() {
    const CpuLevel level = cpu_level();
    const unsigned cores = std::thread::hardware_concurrency();
    std::string text = std::to_string(cores) + " cores, instruction level " + std::string(name(level));
    if (level == CpuLevel::sse2)
        return {"processor", false, text + ": works, but a machine with AVX2 is several times faster"};
    return {"processor", true, text};
}

Finding memory() {
    const std::uint64_t free = available_memory();
    const std::string text = gigabytes(free) + " free; a stack uses at most half of it (--memory)";
    if (free < (std::uint64_t{1} << 30))
        return {"memory", false, text + ": close other programs, or stack with --demosaic superpixel"};
    return {"memory", true, text};
}

Finding huge_pages() {
    std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    if (text.find("[never]") != std::string::npos) {
        return {"huge pages", false,
                "off; to gain speed: echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"};
    }
    return {"huge pages", true, text.empty() ? "not told by this kernel" : "can be used"};
}

Finding open_files() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const std::string text = std::to_string(limit.rlim_cur) + " files may be open";
    if (limit.rlim_cur < 64) return {"open files", false, text + ": too few; set 'ulimit -n 1024'"};
    return {"open files", true, text};
}

// "" when files can be made in the folder, else why not.
std::string obstacle(const std::filesystem::path& folder, std::filesystem::space_info& space) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return error.message();
    if (::access(folder.c_str(), W_OK | X_OK) != 0) return std::generic_category().message(errno);
    space = std::filesystem::space(folder, error);
    return error ? error.message() : "";
}

Finding writable(const std::string& what, const std::filesystem::path& folder, const std::string& advice) {
    std::filesystem::space_info space{};
    const std::string why = obstacle(folder, space);
    if (!why.empty()) return {what, false, io::printable(folder.string()) + ": " + why + "; " + advice};
    const std::string text = folder.string() + ", " + gigabytes(space.available) + " free";
    if (space.available < (std::uint64_t{1} << 30))
        return {what, false, text + ": a stack needs about 0.3 GB, free some space"};
    return {what, true, text};
}

Finding compressed_frames() {
    const std::filesystem::path helper = io::unpacker_beside_program();
    const std::string trouble = io::unpacker_trouble(helper);
    if (trouble.empty()) return {"compressed frames", true, io::printable(helper.string()) + " unpacks .fz and .gz"};
    return {"compressed frames", false,
            trouble + "; put nightstack-unpack of the same build beside nightstack, or unpack .fz and .gz yourself"};
}

// Wanted by --solve alone, so its lack is nothing to be mended.
Finding plate_solver() {
    const auto program = find_program("solve-field");
    if (program) return {"plate solver", true, io::printable(program->string()) + " can be used by stack --solve"};
    return {"plate solver", true,
            "none; only stack --solve wants one: sudo apt install astrometry.net astrometry-data-tycho2"};
}

Finding settings_file() {
    const auto file = default_config_file();
    if (!std::filesystem::exists(file))
        return {"settings file", true, "none (" + file.string() + "), defaults are used"};
    return {"settings file", true, file.string()};
}

std::vector<Finding> examine_machine() {
    return {processor(),
            memory(),
            huge_pages(),
            open_files(),
            compressed_frames(),
            plate_solver(),
            writable("calibration library", cache_folder(), "make it writable or set XDG_CACHE_HOME"),
            writable("this folder", std::filesystem::current_path(), "name another one for results with --out"),
            settings_file()};
}

void tell(const std::vector<Finding>& findings, Talk& talk) {
    if (!talk.json()) talk.result(std::string(kProgram) + "\n");
    for (const Finding& f : findings) {
        talk.event(
            nlohmann::ordered_json({{"event", "doctor"}, {"what", f.what}, {"ok", f.ok}, {"text", f.text}}).dump());
        std::string label = f.what;
        label.resize(24, ' ');
        if (!talk.json()) talk.result((f.ok ? "ok    " : "TO DO ") + label + f.text + "\n");
    }
}

}  // namespace

Command make_doctor_command(CLI::App& program) {
    CLI::App* app = program.add_subcommand("doctor", "what this machine has, and what to do about what it lacks");
    const auto o = std::make_shared<ScopeFlags>();
    CLI::Option* host = app->add_option("--host", o->host, "look at the scope at this address too, HOST or HOST:PORT");
    host->type_name("HOST");
    app->add_option("--ports", o->ports, "its other ports: ws=9900,http=8092,file=8090,version=9901,ftp=21,sftp=22")
        ->type_name("LIST");
    app->add_flag("--json", o->json, "JSON lines instead of a table");
    add_talk_flags(*app, o->quiet, o->verbose);
    app->footer("Each line is ok or says what to do; exit code 1 when there is something to do.");
    return {app, [o, host](const std::stop_token& stop) {
                Talk talk(loudness(o->quiet, o->verbose), o->json);
                std::vector<Finding> findings = examine_machine();
                if (host->count() > 0)
                    for (Finding& f : examine_scope(*o, stop)) findings.push_back(std::move(f));
                tell(findings, talk);
                const bool ok = std::ranges::all_of(findings, &Finding::ok);
                return static_cast<int>(ok ? kDone : kFailed);
            }};
}

}  // namespace nightstack::tools
