"""`docs/performance.md` from a file of results. Pure; every figure on the page is from the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kubectl_ddfargate.cluster.collect.access import MOST_QUESTIONS
from kubectl_ddfargate.model.prove_limits import USUAL
from tests.bench.page_phases import PHASES
from tests.bench.results import Document
from tests.bench.targets import verdicts

_HEAD = """\
# How fast it is

Measured by `make bench{full}` on {date}, against the real etcd and API server of the test cluster on the same
machine. The page is made from `tests/bench/results/{file}`. Figures differ from machine to machine, ratios less.

- {machine}
- {versions}
- {rounds} rounds in turns, each run a process of its own. Medians, and beside them the spread (slowest less
  fastest). CPU is the program's own work, user and system, of all its threads; memory the largest resident set.
- `doctor` runs as a user types it: every check, and proof by dry-run of up to {proved} workloads. There is
  something wrong in the data, so it exits with 1.
- The data: pods of {pod_kb} KB, made from the reference workloads (`tests/bench/workloads.py`), none a clone of
  another. Three in ten run on Fargate, a tenth of their workloads with a fault. No controller runs, and there are
  no Node objects.
{installed}- curl reads exactly the pages that `doctor` has read just before, over one connection, and decodes
  nothing.

`make bench` takes about 10 minutes, `make bench-full` (100,000 pods, 16 GiB of memory) about 45. Both build
what they need.
"""
_COMPILED = "- The tool's bytecode is there, as pip leaves it.\n"
_INSTALLED = "- The tool is installed from its wheel, with its bytecode, as pip leaves it.\n"


def page(document: Document) -> str:
    """The page."""
    parts = [_head(document), _targets(document), _sizes(document), _phases(document), _growth(document)]
    parts += [_requests(document), _choices(document), _left_out(document)]
    return "\n".join(part for part in parts if part)


def _head(document: Document) -> str:
    machine, full = document["machine"], document["full"]
    told = f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}"
    rounds = [len(one["commands"]["doctor"]["seconds"]) for one in document["sizes"] if "commands" in one]
    sizes = {one.get("pod_bytes") for one in document["sizes"]} - {None}
    kb = (
        f"{min(sizes) / 1000:.0f} to {max(sizes) / 1000:.0f}"
        if len(sizes) > 1
        else f"{max(sizes, default=0) / 1000:.1f}"
    )
    return _HEAD.format(
        full="-full" if full else "",
        date=document["date"],
        file="full.json" if full else "short.json",
        machine=told,
        versions=", ".join(f"{name} {version}" for name, version in document["versions"].items()),
        rounds=" to ".join(str(one) for one in sorted({min(rounds, default=0), max(rounds, default=0)})),
        pod_kb=kb,
        proved=USUAL,
        installed=_INSTALLED if document.get("installed") else _COMPILED if document.get("compiled") else "",
    )


def _targets(document: Document) -> str:
    marks = {True: "√", False: "× missed", None: "?"}
    rows = [(one.what, one.target, one.found, marks[one.met]) for one in verdicts(document)]
    return "## Targets\n\n" + _table(("what", "target", "measured", ""), rows)


def _sizes(document: Document) -> str:
    text = "## Against kubectl and curl\n\n![time and memory against pods](performance.svg)\n"
    for one in document["sizes"]:
        if "commands" in one:
            text += (
                f"\n**{one['pods']:,} pods**, {one['fargate_pods']:,} of them on Fargate in {one['workloads']:,} "
                f"workloads and {one['namespaces']} namespaces\n\n" + _commands(one["commands"])
            )
    for title, found in (
        ("Start-up", document.get("start")),
        ("Over a link of 40 ms (there and back) and 40 MB/s", document.get("link")),
        ("Nothing to do", document.get("diff")),
        ("A saved snapshot", document.get("offline")),
    ):
        if found:
            where = f", {found['pods']:,} pods" if "pods" in found else ""
            text += f"\n**{title}**{where}\n\n" + _commands(found["commands"])
    return text


def _commands(commands: Mapping[str, Any]) -> str:
    first = next(iter(commands.values()))["median"]
    rows = []
    for name, one in commands.items():
        if one["median"] is None:
            rows.append((f"`{name}`", "ended, too slow", "", "", "", f"{one['peak_mib']:,.0f}"))
            continue
        ratio = f"{one['median'] / first:.2f}" if first else ""
        times = (_seconds(one["median"]), f"± {_seconds(one['spread'])}", _seconds(one["cpu_seconds"]))
        rows.append((f"`{name}`", *times, ratio, f"{one['peak_mib']:,.0f}"))
    return _table(("command", "median", "spread", "CPU", "×", "peak MiB"), rows)


def _phases(document: Document) -> str:
    columns = [one for one in document["sizes"] if "phases" in one]
    if not columns:
        return ""
    rows = []
    for name, why in PHASES.items():
        values = [one["phases"]["phases"].get(name) for one in columns]
        if any(value is not None for value in values):
            rows.append((name, *("" if value is None else _seconds(value) for value in values), why))
    rows.append(("the whole process", *(_seconds(one["phases"]["total"]) for one in columns), ""))
    heads = ("phase", *(f"{one['pods']:,} pods" for one in columns), "why it is not smaller")
    return (
        "## Where the time goes\n\n"
        "By a clock that is hung on the tool's functions from outside (`tests/bench/phases.py`). Several threads\n"
        "read and load modules, so imports, connect, wait, transfer and decode are sums over threads. Each also\n"
        "waits in them for Python's own lock: more than the wall shows.\n\n" + _table(heads, rows)
    )


def _growth(document: Document) -> str:
    rows = []
    for one in document["sizes"]:
        found = one.get("judging")
        if found:
            shares = ", ".join(f"{name} {share:.0%}" for name, share in _largest_first(found["shares"])[:4])
            each = found["median"] / found["fargate_pods"] * 1e6
            rows.append((f"{found['fargate_pods']:,}", _seconds(found["median"]), f"{each:.0f} µs", shares))
    if not rows:
        return ""
    power = document.get("exponent")
    told = (
        ""
        if power is None
        else f"\nFrom 1,000 pods on it grows with the power **{power:.2f}** of the pods (1 is linear).\n"
    )
    heads = ("pods that are judged", "facts and checks", "for each pod", "where")
    return (
        "## Facts and checks alone\n\nOn the saved snapshots, without any reading.\n\n" + _table(heads, rows) + told
    )


def _largest_first(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda item: -item[1])


def _requests(document: Document) -> str:
    columns = [one for one in document["sizes"] if "requests" in one]
    if not columns:
        return ""
    sorts = sorted({sort for one in columns for sort in one["requests"]["by_sort"]})
    rows = [(sort, *(str(one["requests"]["by_sort"].get(sort, "")) for one in columns)) for sort in sorts]
    rows.append(("all", *(str(one["requests"]["count"]) for one in columns)))
    rows.append(("MB read", *(f"{one['requests']['bytes'] / 1e6:,.1f}" for one in columns)))
    heads = ("requests", *(f"{one['pods']:,} pods" for one in columns))
    return (
        f"## Requests\n\nNone is sent for a pod. Dry-runs are limited ({USUAL} workloads), and so are\n"
        f"access reviews ({MOST_QUESTIONS}; beyond two ServiceAccounts RBAC is read, and only what it does not\n"
        "give is asked).\n"
        "`tests/bench/test_requests.py` holds it.\n\n" + _table(heads, rows)
    )


def _choices(document: Document) -> str:
    text = ""
    for title, found in (("", document.get("switches")), (" over the link", document.get("switches_over_link"))):
        rows = []
        for one in (found or {}).values():
            values = one["values"]
            first = next(iter(values.values()))["median"]
            for number, (value, measured) in enumerate(values.items()):
                name = one["title"] if number == 0 else ""
                ratio = "" if number == 0 else f"{measured['median'] / first:.2f}"
                mark = f"**{value}**" if number == 0 else value
                rows.append(
                    (
                        name,
                        mark,
                        _seconds(measured["median"]),
                        f"± {_seconds(measured['spread'])}",
                        ratio,
                        f"{measured['peak_mib']:.0f}",
                    )
                )
        if rows:
            heads = ("choice", "value", "median", "spread", "×", "peak MiB")
            text += f"\n**`doctor`{title}**\n\n" + _table(heads, rows)
    if not text:
        return ""
    intro = (
        "## Each choice on and off\n\nThe bold value is what the tool does. Users have no switch for these: they\n"
        "are laid over its functions (`tests/bench/switches.py`).\n"
    )
    return intro + text


def _left_out(document: Document) -> str:
    if not document["left_out"]:
        return ""
    rows = [(one["what"], one["why"]) for one in document["left_out"]]
    return "## Not measured\n\n" + _table(("what", "why"), rows)


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)
