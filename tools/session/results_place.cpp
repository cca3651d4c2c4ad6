// SPDX-License-Identifier: MIT
#include "tools/session/results_place.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

#include "io/files/file.h"
#include "io/fits/frame_info.h"
#include "io/fits/reader.h"
#include "pipeline/core/error.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

// Absolute, so that it has a name and a parent. A link keeps the place it has here, but ".." after
// one leads to where the link points.
fs::path named_place(const fs::path& given) {
    std::error_code error;
    const bool climbs = std::find(given.begin(), given.end(), "..") != given.end();
    fs::path place = climbs ? fs::canonical(given, error) : fs::path();
    if (!climbs || error) place = fs::absolute(given).lexically_normal();
    return place.has_filename() ? place : place.parent_path();
}

[[noreturn]] void refuse(const char* what, const fs::path& folder, int code) {
    throw IoError(std::string(what) + " " + io::printable(folder.string()) + ": " + std::strerror(code) +
                      "; choose another folder with --out",
                  code);
}

// The innermost folder that is there already decides.
void check_writable(const fs::path& folder) {
    std::error_code error;
    fs::path there = named_place(folder);
    while (!fs::exists(there, error) && there != there.parent_path()) there = there.parent_path();
    if (!fs::is_directory(there, error)) refuse("cannot write to", folder, ENOTDIR);
    if (::access(there.c_str(), W_OK | X_OK) != 0) refuse("cannot write to", folder, errno);
}

// PNG, TIFF and page name their maker near the beginning.
bool picture_is_ours(const fs::path& picture) {
    try {
        const io::File file(picture);
        std::string head(std::min<std::uint64_t>(4096, file.size()), '\0');
        file.read_at(std::as_writable_bytes(std::span(head)), 0);
        return head.find("nightstack ") != std::string::npos;
    } catch (const Error&) {
        return false;
    }
}

// May this file be replaced? Ours begins as our own report, or its header names this program.
bool is_ours(const fs::path& file) {
    try {
        if (file.extension() == ".json") {
            const std::string text = io::read_text_file(file, std::size_t{1} << 28);
            return text.find("\"version\": \"nightstack ") != std::string::npos;
        }
        return io::is_own_product(io::FitsFile(file).header());
    } catch (const Error&) {
        return false;
    }
}

// --force replaces results, never somebody's frames or the scope's files: a light, a sidecar, a picture. A picture may
// stand without its FITS where a run was killed.
void refuse_foreign(const ProductPaths& paths) {
    std::error_code error;
    bool ours = false;
    for (const fs::path& file : {paths.fits, paths.json()}) {
        if (!fs::exists(file, error)) continue;
        if (!is_ours(file))
            throw OptionError(io::printable(file.string()) +
                              " is no result of this program; --force does not replace it");
        ours = true;
    }
    for (const fs::path& file : {paths.png(), paths.tiff(), paths.html()}) {
        if (file == paths.html() && !paths.has_page) continue;  // stays what it is
        if (!ours && fs::exists(file, error) && !picture_is_ours(file))
            throw OptionError(io::printable(file.string()) +
                              " lies beside no result of this program; --force does not replace it");
    }
}

void check_output(const StackOptions& options) {
    const fs::path folder = fs::absolute(options.output).parent_path();
    if (!fs::is_directory(folder)) throw OptionError("--output: there is no folder " + io::printable(folder.string()));
    check_writable(folder);
    const ProductPaths paths{options.output, options.html};
    if (options.force) return refuse_foreign(paths);
    for (const auto& path : {paths.fits, paths.json()}) io::refuse_existing_output(path);
    if (options.png != "none") io::refuse_existing_output(paths.png());
    if (options.tiff) io::refuse_existing_output(paths.tiff());
    if (options.html) io::refuse_existing_output(paths.html());
}

}  // namespace

fs::path results_folder(const StackOptions& options, const io::Session& session) {
    if (!options.out.empty()) return options.out;
    const fs::path place = named_place(session.given);
    std::error_code error;
    const fs::path folder = fs::is_directory(session.given, error) ? place : place.parent_path();
    return folder.parent_path() / "nightstack";
}

void check_places(const StackOptions& options, std::span<const io::Session> sessions) {
    if (!options.output.empty()) return check_output(options);
    if (!options.out.empty()) return check_writable(options.out);
    for (const io::Session& session : sessions) check_writable(results_folder(options, session));
}

ProductPaths product_paths(const StackOptions& options, const io::Session& session, const StackFacts& facts,
                           std::size_t stacked) {
    if (!options.output.empty()) return {options.output, options.html};
    const fs::path folder = results_folder(options, session);
    const std::string object = facts.object.empty() ? session.name : facts.object;
    const std::string name = product_name(object, facts.first_start, stacked, facts.exposure);
    if (!options.force) return {free_product_path(folder, name), options.html};
    const ProductPaths paths{folder / (name + ".fits"), options.html};
    refuse_foreign(paths);
    return paths;
}

MadeFolder::MadeFolder(const fs::path& folder) {
    std::error_code error;
    fs::path missing = named_place(folder);
    for (; !fs::exists(missing, error) && missing != missing.parent_path(); missing = missing.parent_path())
        made_.push_back(missing);
    fs::create_directories(folder, error);
    if (!error) return;
    std::error_code ignored;  // what a part of the way was made of; no destructor will see to it
    for (const fs::path& made : made_) fs::remove(made, ignored);
    refuse("cannot make", folder, error.value());
}

MadeFolder::~MadeFolder() {
    std::error_code error;  // not empty: then it is wanted
    for (const fs::path& folder : made_) fs::remove(folder, error);
}

}  // namespace nightstack::tools
