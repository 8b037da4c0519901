"""Converting many leads in one operation: leads a second of processor time. Asserts nothing.

python benchmarks/convert.py [LEADS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from leadctl import converting
from leadctl.app import App
from leadctl.commands.convert import Request, run
from leadctl.converting import Choices

OF_A_COMPANY = 4


def main(count: int) -> None:
    """Convert `count` leads, four of a company, with an account, a contact and a deal each."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "leads.db")
        app = App({"LEADCTL_DB": database, "LEADCTL_USER": "bench", "HOME": folder})
        with app.store.operation("seed") as op:
            op.create("lead", [lead(number, op.now) for number in range(count)])
        terms = converting.terms(app.settings, app.fields)
        choices = Choices(deal=converting.NEW, deal_name="{company} – {product}")
        before = time.process_time()
        ran = run(Request(app, choices, terms, False), range(1, count + 1), {})
        took = time.process_time() - before
        print(
            f"{len(ran.outcome.converted):,} leads, {count / took:,.0f} a second of processor time"
        )
        app.close()


def lead(number: int, now: str) -> dict[str, object]:
    company = number // OF_A_COMPANY
    return {
        "first_name": f"First{number}", "last_name": f"Last{number}", "product": "CRM",
        "company": f"Company {company} GmbH", "email": f"a{number}@c{company}.example",
        "phone": f"+4930{number:07d}", "amount": 100, "currency": "EUR", "status": "New",
        "created_at": now, "created_day": 20_000,
    }  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
