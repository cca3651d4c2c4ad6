// SPDX-License-Identifier: MIT
// A check of numbers on the command line and in settings: within two limits, both included, and a number at all.
// CLI::Range takes "nan", which is neither less nor more than anything. Says nothing in help texts.
#pragma once

namespace CLI {
class Validator;
}

namespace nightstack::tools {

CLI::Validator number_between(double least, double most);
CLI::Validator number_between(int least, int most);

}  // namespace nightstack::tools
