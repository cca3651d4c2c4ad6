# SPDX-License-Identifier: MIT
"""The report as JSON and as Markdown, made to be posted: no host name, no path, no user."""
import dataclasses
import json
import os

SCHEMA = 1


def plain(value):
    """Dataclasses to dictionaries, numbers to five digits."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return float(f'{value:.5g}') if isinstance(value, float) else value


def as_json(report):
    return json.dumps(plain({'schema': SCHEMA, **report}), indent=1) + '\n'


def as_markdown(report):
    lines = ['# nightstack benchmarks', '']
    lines += _machine(report)
    lines += _gates(report['parts'])
    for problem in report['problems']:
        lines += [f'**Not measured:** {problem}', '']
    for part in report['parts']:
        lines += _part(part)
    return '\n'.join(lines).rstrip() + '\n'


def _machine(report):
    m = report['machine']
    lines = [f'{m["cpu"]}, {m["cores"]} cores, instruction level {m["level"]}, {m["memory_gb"]} GB, huge pages '
             f'{m["huge_pages"]}, Linux {m["kernel"]}, {m["system"]}.', '']
    lines += [', '.join(f'{name} {version}' for name, version in report['versions'].items()) + '.', '']
    if report['quick']:
        lines += ['A quick run: it shows that everything works; its figures are worth little.', '']
    return lines


def _gates(parts):
    outcomes = [outcome for part in parts for outcome in part['gates']]
    if not outcomes:
        return []
    states = ('met', 'missed', 'not judged', 'not measured')
    counts = ', '.join(f'{n} {state}' for state in states if (n := sum(o.state == state for o in outcomes)))
    lines = [f'## Gates: {counts}', '', '| gate | measured | |', '|---|---|---|']
    for outcome in outcomes:
        value = '' if outcome.value is None else _number(outcome.value)
        lines.append(f'| {outcome.text} | {value} | {_state(outcome)} |')
    return lines + ['']


def _state(outcome):
    if outcome.state == 'missed':
        return '**missed**'
    return f'{outcome.state}: {outcome.why}' if outcome.why else outcome.state


def _part(part):
    lines = [f'## {part["part"]}: {part["about"]}', '',
             f'Other programs used {part["others_cores"]:.1f} cores meanwhile.', '']
    if part.get('contenders'):
        lines += _contenders(part['contenders'])
    if part['ratios']:
        lines += ['| ratio | of minima | lowest | median | highest |', '|---|---|---|---|---|']
        lines += [f'| {r.name} | {_number(r.value)}{"x" if r.unit == "x" else ""} | {_triple(r.spread)} |'
                  for r in part['ratios']]
        lines.append('')
    if part.get('rows'):
        lines += ['<details><summary>times in ms</summary>', '', '| row | lowest | median | highest |',
                  '|---|---|---|---|']
        lines += [f'| {name} | {_triple(spread)} |' for name, spread in sorted(part['rows'].items())]
        lines += ['', '</details>', '']
    return lines


def _contenders(contenders):
    lines = ['| | wall s | processor s | peak MB | scratch MB |', '|---|---|---|---|---|']
    for c in contenders:
        cells = ' | '.join(_spread(c['costs'][figure]) for figure in ('wall_s', 'cpu_s', 'peak_mb', 'scratch_mb'))
        lines.append(f'| {c["name"]} | {cells} |')
    lines.append('')
    for c in contenders:
        figures = {key: value for key, value in c.get('answer', {}).items() if key != 'wrong' and value is not None}
        if figures:
            lines.append(f'- {c["name"]}: ' + ', '.join(f'{k.replace("_", " ")} {_cell(v)}' for k, v in figures.items()))
    return lines + ([''] if lines[-1].startswith('- ') else [])


def _cell(value):
    if isinstance(value, list):
        return ' / '.join(_cell(item) for item in value)
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    return _number(value) if isinstance(value, float) else str(value)


def _number(value):
    return f'{value:.0f}' if abs(value) >= 1000 else f'{value:.3g}'


def _triple(spread):
    return f'{_number(spread.low)} | {_number(spread.median)} | {_number(spread.high)}'


def _spread(spread):
    if spread.low == spread.high:
        return _number(spread.low)
    return f'{_number(spread.low)} / {_number(spread.median)} / {_number(spread.high)}'


def write(report, folder):
    os.makedirs(folder, exist_ok=True)
    for name, text in (('bench.json', as_json(report)), ('bench.md', as_markdown(report))):
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
            file.write(text)
