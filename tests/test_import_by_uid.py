"""An export of ours that comes back finds its leads again, by leadctl_uid."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from conftest import Answers, Leadctl, facts
from hypothesis import given, settings
from hypothesis import strategies as st
from test_export import LEAD
from test_import_twice import CHUNKS, HEADER, POLICIES, ROW, Cells, text

from leadctl.importing import leads, second
from leadctl.importing import rows as rows_of_files
from leadctl.stored import day_number, from_stamp

ENDS = ("created", "updated", "unchanged", "skipped", "rejected")
OVERWRITE = ("--on-duplicate", "overwrite")


def ends(done: dict[str, Any]) -> dict[str, int]:
    return {end: done[end] for end in ENDS if done[end]}


def everything(leadctl: Leadctl) -> Any:
    store = leadctl.store()
    try:
        return facts(store)
    finally:
        store.close()


def exported(leadctl: Leadctl, name: str = "out.csv", *words: object) -> Path:
    file = leadctl.folder / name
    leadctl("export", "--output", file, *words)
    return file


def cells(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def written(leadctl: Leadctl, rows: list[dict[str, str]], name: str = "in.csv") -> Path:
    file = leadctl.folder / name
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.fixture
def shop(leadctl: Leadctl, leads: Any) -> Leadctl:
    """Leads that no other key finds, two of them alike, and two with an email and external ids."""
    leads(
        {"last_name": "Li"}, {"last_name": "Li"}, {"company": "Kiln"},
        {"first_name": "Bo", "last_name": "Ng", "email": "bo@x.example", "external_id": "4",
         "external_system": "zoho"},
        {"first_name": "Zoë", "last_name": "Núñez", "email": "zoe@y.example", "external_id": "5",
         "external_system": "zoho"},
    )  # fmt: skip
    return leadctl


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "json", "jsonl"])
def test_an_export_changes_nothing(shop: Leadctl, ending: str) -> None:
    file = exported(shop, f"out.{ending}")
    before = everything(shop)
    for policy, end in {"fill": "unchanged", "overwrite": "unchanged", "skip": "skipped"}.items():
        done = shop.ok("import", file, "--on-duplicate", policy)
        assert ends(done) == {end: 5}
        assert done["operation"] is None
    assert everything(shop) == before


def test_a_changed_cell_is_a_changed_lead(shop: Leadctl) -> None:
    rows = cells(exported(shop))
    rows[1]["city"], rows[2]["company"], rows[2]["Floor"] = "Bonn", "Oven", "2"
    file, before = written(shop, rows), everything(shop)
    trial = shop.ok("import", file, *OVERWRITE, "--dry-run")
    assert (ends(trial), everything(shop)) == ({"updated": 2, "unchanged": 3}, before)
    done = shop.ok("import", file, *OVERWRITE)
    assert ends(done) == {"updated": 2, "unchanged": 3}
    found = shop.ok("list", "--all", "--sort", "-id")
    assert [lead["city"] for lead in found] == [None, "Bonn", None, None, None]
    assert (found[2]["company"], found[2]["extra"]) == ("Oven", {"Floor": "2"})
    assert shop.ok("import", file, *OVERWRITE)["operation"] is None
    shop.ok("undo", done["operation"])
    assert everything(shop) == before


def test_blanks_are_filled_and_a_person_may_be_asked(shop: Leadctl) -> None:
    rows = cells(exported(shop))
    rows[0]["city"], rows[2]["company"] = "Bonn", "Oven"
    done = shop.ok("import", written(shop, rows))
    assert (ends(done), done["differing"]) == ({"updated": 1, "unchanged": 4}, 1)
    file = written(shop, rows)
    outcome = shop("import", file, "--on-duplicate", "ask", terminal=True, answers=Answers(1))
    assert "company  lead: Kiln   file: Oven" in outcome.err
    assert shop.ok("show", 3)["company"] == "Oven"


def test_create_makes_new_leads_all_the_same(shop: Leadctl) -> None:
    file = exported(shop, "out.csv", "--columns", "uid,last_name,company,email")
    assert ends(shop.ok("import", file, "--on-duplicate", "create")) == {"created": 5}


def test_an_id_alone_and_a_uid_of_elsewhere_mean_nobody(shop: Leadctl) -> None:
    rows = [
        {"leadctl_id": "1", "leadctl_uid": "", "last_name": "Nobody"},
        {"leadctl_id": "2", "leadctl_uid": "0" * 32, "last_name": "One"},
        {"leadctl_id": "3", "leadctl_uid": "0" * 32, "last_name": "Other"},
        {"leadctl_id": "1", "leadctl_uid": "0" * 32, "last_name": "N", "email": "bo@x.example"},
    ]
    done = shop.ok("import", written(shop, rows), *OVERWRITE)
    assert ends(done) == {"created": 3, "updated": 1}
    assert shop.ok("show", 4)["last_name"] == "N"
    again = shop.ok("import", shop.folder / "in.csv", *OVERWRITE)
    assert (again["operation"], ends(again)) == (None, {"unchanged": 4})


def test_in_another_database_an_export_is_matched_as_any_file(
    shop: Leadctl, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Leadctl(tmp_path / "other")
    file = exported(shop)
    assert ends(other.ok("import", file)) == {"created": 4, "unchanged": 1}
    assert ends(other.ok("import", file)) == {"unchanged": 5}
    uids = {lead["uid"] for one in (shop, other) for lead in one.ok("list", "--all")}
    assert len(uids) == 9


def test_the_last_of_two_rows_of_one_lead_counts(shop: Leadctl) -> None:
    uid = cells(exported(shop))[0]["leadctl_uid"]
    rows = [
        {"leadctl_uid": uid, "last_name": "First", "city": "Bonn", "title": "Cook"},
        {"leadctl_uid": uid, "last_name": "Last", "city": "Ulm", "title": ""},
    ]
    done = shop.ok("import", written(shop, rows), *OVERWRITE)
    assert ends(done) == {"updated": 2}
    lead = shop.ok("show", 1)
    assert (lead["last_name"], lead["city"], lead["title"]) == ("Last", "Ulm", "Cook")
    assert ends(shop.ok("import", shop.folder / "in.csv", *OVERWRITE)) == {"unchanged": 2}


def test_who_was_merged_is_found_and_left_alone(shop: Leadctl) -> None:
    rows = cells(exported(shop))
    shop.ok("merge", 1, 2, "--yes")
    shop.ok("merge", 3, 1, "--yes")
    rows[1]["city"], rows[0]["title"] = "Bonn", "Cook"
    done = shop.ok("import", written(shop, rows), *OVERWRITE)
    assert (ends(done), done["merged"]) == ({"unchanged": 3, "skipped": 2}, [3])
    shop.ok("undo", "--yes")
    shop.ok("undo", "--yes")
    done = shop.ok("import", shop.folder / "in.csv", *OVERWRITE)
    assert (ends(done), done["merged"]) == ({"updated": 2, "unchanged": 3}, [])


def test_who_is_converted_is_never_changed(shop: Leadctl) -> None:
    shop.ok("convert", 4, "--yes")
    rows = cells(exported(shop))
    rows[3]["city"] = "Bonn"
    before = everything(shop)
    done = shop.ok("import", written(shop, rows), *OVERWRITE)
    assert (ends(done), done["converted"]) == ({"unchanged": 4, "skipped": 1}, [4])
    assert everything(shop) == before


def test_a_lead_that_is_gone_is_nobody(shop: Leadctl) -> None:
    shop.ok("add", "Al Gone")
    rows = cells(exported(shop))
    shop.ok("undo", "--yes")
    assert ends(shop.ok("import", written(shop, rows), *OVERWRITE)) == {
        "created": 1, "unchanged": 5
    }  # fmt: skip


def test_somebody_who_is_a_contact_is_the_lead_that_the_row_names(shop: Leadctl) -> None:
    shop.ok("import", shop.write("c.csv", "Last name,Email\nLi,li@x.example\n"), "--as", "contacts")
    rows = cells(exported(shop))
    rows[0]["email"] = "li@x.example"
    assert ends(shop.ok("import", written(shop, rows), *OVERWRITE)) == {
        "updated": 1, "unchanged": 4
    }  # fmt: skip


CONFLICTS = [
    ({"external_id": "5", "external_system": "zoho"}, "its external id lead 5's"),
    ({"first_name": "Zoë", "last_name": "Núñez", "email": "zoe@y.example"}, "its email lead 5's"),
]


@pytest.mark.parametrize(("said", "reason"), CONFLICTS)
@pytest.mark.parametrize("policy", ["fill", "overwrite", "skip"])
def test_a_row_that_is_two_leads_is_rejected(
    shop: Leadctl, said: dict[str, str], reason: str, policy: str
) -> None:
    rows = cells(exported(shop))
    rows[3] |= {"external_id": "", "external_system": ""} | said
    before = everything(shop)
    outcome = shop("import", written(shop, rows), "--on-duplicate", policy, "--json")
    assert outcome.code == 3
    (rejected,) = outcome.json["rejects"]
    assert rejected["line"] == 5
    assert rejected["reason"] == f"its leadctl_uid is lead 4's, {reason}"
    assert everything(shop) == before


def test_a_row_that_shares_an_email_and_more_with_its_lead_is_that_lead(shop: Leadctl) -> None:
    rows = cells(exported(shop))
    rows[3]["email"] = "zoe@y.example"
    assert ends(shop.ok("import", written(shop, rows), *OVERWRITE)) == {
        "updated": 1, "unchanged": 4
    }  # fmt: skip
    assert shop.ok("show", 4)["email"] == "zoe@y.example"


def test_a_lead_may_become_somebody_else_whom_nobody_is(shop: Leadctl) -> None:
    rows = cells(exported(shop))
    rows[3] |= {"first_name": "Al", "last_name": "Oz", "email": "al@z.example"}
    assert ends(shop.ok("import", written(shop, rows), *OVERWRITE)) == {
        "updated": 1, "unchanged": 4
    }  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_rejected_rows_still_say_who_they_are(shop: Leadctl, ending: str) -> None:
    file, rejects = exported(shop, f"out.{ending}"), shop.folder / "rejects.csv"
    if ending == "csv":
        rows = cells(file)
        rows[0]["email"] = "li@@x"
        written(shop, rows, file.name)
    else:
        leads = json.loads(file.read_text(encoding="utf-8"))
        leads[0]["email"] = "li@@x"
        file.write_text(json.dumps(leads), encoding="utf-8")
    outcome = shop("import", file, *OVERWRITE, "--rejects", rejects)
    assert "4 unchanged · 0 skipped · 1 rejected" in outcome.out
    mended = rejects.read_text(encoding="utf-8").replace("li@@x", "li@x.example")
    rejects.write_text(mended, encoding="utf-8")
    assert ends(shop.ok("import", rejects, *OVERWRITE)) == {"updated": 1}
    assert shop.ok("show", 1)["email"] == "li@x.example"


def test_a_uid_is_enough_to_say_who_it_is(shop: Leadctl, monkeypatch: pytest.MonkeyPatch) -> None:
    file = exported(shop, "out.csv", "--columns", "uid,status")
    rows = [*cells(file), {"leadctl_uid": "0" * 32, "status": "New"}]
    rows[2]["status"] = "Contacted"
    file = written(shop, rows)
    for size in (1 << 40, 1):
        monkeypatch.setattr(rows_of_files, "LARGE", size)
        done = shop("import", file, *OVERWRITE, "--dry-run", "--json").json
        assert ends(done) == {"updated": 1, "unchanged": 4, "rejected": 1}
        assert done["rejects"][0]["reason"] == (
            "no name, company, email, phone or external id for a new lead"
        )
    done = shop("import", file, "--on-duplicate", "create", "--dry-run", "--json").json
    assert ends(done) == {"rejected": 6}


def test_the_column_may_be_left_out_or_named(shop: Leadctl) -> None:
    uid = cells(exported(shop))[0]["leadctl_uid"]
    file = written(shop, [{"leadctl_uid": uid, "City": "Bonn", "Company": "Kiln"}])
    assert ends(shop.ok("import", file, "--map", "leadctl_uid=", "--dry-run")) == {"created": 1}
    assert ends(shop.ok("import", file, "--dry-run")) == {"updated": 1}
    file = written(shop, [{"Who": uid, "Company": "Kiln"}])
    assert ends(shop.ok("import", file, "--map", "Who=leadctl_uid")) == {"updated": 1}


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_few_columns_as_json_come_back(shop: Leadctl, ending: str) -> None:
    # The id of one is what another program calls the other.
    shop.ok("edit", 5, "external_id=1", "external_system=")
    file = exported(shop, f"out.{ending}", "--columns", "uid,last_name,city,extra")
    text = file.read_text(encoding="utf-8").replace('"Li"', '"Lind"', 1)
    file.write_text(text, encoding="utf-8")
    assert ends(shop.ok("import", file, *OVERWRITE)) == {"updated": 1, "unchanged": 4}
    found = [lead["last_name"] for lead in shop.ok("list", "--all", "--sort", "-id")]
    assert found == ["Lind", "Li", None, "Ng", "Núñez"]


FOREIGN = [
    {"uid": "8", "id": "7"},
    {"uid": "3f2b8c1e-0000-4000-8000-1234567890ab", "id": "7"},
    {"uid": "0" * 32, "id": "7", "avatar": "x.png"},
    {"uid": "0" * 32, "external_id": "7"},
]


@pytest.mark.parametrize("said", FOREIGN)
def test_json_of_others_is_not_ours(leadctl: Leadctl, said: dict[str, str]) -> None:
    file = leadctl.write("api.json", json.dumps([{**said, "last_name": "Li"}]))
    leadctl.ok("import", file)
    lead = leadctl.ok("show", 1)
    assert lead["external_id"] == "7"
    assert lead["extra"]["uid"] == said["uid"]


def test_a_list_as_json_comes_back(shop: Leadctl) -> None:
    listed = shop.ok("list", "--all")
    listed[0]["city"] = "Bonn"
    file = shop.write("list.json", json.dumps(listed))
    assert ends(shop.ok("import", file, *OVERWRITE)) == {"updated": 1, "unchanged": 4}


@pytest.mark.parametrize("processors", [1, 2])
@pytest.mark.parametrize("few", [True, False])
def test_rows_that_are_read_while_others_are_written(
    shop: Leadctl, monkeypatch: pytest.MonkeyPatch, processors: int, few: bool
) -> None:
    rows = cells(exported(shop))
    rows[1]["city"] = "Bonn"
    if few:
        # Beside so many new rows the leads that are there are few, and a filter tells them.
        rows += [{"last_name": f"New {n}", "leadctl_uid": f"{n:032}"} for n in range(600)]
    file = written(shop, rows)
    monkeypatch.setattr(rows_of_files, "LARGE", 1)
    monkeypatch.setattr(second, "is_possible", lambda: processors > 1)
    made = {"created": 600} if few else {}
    done = shop.ok("import", file)
    assert ends(done) == {**made, "updated": 1, "unchanged": 4}
    assert shop.ok("show", 2)["city"] == "Bonn"
    again = shop.ok("import", file)
    assert (again["operation"], ends(again)) == (None, {"unchanged": len(rows)})


# Other records.


@pytest.fixture
def office(leadctl: Leadctl) -> Leadctl:
    """Records of all kinds that are exported, two contacts and two accounts of one name."""
    leadctl.ok("import", leadctl.write("a.csv", "Id,Name\n1,Kiln\n2,Oven\n"), "--as", "accounts")
    people = "Id,First name,Last name,Account\n1,Jo,Li,Kiln\n2,Bo,Ng,Oven\n"
    leadctl.ok("import", leadctl.write("c.csv", people), "--as", "contacts")
    deals = "Name,Account,Stage,Amount\nSmall,Kiln,Proposal,9.50\nBig,Oven,Negotiation,7\n"
    leadctl.ok("import", leadctl.write("d.csv", deals), "--as", "deals")
    calls = "Contact,Kind,At,Note\next:1,call,2026-11-01T09:00:00Z,hello\n"
    leadctl.ok(
        "import", leadctl.write("e.csv", calls + calls.split("\n")[1] + "\n"), "--as", "activities"
    )
    return leadctl


CHANGED = {
    "contacts": ("title", "Cook"), "accounts": ("name", "Kiln & Sons"), "deals": ("name", "Tiny"),
    "activities": ("note", "good-bye"),
}  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("kind", CHANGED)
def test_other_records_come_back(office: Leadctl, kind: str, ending: str) -> None:
    before = everything(office)
    for policy in ("fill", "overwrite"):
        file = exported(office, f"out.{ending}", "--as", kind)
        done = office.ok("import", file, "--as", kind, "--on-duplicate", policy)
        assert (done["operation"], ends(done)) == (None, {"unchanged": 2})
    assert everything(office) == before

    rows = cells(exported(office, "out.csv", "--as", kind))
    field, said = CHANGED[kind]
    rows[0][field] = said
    rows[0]["external_id"] = ""
    file = written(office, rows)
    done = office.ok("import", file, "--as", kind, *OVERWRITE)
    assert ends(done) == {"updated": 1, "unchanged": 1}
    assert dict(everything(office)[kind][0]) == {**dict(before[kind][0]), field: said}
    assert office.ok("import", file, "--as", kind, *OVERWRITE)["operation"] is None
    office.ok("undo", done["operation"])
    assert everything(office) == before


def test_other_records_whose_ids_are_two(office: Leadctl) -> None:
    rows = cells(exported(office, "out.csv", "--as", "contacts"))
    rows[0]["external_id"] = "2"
    outcome = office("import", written(office, rows), "--as", "contacts", *OVERWRITE, "--json")
    assert ends(outcome.json) == {"unchanged": 1, "rejected": 1}
    (rejected,) = outcome.json["rejects"]
    assert rejected["reason"] == "its leadctl_uid is contact c1's, its external id contact c2's"


def test_other_records_that_were_merged(office: Leadctl) -> None:
    rows = cells(exported(office, "out.csv", "--as", "accounts"))
    office.ok("merge", "a1", "a2", "--yes")
    rows[1]["city"] = "Bonn"
    outcome = office("import", written(office, rows), "--as", "accounts", *OVERWRITE)
    assert "1 unchanged · 1 skipped" in outcome.out
    assert "1 row skipped: merged into others since (a1)" in outcome.err


def test_a_uid_is_enough_for_other_records_too(office: Leadctl) -> None:
    file = exported(office, "out.csv", "--as", "contacts", "--columns", "uid,title")
    rows = cells(file)
    rows[1]["title"] = "Cook"
    done = office.ok("import", written(office, rows), "--as", "contacts")
    assert ends(done) == {"updated": 1, "unchanged": 1}


ANYBODY = st.lists(LEAD, min_size=1, max_size=6)
"""Leads without external ids, of which many have nothing but a name."""


@given(
    leads=ANYBODY, shape=st.sampled_from(["csv", "tsv", "xlsx", "json", "jsonl"]), data=st.data()
)
@settings(max_examples=30)
def test_an_export_of_anything_comes_back_as_it_was(
    leads: list[dict[str, Any]], shape: str, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        leadctl = Leadctl(Path(folder))
        store = leadctl.store()
        for lead in leads:
            lead["created_day"] = day_number(from_stamp(lead["created_at"]).astimezone(UTC).date())
        with store.operation("seed") as op:
            op.create("lead", leads)
        store.close()
        before = everything(leadctl)
        done = leadctl.ok("import", exported(leadctl, f"out.{shape}"), *OVERWRITE)
        assert (done["operation"], ends(done)) == (None, {"unchanged": len(leads)})
        assert everything(leadctl) == before

        rows = cells(exported(leadctl))
        at = data.draw(st.integers(0, len(rows) - 1))
        field = data.draw(st.sampled_from(["city", "last_name", "company", "title"]))
        rows[at][field] = "Never Said Before"
        done = leadctl.ok("import", written(leadctl, rows), *OVERWRITE)
        rest = {"unchanged": len(rows) - 1} if len(rows) > 1 else {}
        assert ends(done) == {"updated": 1, **rest}
        now = dict(everything(leadctl)["leads"][at])
        assert now == {**dict(before["leads"][at]), field: "Never Said Before"}
        leadctl.ok("undo", done["operation"])
        assert everything(leadctl) == before


SEEDED = st.lists(ROW, min_size=1, max_size=4)
WHO = st.integers(0, 6)


@given(
    seeded=SEEDED, rows=st.lists(st.tuples(WHO, ROW), min_size=1, max_size=6),
    policy=POLICIES, chunk=CHUNKS,
)  # fmt: skip
@settings(max_examples=25)
def test_twice_is_once(
    seeded: list[Cells], rows: list[tuple[int, Cells]], policy: str, chunk: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(leads, "CHUNK", chunk)
        leadctl = Leadctl(Path(folder))
        order = list(range(len(HEADER)))
        leadctl("import", leadctl.write("seed.csv", text(seeded, order)))
        known = [lead["uid"] for lead in leadctl.ok("list", "--all")] if leadctl.db.exists() else []
        uids = ["", "0" * 32, *known]
        said = [
            {"leadctl_uid": uids[who % len(uids)], **dict(zip(HEADER, of, strict=True))}
            for who, of in rows
        ]
        file = written(leadctl, said)
        first = leadctl("import", file, "--on-duplicate", policy, "--json")
        assert first.code in (0, 3), first
        assert sum(first.json[end] for end in ENDS) == first.json["rows"]
        before = everything(leadctl) if leadctl.db.exists() else None
        again = leadctl("import", file, "--on-duplicate", policy, "--json").json
        assert (again["operation"], again["created"], again["updated"]) == (None, 0, 0)
        if before:
            assert everything(leadctl) == before
