"""Charts as inline SVG: columns by month, bars by part, one bar divided among those who paid."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from projections.statement.words import yuan

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH: Final = 560
_TALL: Final = 225
_BASE: Final = 194
_TOP: Final = 26
_BAR_ROW: Final = 26
_BARS_MOST: Final = 7
_DIVIDED_HEIGHT: Final = 22
_NARROWEST: Final = 2.0


def columns(parts: Sequence[tuple[str, int]], label: str) -> str:
    """Return one column for each part, with its amount (fen) above; what is below zero hangs from the line."""
    highest = max([amount for _, amount in parts] + [0])
    lowest = min([amount for _, amount in parts] + [0])
    scale = (_BASE - _TOP) / ((highest - lowest) or 1)
    zero = _BASE + lowest * scale
    step = _WIDTH / max(len(parts), 1)
    drawn = [f'<line x1="0" y1="{zero:.1f}" x2="{_WIDTH}" y2="{zero:.1f}" class="axis"/>']
    for index, (name, amount) in enumerate(parts):
        middle = step * (index + 0.5)
        height = abs(amount) * scale
        top = zero - height if amount >= 0 else zero
        if amount:
            kind = "bar" if amount > 0 else "bar back"
            drawn.append(
                f'<rect x="{middle - step * 0.32:.1f}" y="{top:.1f}" width="{step * 0.64:.1f}"'
                f' height="{max(height, 1):.1f}" class="{kind}"/>'
            )
            drawn.append(f'<text x="{middle:.1f}" y="{top - 5:.1f}" class="value">{_short(amount)}</text>')
        drawn.append(f'<text x="{middle:.1f}" y="{_TALL - 8}" class="name">{escape(name)}</text>')
    return _svg(_WIDTH, _TALL, label, drawn)


def bars(parts: Sequence[tuple[str, int]], label: str, rest: str) -> str:
    """Return one bar for each part, the most first; what has no room is one part named `rest`."""
    shown = list(parts)
    if len(shown) > _BARS_MOST:
        others = sum(amount for _, amount in shown[_BARS_MOST - 1 :])
        shown = [*shown[: _BARS_MOST - 1], (rest, others)]
    most = max([abs(amount) for _, amount in shown] + [1])
    width, begin, room = 320, 96, 138
    drawn = []
    for index, (name, amount) in enumerate(shown):
        top = index * _BAR_ROW
        length = max(abs(amount) / most * room, _NARROWEST)
        kind = "bar" if amount >= 0 else "bar back"
        drawn.append(f'<text x="{begin - 8}" y="{top + 17}" class="part">{escape(name)}</text>')
        drawn.append(f'<rect x="{begin}" y="{top + 4}" width="{length:.1f}" height="18" class="{kind}"/>')
        drawn.append(f'<text x="{begin + length + 6:.1f}" y="{top + 17}" class="beside">{yuan(amount)}</text>')
    return _svg(width, len(shown) * _BAR_ROW, label, drawn)


def divided(parts: Sequence[tuple[str, int, str]], label: str) -> str:
    """Return one bar divided among parts with an amount: name, amount (fen), class of the colour."""
    shown = [part for part in parts if part[1] > 0]
    whole = sum(amount for _, amount, _ in shown) or 1
    drawn, at = [], 0.0
    for name, amount, colour in shown:
        length = amount / whole * 900
        drawn.append(
            f'<rect x="{at:.1f}" y="0" width="{max(length, _NARROWEST):.1f}" height="{_DIVIDED_HEIGHT}"'
            f' class="{colour}"><title>{escape(name)} {yuan(amount)}</title></rect>'
        )
        at += length
    return _svg(900, _DIVIDED_HEIGHT, label, drawn)


def _short(fen: int) -> str:
    """Return an amount that fits above a column: without fen from ten thousand yuan on."""
    text = yuan(fen)
    return text[:-3] if abs(fen) >= 1_000_000 else text  # noqa: PLR2004 - ten thousand yuan


def _svg(width: int, height: int, label: str, drawn: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{''.join(drawn)}</svg>"
    )
