"""Made-up leads for the demo, the tests and the benchmarks: the same seed gives the same leads.

Everybody in here is invented. Business addresses end in `.example`, addresses at free mail
providers carry the word sample, and telephone numbers come from the ranges that a country has set
aside for fiction where it has some.
"""

from __future__ import annotations

import datetime
import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from leadctl.errors import UsageError
from leadctl.sample.world import (
    AWKWARD_COMPANIES,
    AWKWARD_NAMES,
    COUNTRIES,
    DESCRIPTIONS,
    ENGAGEMENT,
    FORM,
    FREE_MAIL,
    INDUSTRIES,
    LETTERS,
    LOCAL_PARTS,
    LOCAL_TITLES,
    LONGEST_LOCAL,
    LOST_REASONS,
    MEETING,
    OPEN_STATUSES,
    OTHER_TITLES,
    OUTREACH,
    PRODUCTS,
    SENIOR_TITLES,
    SOURCES,
    WON_STATUSES,
    Country,
    Person,
    Touch,
    Word,
    word_of,
)

DUPLICATE_SHARE = 0.03
CONVERTED_SHARE = 0.09
LOST_SHARE = 0.06
NO_EMAIL_SHARE = 0.15
FREE_MAIL_SHARE = 0.12
NO_COMPANY_SHARE = 0.06
COMPANY_FREE_MAIL_SHARE = (FREE_MAIL_SHARE - NO_COMPANY_SHARE * (1 - NO_EMAIL_SHARE)) / (
    1 - NO_COMPANY_SHARE
)
"""Whoever has no company has free mail or none; this is what is left for the others."""
NO_PHONE_SHARE = 0.25
MOBILE_SHARE = 0.35
AWKWARD_EVERY = 20
"""One lead in so many has one of the awkward names, in turn."""

DAY = 24 * 60 * 60
MINUTES = 24 * 60
NO_EARLIER_THAN, NO_LATER_THAN = 8 * 60, 18 * 60
"""Office hours in UTC, in minutes of the day."""

HEADER = (
    "Lead ID",
    "First Name",
    "Last Name",
    "Company",
    "Title",
    "Email",
    "Phone",
    "Mobile",
    "Website",
    "Lead Source",
    "Lead Status",
    "Industry",
    "No. of Employees",
    "Annual Revenue",
    "Street",
    "City",
    "State",
    "Zip Code",
    "Country",
    "Product",
    "Description",
    "Created Time",
)


@dataclass(frozen=True, slots=True)
class SampleActivity:
    """One thing that happened with a lead, at `minute_of_day` (UTC) of the day `days_ago`."""

    lead_external_id: str
    kind: str
    direction: str | None
    days_ago: int
    minute_of_day: int
    note: str | None
    outcome: str | None


@dataclass(frozen=True)
class Sample:
    """A file as a CRM would export it, and what is known about its leads.

    `rows` are in order of their creation and have one text a column of `header`. `lost` (external
    id -> reason) are the leads with status Lost; `converted` are external ids of leads that became
    customers, which their status does not tell. `duplicates` counts the rows that are a copy of an
    earlier row; they have no id of their own.
    """

    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    activities: list[SampleActivity]
    lost: dict[str, str]
    converted: list[str]
    duplicates: int


def make(
    count: int = 1000, *, seed: int = 7, today: datetime.date, history_days: int = 60
) -> Sample:
    """Return `count` leads of the `history_days` days before `today`, and what happened to them.

    The same arguments give the same sample. Nothing in it happens on `today` or later.
    """
    if count < 0 or history_days < 1:
        raise UsageError("a sample needs a count of 0 or more and at least one day of history")
    rng = random.Random(seed)
    first_day = today - datetime.timedelta(days=history_days)
    repeats = round(count * DUPLICATE_SHARE)
    originals = _Leads(rng).make(_moments(rng, count - repeats, first_day, history_days))
    converted, lost = _outcomes(rng, originals, count, history_days)
    duplicates = _duplicates(rng, originals, repeats, history_days)
    # A stable sort: a duplicate is younger than its original and stands behind it.
    leads = sorted([*originals, *duplicates], key=lambda lead: lead.second)
    return Sample(
        header=HEADER,
        rows=[_row(lead, first_day) for lead in leads],
        activities=list(_activities(rng, originals, set(converted), history_days)),
        lost=lost,
        converted=converted,
        duplicates=len(duplicates),
    )


# The leads


class _Site(NamedTuple):
    street: str
    city: str
    state: str
    postal_code: str
    phone: str


class _Company(NamedTuple):
    name: str
    domain: str
    country: Country
    site: _Site
    website: str
    industry: str
    employees: int
    shown_employees: str
    revenue: str


