// SPDX-License-Identifier: MIT
#include "tools/night/scope/target_flags.h"

#include <CLI/CLI.hpp>

#include "device/targets/find_target.h"
#include "pipeline/core/error.h"
#include "tools/scope/options.h"
#include "tools/scope/verbs.h"

namespace nightstack::tools {

TargetPlan TargetFlags::plan() const {
    if (target.empty())
        throw OptionError(
            "what is the scope to take? --target \"M 42\", or coordinates, or --no-drive to follow what another "
            "program "
            "takes");
    TargetPlan plan;
    plan.target = device::find_target(target);
    plan.exposure = parse_exposure(exposure);
    plan.gain = gain;
    plan.count = count;
    plan.binning = binning;
    if (!ir.empty()) plan.ir = ir == "pass" ? device::dwarf::IrFilter::pass : device::dwarf::IrFilter::cut;
    plan.take_darks = take_darks;
    check_target(plan);
    return plan;
}

void add_target_flags(CLI::App& app, TargetFlags& o) {
    app.add_option("--target", o.target, "what the scope is to take: as for scope goto")->type_name("NAME");
    app.add_option("--exposure", o.exposure, field_help(10011, "exp"))
        ->check(exposure_range(10011, "exp"))
        ->capture_default_str()
        ->type_name("S");
    add_field_option(app, "--gain", o.gain, 10011, "gain");
    app.add_option("--count", o.count, "frames of the target, at most 999 in one capture of the scope")
        ->check(CLI::Range(1, kMostFramesOfTarget).description(""))
        ->capture_default_str()
        ->type_name("N");
    add_binning_option(app, o.binning, field_help(10011, "binning"));
    app.add_option("--ir", o.ir, "infrared filter before the frames: cut or pass; without it left as it is")
        ->check(one_of_words({"cut", "pass"}))
        ->type_name("NAME");
    app.add_flag("--take-darks", o.take_darks, "darks that the scope lacks are taken first, with the lid on");
}

}  // namespace nightstack::tools
