"""The goals of soju's speed, and how the figures stand to them."""

from dataclasses import dataclass

from environments import version
from sides import CLEAN


@dataclass
class Goal:
    what: str
    asked: float
    measured: float
    most: bool = False  # whether `asked` is the most, not the least, that it may be

    def met(self):
        return self.measured <= self.asked if self.most else self.measured >= self.asked


def by_name(sides, group, start):
    return next((side for side in sides if side.group == group and side.name.startswith(start)), None)


def fastest(sides, group, start):
    found = [side for side in sides if side.group == group and side.name.startswith(start)]
    return max(found, key=lambda side: side.documents_per_second(), default=None)


def goals(sides):
    """Every goal that this run has figures for. Against a peer of several ways, its fastest counts."""
    # dolma's other tagger does far less than these filters, so the goal names the one.
    gopher = f"dolma {version('dolma')}, gopher_v1"
    ratios = [
        ("filters", "filters against datatrove with its English tokenizer", CLEAN, "datatrove", 300),
        ("filters", "filters against dolma's gopher tagger", CLEAN, gopher, 20),
        ("signatures", "MinHash signatures against rensa", "soju, character", "rensa", 2),
        ("near-dedup", "near-dedup against text-dedup", "soju", "text-dedup", 20),
    ]
    found = []
    for group, what, ours, peer, asked in ratios:
        one, theirs = by_name(sides, group, ours), fastest(sides, group, peer)
        if one and theirs:
            measured = one.documents_per_second() / theirs.documents_per_second()
            found.append(Goal(f"{what}, times", asked, measured))
    if clean := by_name(sides, "filters", CLEAN):
        found.append(Goal("`soju clean --no-model`, MB/s on one core", 60, clean.megabytes_per_second()))
    one, two = by_name(sides, "two cores", "one core, --threads 1"), by_name(sides, "two cores", "two cores, --threads 2")
    if one and two:
        found.append(Goal("two cores against one, times", 1.9, two.documents_per_second() / one.documents_per_second()))
    return found + memory_goals([side for side in sides if side.group == "memory"])


def memory_goals(sides):
    """The last tenfold step: a small input does not fill the buffers that bound the memory of a large one."""
    found = []
    for name in dict.fromkeys(side.name for side in sides):
        peaks = {side.documents: side.max_rss() for side in sides if side.name == name}
        small, large = sorted(peaks)[-2:]
        what = f"peak memory of `{name}` from {small:,} to {large:,} documents, times"
        found.append(Goal(what, 1.1, peaks[large] / peaks[small], most=True))
    return found
