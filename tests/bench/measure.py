#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""measure.py COMMANDS RUNS TITLE USERS: runs the commands in turn, A B C A B C ..., and
prints medians with the range, and ratios of medians: what the audit needs relative to the
other programs, and its variants relative to it, with what is wanted of them."""
import os
import statistics
import subprocess
import sys
import tempfile
import time


WANTED = {
    ("audit", "ldapsearch"): {"wall": 0.7},
    ("audit", "floor"): {"wall": 1.1, "CPU": 1.5},
    ("audit --ldif", "audit"): {"wall": 0.5},      # twice the users a second
    ("audit --history", "audit"): {"wall": 1.2},
    ("audit --causes", "audit"): {"wall": 1.03},
}


def wanted(pair, what):
    limit = WANTED.get(pair, {}).get(what)
    return f"(<{limit})" if limit else ""


def run(command):
    """Wall clock, CPU (user and system) and peak memory of the command itself."""
    with tempfile.NamedTemporaryFile("r") as report:
        start = time.perf_counter()
        done = subprocess.run(f"exec /usr/bin/time -q -o {report.name} -f '%U %S %M' {command}",
                              shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              check=False, text=True)
        wall = time.perf_counter() - start
        user, system, peak = map(float, report.read().split())
    if done.returncode not in (0, 1, 3):
        sys.exit(f"status {done.returncode}: {command}\n{done.stderr}")
    return wall, user + system, peak / 1024


def spread(values, form):
    return (f"{format(statistics.median(values), form)} "
            f"({format(min(values), form)}-{format(max(values), form)})")


def main():
    commands = [line.rstrip("\n").split("\t") for line in open(sys.argv[1], encoding="utf-8")]
    runs, title, users = int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    figures = {name: [] for name, _ in commands}
    for _ in range(runs):
        for name, command in commands:
            figures[name].append(run(command))
    print(f"\n{title}: medians of {runs} runs in turn (lowest-highest); "
          f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    print(f"  {'':16}{'wall s':>22}{'CPU s':>22}{'peak MiB':>22}{'users/s':>10}")
    middle = {}
    for name, rows in figures.items():
        columns = list(zip(*rows))
        middle[name] = [statistics.median(c) for c in columns]
        print(f"  {name:16}{spread(columns[0], '.2f'):>22}{spread(columns[1], '.2f'):>22}"
              f"{spread(columns[2], '.1f'):>22}{users / middle[name][0]:>10.0f}")
    print()
    for name in list(middle)[1:]:
        pair = (name, "audit") if name.startswith("audit") else ("audit", name)
        ratio = [a / b if b else float("nan") for a, b in zip(middle[pair[0]], middle[pair[1]])]
        print("  " + "".join([f"{' / '.join(pair):26}"] + [
            f"{what} {value:.2f} {wanted(pair, what):8}" for what, value in
            zip(("wall", "CPU", "memory"), ratio)]).rstrip())


main()