@dataclass(slots=True)
class _Lead:
    """A lead while it is being made; `second` is its creation, counted from the first day."""

    external_id: str
    second: int
    person: Person
    company: _Company | None
    country: Country
    site: _Site
    title: str
    senior: bool
    email: str
    phone: str
    mobile: str
    source: str
    product: str
    description: str
    interest: float
    status: str = "New"


class _Leads:
    """Makes leads of which no two share an address, a number and name, or a name and company."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._domains: set[str] = set()
        self._emails: set[str] = set()
        self._people: set[tuple[str, str]] = set()

    def make(self, moments: Sequence[int]) -> list[_Lead]:
        employers = self._employers(len(moments))
        return [
            self._lead(number, second, employer)
            for number, (second, employer) in enumerate(zip(moments, employers, strict=True), 1)
        ]

    def _employers(self, count: int) -> list[_Company | None]:
        """Return the company of each lead: every company has a lead, some have several."""
        private = round(count * NO_COMPANY_SHARE)
        companies = [self._company(index) for index in range(math.ceil((count - private) * 0.6))]
        more = self._rng.choices(companies, k=count - private - len(companies)) if companies else []
        employers = [*companies, *more, *[None] * private]
        self._rng.shuffle(employers)
        return employers

    def _company(self, index: int) -> _Company:
        rng = self._rng
        if index < len(AWKWARD_COMPANIES):
            name, latin, code = AWKWARD_COMPANIES[index]
            country = next(each for each in COUNTRIES.values if each.code == code)
            word = Word(name, latin)
        else:
            country = COUNTRIES.pick(rng)
            word = self._company_name(country)
        self._domains.add(word.latin)
        employees = max(1, round(rng.lognormvariate(3.6, 1.5)))
        revenue = employees * rng.lognormvariate(11.6, 0.5)
        return _Company(
            name=word.text,
            domain=f"{word.latin}.example",
            country=country,
            site=_site(rng, country),
            website=f"https://www.{word.latin}.example" if rng.random() < 0.6 else "",
            industry="" if rng.random() < 0.12 else rng.choice(INDUSTRIES),
            employees=employees,
            shown_employees=str(employees) if rng.random() < 0.85 else "",
            revenue="" if rng.random() < 0.3 else str(round(revenue / 10_000) * 10_000),
        )

    def _company_name(self, country: Country) -> Word:
        stems = (_company_stem(self._rng, country, attempt) for attempt in itertools.count())
        stem = next(stem for stem in stems if stem.latin not in self._domains)
        return Word(self._rng.choice(country.forms).format(stem.text), stem.latin)

    def _lead(self, number: int, second: int, company: _Company | None) -> _Lead:
        rng = self._rng
        country = company.country if company else COUNTRIES.pick(rng)
        site = company.site if company else _site(rng, country)
        phone = "" if rng.random() < NO_PHONE_SHARE else _fill(rng, site.phone)
        mobile = _fill(rng, rng.choice(country.mobile)) if rng.random() < MOBILE_SHARE else ""
        person = self._person(number, country, (phone, mobile, company.name if company else ""))
        title, senior = self._title(company)
        return _Lead(
            external_id=f"L{number:06d}",
            second=second,
            person=person,
            company=company,
            country=country,
            site=site,
            title=title,
            senior=senior,
            email=self._email(person, company, number),
            phone=phone,
            mobile=mobile,
            source=SOURCES.pick(rng),
            product=PRODUCTS.pick(rng),
            description=rng.choice(DESCRIPTIONS) if rng.random() < 0.3 else "",
            interest=rng.gauss(0, 1),
        )

    def _person(self, number: int, country: Country, companions: Sequence[str]) -> Person:
        """Return a name that does not yet stand beside any of `companions`."""
        rng = self._rng
        turn, rest = divmod(number, AWKWARD_EVERY)
        person = AWKWARD_NAMES[turn % len(AWKWARD_NAMES)] if rest == 0 else _name(rng, country)
        for attempt in itertools.count():
            name = f"{person.first.text} {person.last.text}"
            keys = {(name, companion) for companion in companions if companion}
            if keys.isdisjoint(self._people):
                self._people |= keys
                break
            person = _name(rng, country, with_initial=attempt > 5)
        return person

    def _title(self, company: _Company | None) -> tuple[str, bool]:
        """Return a title, and whether it is a senior one."""
        rng = self._rng
        if company is None or rng.random() < 0.08:
            return "", False
        senior = rng.random() < 0.3
        local = LOCAL_TITLES.get(company.country.code)
        if local and rng.random() < 0.15:
            return local[0 if senior else 1], senior
        return rng.choice(SENIOR_TITLES if senior else OTHER_TITLES), senior

    def _email(self, person: Person, company: _Company | None, number: int) -> str:
        rng = self._rng
        draw = rng.random()
        first, last = (word.latin.replace(" ", "") for word in person)
        if draw < NO_EMAIL_SHARE:
            return ""
        if company is None or draw < NO_EMAIL_SHARE + COMPANY_FREE_MAIL_SHARE:
            name = ".".join(filter(None, (first, last)))[: LONGEST_LOCAL - len(".sample00000")]
            return f"{name}.sample{number:05d}@{FREE_MAIL.pick(rng)}"
        shape = rng.choice(LOCAL_PARTS)
        local = shape.format(first=first or last, last=last, f=first[:1]).strip(".")[:LONGEST_LOCAL]
        email, serial = f"{local}@{company.domain}", 1
        while email in self._emails:
            serial += 1
            email = f"{local}{serial}@{company.domain}"
        self._emails.add(email)
        return email


def _moments(
    rng: random.Random, count: int, first_day: datetime.date, history_days: int
) -> list[int]:
    """Return `count` ascending moments, in seconds since the first day: few on weekends."""
    weights = [0.25 if (first_day.weekday() + day) % 7 > 4 else 1.0 for day in range(history_days)]
    days = rng.choices(range(history_days), weights, k=count)
    return sorted(day * DAY + int(rng.triangular(5, 22, 12) * 3600) for day in days)


def _site(rng: random.Random, country: Country) -> _Site:
    city = rng.choice(country.cities)
    street = rng.choice(country.streets).format(n=rng.randrange(1, 200))
    return _Site(street, city.name, city.state, _fill(rng, city.postal_code), city.phone)


def _name(rng: random.Random, country: Country, with_initial: bool = False) -> Person:
    first, last = rng.choice(country.culture.given), rng.choice(country.culture.family)
    if with_initial:
        first = Word(f"{first.text} {rng.choice(LETTERS)}.", first.latin)
    return Person(first, last)


def _company_stem(rng: random.Random, country: Country, attempt: int) -> Word:
    """Return a name without its legal form, and its domain; later attempts add a city, a number."""
    culture = country.culture
    draw = rng.random()
    if draw < 0.5:
        head, tail = rng.choice(culture.heads), rng.choice(culture.tails)
        words = [Word(head.text + tail.text, head.latin + tail.latin)]
    elif draw < 0.75 or not culture.spaced:
        words = [rng.choice(culture.family)]
    else:
        one, other = rng.sample(culture.family, 2)
        words = [one, Word("&", ""), other]
    words.append(rng.choice(culture.trades))
    if attempt or draw < 0.1:
        words.append(word_of(rng.choice(country.cities).name))
    if attempt > 2:
        words.append(word_of(str(rng.randrange(2, 10 * attempt))))
    joiner = " " if culture.spaced else ""
    text = joiner.join(word.text for word in words)
    return Word(text, " ".join(word.latin for word in words if word.latin).replace(" ", "-"))


def _fill(rng: random.Random, pattern: str) -> str:
    """Return `pattern` with a random digit for each # and a random letter for each @."""
    places = pattern.count("#")
    digits = f"{rng.randrange(10**places):0{places}d}" if places else ""
    pattern = pattern.replace("#", "%s") % tuple(digits)
    while "@" in pattern:
        pattern = pattern.replace("@", rng.choice(LETTERS), 1)
    return pattern


