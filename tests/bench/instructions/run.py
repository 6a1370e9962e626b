#!/usr/bin/env python3
"""Instructions per packet of fixed workloads (cases.cpp), counted by callgrind, beside those that are kept in
expected.txt: what makes the path slower by more than a few in a hundred is seen before it lands, on any machine.

  run.py SOURCE BUILD COMPILER [--accept]     with --accept the figures are kept as they are now

A figure that got better by as much is to be renewed too, or the next loss would hide behind it.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE, BUILD, COMPILER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]) / "instructions", sys.argv[3]
HERE = SOURCE / "tests/bench/instructions"
KEPT = HERE / "expected.txt"
TOLERANCE = 0.03
# Libraries choose their loops by the processor; all are to choose alike.
ALIKE = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-AVX_Fast_Unaligned_Load,-AVX512VL,-AVX512F,-ERMS,-FSRM",
         "OPENSSL_ia32cap": "~0x1000000000000000:~0xffffffffffffffff", "LC_ALL": "C", "PATH": os.environ["PATH"]}


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def compiler():
    """Such as "GNU 12 x86_64": what another one makes of the same source has other figures."""
    said = subprocess.run([COMPILER, "--version"], capture_output=True, text=True, check=True).stdout
    family = "Clang" if "clang" in said else "GNU"
    major = subprocess.run([COMPILER, "-dumpversion"], capture_output=True, text=True, check=True).stdout.split(".")[0]
    return f"{family} {major.strip()} {os.uname().machine}"


def build():
    for command in (["cmake", "-G", "Ninja", "-S", HERE, "-B", BUILD, f"-DCMAKE_CXX_COMPILER={COMPILER}"],
                    ["cmake", "--build", BUILD, "--parallel", "2"]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
    return BUILD / "cases"


def counted(program, case):
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={BUILD}/{case}.callgrind",
                           "--toggle-collect=measured", program, case], capture_output=True, text=True, env=ALIKE)
    instructions = re.search(r"Collected : (\d+)", done.stderr)
    packets = re.match(r"(\d+) packets", done.stdout)
    if done.returncode != 0 or not instructions or not packets:
        sys.exit(f"{case}: {done.stdout}{done.stderr}")
    return int(instructions[1]) / int(packets[1])


def main():
    if not shutil.which("valgrind"):
        skip("no valgrind")
    kept = dict(line.rsplit(None, 1) for line in KEPT.read_text().splitlines() if line and not line.startswith("#"))
    made_with = next(line.removeprefix("# compiler: ") for line in KEPT.read_text().splitlines() if "compiler:" in line)
    accept = sys.argv[4:] == ["--accept"]
    if compiler() != made_with and not accept:
        skip(f"the figures are of {made_with}, and this is {compiler()}")
    program = build()
    cases = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    found = {case: counted(program, case) for case in cases}
    off = []
    for case, figure in found.items():
        before = float(kept.get(case, "0"))
        change = figure / before - 1 if before else 1
        print(f"{case:10} {figure:9.1f} instructions a packet, kept {before:9.1f}, {change:+7.2%}")
        if abs(change) > TOLERANCE:
            off.append(f"{case} is {'slower' if change > 0 else 'faster'} by {abs(change):.1%}")
    off += [f"{case} is kept, and there is no such case" for case in kept.keys() - found.keys()]
    if accept:
        head = [line for line in KEPT.read_text().splitlines() if line.startswith("#") and "compiler:" not in line]
        KEPT.write_text("\n".join(head + [f"# compiler: {compiler()}"] + [f"{c} {f:.1f}" for c, f in found.items()]) + "\n")
    elif off:
        sys.exit("; ".join(off) + f". Where: callgrind_annotate {BUILD}/CASE.callgrind. Where it is meant: run.py SOURCE BUILD "
                 "COMPILER --accept, and say why in the commit")


main()
