"""The figures as Markdown tables and as JSON."""

import statistics

import machine

TITLES = {
    "filters": "Filters, one core",
    "signatures": "MinHash signatures of 112 hashes, one core",
    "near-dedup": "Near-dedup from file to files, one core",
}


def table(heads, rows):
    """A Markdown table. Columns after the first hold numbers."""
    yield "| " + " | ".join(heads) + " |"
    yield "| --- |" + " ---: |" * (len(heads) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" if value >= 10 else f"{value:,.2f}"


def against(sides):
    """A group of ours and peers: the first side is the one that the others are held against."""
    ours = sides[0].documents_per_second()
    for side in sides:
        slow, fast = side.spread()
        kept = side.runs[-1].facts.get("kept")
        yield [
            side.name,
            f"{side.documents:,}",
            number(side.documents_per_second()),
            f"{number(slow)} to {number(fast)}",
            number(side.megabytes_per_second()),
            "" if side is sides[0] else number(ours / side.documents_per_second()),
            "" if kept is None else f"{100 * kept / side.documents:.0f} %",
            f"{100 * side.share():.0f} %",
        ]


def stages(side):
    """What each stage of `soju clean` took, from its report: medians over the rounds."""
    seconds, documents = {}, {}
    for run in side.runs:
        for stage in run.facts["stages"]:
            seconds.setdefault(stage["stage"], []).append(stage["seconds"])
            documents[stage["stage"]] = stage["documents"]
    mean = side.text_bytes / side.documents
    return [
        {
            "stage": name,
            "documents": documents[name],
            "seconds": statistics.median(times),
            "documents_per_second": documents[name] / statistics.median(times),
            "megabytes_per_second": documents[name] * mean / 1e6 / statistics.median(times),
        }
        for name, times in seconds.items()
        if statistics.median(times) > 0
    ]


def stage_rows(side):
    total = side.seconds()
    for stage in stages(side):
        yield [
            stage["stage"],
            f"{stage['documents']:,}",
            number(stage["documents_per_second"]),
            number(stage["megabytes_per_second"]),
            f"{100 * stage['seconds'] / total:.0f} %",
        ]


def core_rows(sides):
    for side in sides:
        times = sides[0].seconds() / side.seconds()
        rates = [number(side.documents_per_second()), number(side.megabytes_per_second()), number(times)]
        yield [side.name, *rates, f"{100 * side.share():.0f} %"]


def memory_rows(sides):
    smaller = {}
    for side in sides:
        row = [side.name, f"{side.documents:,}", number(side.text_bytes / 1e6), number(side.max_rss() / 1e6)]
        before = smaller.get(side.name)
        smaller[side.name] = side
        if not before:
            yield [*row, ""]
            continue
        yield [*row, number((side.max_rss() - before.max_rss()) / (side.documents - before.documents))]


def goal_rows(goals):
    for goal in goals:
        asked = f"{'at most' if goal.most else 'at least'} {goal.asked:g}"
        yield [goal.what, asked, number(goal.measured), "yes" if goal.met() else "no"]


def markdown(facts, sides, goals):
    """All tables of a run, line by line."""
    corpus = facts["corpus"]
    yield f"{corpus['documents']:,} documents of {corpus['characters'] / corpus['documents']:,.0f} characters on average,"
    yield f"{corpus['text_bytes'] / 1e6:.1f} MB of text, made of {corpus['sources']:,} real ones;"
    yield f"rounds: {facts['rounds']}, medians are given; {machine.line(facts['machine'])}."
    for group, title in TITLES.items():
        members = [side for side in sides if side.group == group]
        if members:
            yield from ["", f"**{title}**", ""]
            heads = ["", "documents", "documents/s", "slowest to fastest", "MB/s", "first row ÷ this", "kept", "of the core"]
            yield from table(heads, against(members))
    clean = next((side for side in sides if side.group == "filters"), None)
    if clean:
        yield from ["", "**Stages of `soju clean --no-model`, one core**", ""]
        yield from table(["stage", "documents", "documents/s", "MB/s", "of the whole time"], stage_rows(clean))
    two = [side for side in sides if side.group == "two cores"]
    if two:
        yield from ["", "**`soju clean --no-model` on two cores**", ""]
        yield from table(["", "documents/s", "MB/s", "times one core", "of one core"], core_rows(two))
    memory = [side for side in sides if side.group == "memory"]
    if memory:
        yield from ["", "**Peak memory (resident)**", ""]
        yield from table(["", "documents", "MB of text", "MB at the peak", "bytes for each further document"], memory_rows(memory))
    if goals:
        yield from ["", "**Goals**", ""]
        yield from table(["", "goal", "measured", "met"], goal_rows(goals))


def as_json(facts, sides, goals):
    clean = next((side for side in sides if side.group == "filters"), None)
    return {
        "format": "soju-bench-clean/1",
        **facts,
        "sides": [
            {
                "group": side.group,
                "name": side.name,
                "documents": side.documents,
                "text_bytes": side.text_bytes,
                "seconds": [run.seconds for run in side.runs],
                "documents_per_second": side.documents_per_second(),
                "megabytes_per_second": side.megabytes_per_second(),
                "kept": side.runs[-1].facts.get("kept"),
                "core_share": side.share(),
                "max_rss_bytes": side.max_rss(),
            }
            for side in sides
        ],
        "stages": stages(clean) if clean else [],
        "goals": [
            {"what": g.what, "asked": g.asked, "at_most": g.most, "measured": g.measured, "met": g.met()} for g in goals
        ],
    }
