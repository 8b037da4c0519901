"""A listing as CSV: whole values, harmless for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from leadctl.formats.formulas import harmless
from leadctl.results import Listing
from leadctl.wording import plain


def page(listings: Sequence[Listing]) -> str:
    """Return the rows of the only listing under their names."""
    [listing] = listings
    names = listing.columns_in_pipe or [c.name for c in listing.columns if not c.draw]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in listing.rows:
        writer.writerow([harmless(plain(row.get(name))) for name in names])
    return text.getvalue()
