"""Turns the list of hostile submissions into the table of `docs/security.md`: `python -m tests.sandbox.table`."""

from __future__ import annotations

from pathlib import Path

from tests.sandbox.suite import HOSTILE

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- hostile submissions: begin -->", "<!-- hostile submissions: end -->"


def table() -> str:
    """One line a submission: what it tries, how it must end, and in which tiers nothing is promised."""
    lines = ["| submission | what it tries | how it ends | not promised in |", "|---|---|---|---|"]
    for member in HOSTILE:
        ends = ", or ".join(
            end.replace("opaque", "value refused").replace("wrong", "wrong answer") for end in member.ends
        )
        lines.append(
            f"| `{member.family}/{member.name}` | {member.idea} | {ends} | {', '.join(sorted(member.through))} |"
        )
    return "\n".join(lines)


def written() -> str:
    """What the page has between its marks."""
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def main() -> None:
    """Writes the table into the page."""
    text = PAGE.read_text("utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