# What becomes of them


def _outcomes(
    rng: random.Random, leads: list[_Lead], count: int, history_days: int
) -> tuple[list[str], dict[str, str]]:
    """Decide who converted and who was lost, and give every lead its status.

    Good fit, interest and time make a conversion likely; chance does the rest (the best of many
    Gumbel draws are a draw without replacement).
    """
    chances = {}
    for lead in leads:
        age = history_days - lead.second // DAY
        luck = -math.log(-math.log(rng.random() or 0.5))
        chances[lead.external_id] = _fit(lead) + lead.interest + math.log(age) / 2 + luck
    ranked = sorted(leads, key=lambda lead: chances[lead.external_id], reverse=True)
    won = round(count * CONVERTED_SHARE)
    remaining = ranked[won:]
    lost = rng.sample(remaining[len(remaining) // 3 :], round(count * LOST_SHARE))
    for lead in leads:
        lead.status = OPEN_STATUSES.pick(rng)
    for lead in ranked[:won]:
        lead.status = WON_STATUSES.pick(rng)
    for lead in lost:
        lead.status = "Lost"
    converted = sorted(lead.external_id for lead in ranked[:won])
    return converted, {lead.external_id: LOST_REASONS.pick(rng) for lead in lost}


def _fit(lead: _Lead) -> float:
    """Return how well a lead fits what is sold: about 0 to 4."""
    business_mail = lead.email.endswith(".example")
    large = lead.company is not None and lead.company.employees >= 50
    in_person = lead.source == "In Person"
    return 0.8 * business_mail + 0.4 * bool(lead.phone) + lead.senior + 0.8 * large + in_person


def _duplicates(
    rng: random.Random, originals: list[_Lead], count: int, history_days: int
) -> list[_Lead]:
    """Return later copies of `count` leads, each recognisable by one of the three keys."""
    end = history_days * DAY
    copies: list[_Lead] = []
    for lead in rng.sample(originals, len(originals)):
        if len(copies) == count:
            break
        later = replace(
            lead,
            external_id="",
            second=rng.randrange(lead.second + 1, end),
            source="Website",
            status="New",
            title="",
            description="Asked again." if rng.random() < 0.5 else "",
        )
        kinds = [bool(lead.email), bool(lead.phone), bool(lead.company)]
        if any(kinds):
            _disguise(rng, later, rng.choices(("email", "phone", "company"), kinds)[0])
            copies.append(later)
    return copies


def _disguise(rng: random.Random, copy: _Lead, kept: str) -> None:
    """Leave a copy the key `kept`, written another way."""
    if kept == "email":
        copy.email = rng.choice((copy.email.upper(), copy.email.title()))
        copy.phone = copy.mobile = ""
        return
    copy.email = copy.mobile = ""
    if kept == "phone":
        copy.phone = "+" + "".join(filter(str.isdigit, copy.phone))
        copy.company = None
    elif copy.company:
        copy.phone = ""
        copy.company = copy.company._replace(name=_other_case(copy.company.name))


def _other_case(text: str) -> str:
    # The dotless i of Turkish does not come back from upper case.
    upper = text.upper()
    return upper if upper.casefold() == text.casefold() else text.lower()


def _row(lead: _Lead, first_day: datetime.date) -> tuple[str, ...]:
    """Return the cells of a lead, in the order of `HEADER`."""
    company, site = lead.company, lead.site
    days, seconds = divmod(lead.second, DAY)
    day = first_day + datetime.timedelta(days=days)
    minutes, second = divmod(seconds, 60)
    return (
        lead.external_id,
        lead.person.first.text,
        lead.person.last.text,
        company.name if company else "",
        lead.title,
        lead.email,
        lead.phone,
        lead.mobile,
        company.website if company else "",
        lead.source,
        lead.status,
        company.industry if company else "",
        company.shown_employees if company else "",
        company.revenue if company else "",
        site.street,
        site.city,
        site.state,
        site.postal_code,
        lead.country.code,
        lead.product,
        lead.description,
        f"{day.isoformat()}T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}Z",
    )


# What they did


def _activities(
    rng: random.Random, leads: list[_Lead], converted: set[str], history_days: int
) -> Iterator[SampleActivity]:
    """Yield what happened with each lead after its creation, lead by lead, oldest first."""
    for lead in leads:
        touches = list(_touches(rng, lead, lead.external_id in converted))
        moments = _touch_minutes(rng, lead, len(touches), history_days)
        for touch, minute in zip(touches, moments, strict=False):
            day, minute_of_day = divmod(minute, MINUTES)
            yield SampleActivity(
                lead_external_id=lead.external_id,
                kind=touch.kind,
                direction=touch.direction,
                days_ago=history_days - day,
                minute_of_day=minute_of_day,
                note=rng.choice(touch.notes) or None,
                outcome=rng.choice(touch.outcomes) or None,
            )


def _touches(rng: random.Random, lead: _Lead, won: bool) -> Iterator[Touch]:
    """Yield what a lead did and what was done about it, oldest first."""
    if lead.source == "Website" and rng.random() < 0.7:
        yield FORM
    worked = lead.status not in ("New", "Junk")
    outreach = 1 + int(rng.expovariate(1.0)) if worked else 0
    warmth = 0.6 * math.exp(0.6 * lead.interest) + 2.5 * won
    engagement = won + int(rng.expovariate(1 / warmth))
    tables = [OUTREACH] * outreach + [ENGAGEMENT] * engagement
    rng.shuffle(tables)
    for table in tables:
        yield table.pick(rng)
    if won or (lead.status == "Qualified" and rng.random() < 0.5):
        yield MEETING


def _touch_minutes(rng: random.Random, lead: _Lead, count: int, history_days: int) -> list[int]:
    """Return up to `count` ascending minutes since the first day, after the lead's creation."""
    created = lead.second // 60
    first_day = created // MINUTES
    minutes = []
    for _ in range(count):
        day = first_day + int((history_days - first_day) * rng.random() ** 2)
        minute = day * MINUTES + rng.randrange(NO_EARLIER_THAN, NO_LATER_THAN)
        minutes.append(minute if minute > created else minute + MINUTES)
    return sorted(minute for minute in minutes if minute < history_days * MINUTES)
