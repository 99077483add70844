"""What the figures were measured on."""

import os
import platform
import re
from pathlib import Path


def facts():
    cpu = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", cpu, re.M)
    flags = re.search(r"^flags\s*: (.*)$", cpu, re.M)
    flags = set(flags.group(1).split()) if flags else set()
    memory = re.search(r"^MemTotal:\s*(\d+) kB$", Path("/proc/meminfo").read_text(), re.M)
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": model.group(1) if model else platform.machine(),
        "avx2": "avx2" in flags,
        "avx512": "avx512f" in flags,
        "memory_bytes": int(memory.group(1)) * 1024 if memory else None,
        "load_before": os.getloadavg()[0],
    }


def line(facts):
    simd = "AVX-512" if facts["avx512"] else "AVX2, no AVX-512" if facts["avx2"] else "no AVX2"
    return f"{facts['cores']} cores ({facts['processor']}, {simd}), load {facts['load_before']:.1f} before the first run"
