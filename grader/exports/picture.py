"""Curves that an item asks to read, as a picture for other systems: dash and letter, never colour alone."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 480, 240, 24
DASHES = ("", "7 4", "2 3", "11 3 2 3", "1 5")
INK = "#20303a"


def svg_of(curves: Sequence[Sequence[float]]) -> str:
    """A line a curve on one scale; several bear letters at their ends."""
    finite = [value for curve in curves for value in curve]
    low, high = min(finite), max(finite)
    scale = (HEIGHT - 2 * MARGIN) / ((high - low) or 1.0)
    lines = []
    for number, curve in enumerate(curves):
        step = (WIDTH - 3 * MARGIN) / max(len(curve) - 1, 1)
        points = [(MARGIN + step * k, HEIGHT - MARGIN - scale * (value - low)) for k, value in enumerate(curve)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = f' stroke-dasharray="{DASHES[number % len(DASHES)]}"' if number else ""
        lines.append(f'<polyline fill="none" stroke="{INK}" stroke-width="2"{dash} points="{path}"/>')
        if len(curves) > 1:
            x, y = points[-1]
            lines.append(f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" font-family="sans-serif" font-size="14">'
                         f"{chr(ord('A') + number)}</text>")  # fmt: skip
    axes = f'<path fill="none" stroke="{INK}" d="M{MARGIN},{MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}"/>'
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    return f"{head}{ground}{axes}{''.join(lines)}</svg>"
