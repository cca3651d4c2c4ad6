# SPDX-License-Identifier: MIT
"""A gate: a bound on one measured ratio, and whether it was met."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Gate:
    ratio: str  # name of the ratio it is about
    sense: str  # '>=' or '<='
    bound: float
    quiet_only: bool = False  # means nothing while other programs use the processor


@dataclasses.dataclass(frozen=True)
class Outcome:
    gate: Gate
    state: str  # met, missed, not judged, not measured
    value: float = None
    why: str = ''  # it was not judged or not measured

    @property
    def text(self):
        return f'{self.gate.ratio} {self.gate.sense} {self.gate.bound:g}'


def judge(gate, ratios, quiet=True) -> Outcome:
    """`ratios`: {name: Ratio}."""
    ratio = ratios.get(gate.ratio)
    if ratio is None:
        return Outcome(gate, 'not measured', why='the level or the peer is not here')
    if gate.quiet_only and not quiet:
        return Outcome(gate, 'not judged', ratio.value, 'other programs were running')
    met = ratio.value >= gate.bound if gate.sense == '>=' else ratio.value <= gate.bound
    return Outcome(gate, 'met' if met else 'missed', ratio.value)


def not_judged(outcome, why) -> Outcome:
    """The same without a verdict."""
    return outcome if outcome.value is None else Outcome(outcome.gate, 'not judged', outcome.value, why)
