"""Numbers as they are drawn: bars, spark lines and shades in characters, points of a line."""

from __future__ import annotations

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_HEIGHTS = "▁▂▃▄▅▆▇█"
_ASCII_HEIGHTS = "_.-=*^#@"
_SHADES = " ░▒▓█"
_ASCII_SHADES = " .+*#"
_MISSING = "·"

Series = Sequence[float | None]


def bar(share: float, length: int, *, blocks: bool = True) -> str:
    """Return a bar of a share from 0 to 1, in eighths of a character or in `#`."""
    if not blocks:
        return "#" * round(share * length)
    eighths = round(share * length * 8)
    if share > 0:
        eighths = max(eighths, 1)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def spark(values: Series, *, blocks: bool = True) -> str:
    """Return a character for each value, as high as its share of the highest; `·` where none is.

    Zero and below stand on the ground line.
    """
    return _drawn(values, _HEIGHTS if blocks else _ASCII_HEIGHTS, highest(values), blocks=blocks)


def shades(values: Series, most: float, *, blocks: bool = True) -> str:
    """Return a character for each value, as dark as its share of `most`; `·` where none is."""
    return _drawn(values, _SHADES if blocks else _ASCII_SHADES, most, blocks=blocks)


def level(value: float, most: float, levels: int) -> int:
    """Return which of so many levels a value reaches, from 0: only nothing is on the lowest."""
    if value <= 0 or most <= 0:
        return 0
    return 1 + min(int(value / most * (levels - 1)), levels - 2)


def highest(values: Series) -> float:
    """Return the highest value, 0 of none."""
    return max((value for value in values if value is not None), default=0)


def short(value: float | None) -> str:
    """Return a number in three characters: a share in percent, `2k` for two thousand."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{100 * value:.0f}"
    return str(value) if value < 1000 else f"{value // 1000}k"


def points(values: Series, step: float, height: float) -> str:
    """Return the points of a line in SVG, so far apart and at most so high; missing ones left out."""
    most = highest(values) or 1
    return " ".join(
        f"{step * (number + 0.5):g},{height - (height - 2) * max(value, 0) / most:.1f}"
        for number, value in enumerate(values)
        if value is not None
    )


def _drawn(values: Series, ladder: str, most: float, *, blocks: bool) -> str:
    missing = _MISSING if blocks else " "
    return "".join(
        missing if value is None else ladder[level(value, most, len(ladder))] for value in values
    )
