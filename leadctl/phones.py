"""Telephone numbers: from what people write to E.164, and several in a cell to single ones.

`phonenumbers` decides what a number is. It takes some 15 µs for each, so plain numbers take a short
path through its own tables of a country, which is tested to give the same.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata, PhoneNumber

EXTENSION = " ext. "
"""What stands between a number and its extension: `+493023125001 ext. 12`."""

_MARKS = dict.fromkeys(map(ord, " -./()\u00a0\u2009\u202f\u2010\u2011\u2012\u2013"))
_WORDS = (
    r"(?:tel|tel[eé]fono?|t[eé]l[eé]phone|telefoonnummer|phone|ph|fon|mobile|mobiele?|mobil|handy|cell"
    r"|cellulare|celular|m[oó]vil|portable|whatsapp|work|home|office|business|main|direct|personal"
    r"|private?|privat|gesch[aä]ftlich|b[uü]ro|zentrale|trabajo|casa|bureau|number|nr|no|[tmpwhcod])"
)
_LABEL = re.compile(rf"^(?:{_WORDS}\b[\s.:(/-]*)+\)?[\s.:]*(?=\(?[+\d])", re.IGNORECASE)
_REMARK = re.compile(rf"\s*[(\[]?\s*(?:{_WORDS}\b\.?\s*)+[)\]]?$", re.IGNORECASE)
_EXTENSION = re.compile(
    r"[\s,;/-]*(?:\b(?:ext(?:ension|n)?|durchwahl|dw|poste|int)\b[.:=]?|#|(?<=[\d\s])x)\s*(\d{1,7})$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?::{3}|[;|\n\r\t,&])+\s*(?!ext)|\s+(?:or|and|oder|und|ou|et|o|y|e)\s+|\s+(?=\+\d)",
    re.IGNORECASE,
)
_SLASH = re.compile(r"\s*/\s*")
_SECOND_NUMBER = re.compile(r"\d\s*/\s*[0+]")
_NOT_DIGIT = re.compile(r"\D+")
_LONGEST = 100
_LONGEST_CELL = 250
_FEWEST_DIGITS = 5
_FEWEST_BESIDE_A_SLASH = 7


class _Plan(NamedTuple):
    """What the short path knows of a country's numbers, all of it from the library's tables."""

    calling: str
    lengths: frozenset[int]
    """How many digits a number can have behind the calling code."""
    prefix: re.Pattern[str] | None
    """What is dialled before a number inside the country, and the library may take off."""
    longer_prefix: re.Pattern[str] | None
    """The same, unless that is a 0 and nothing else."""
    abroad: re.Pattern[str] | None
    whole: re.Pattern[str]
    """The numbers of the country as a whole; none of its prefix may be taken off these."""
    line: re.Pattern[str]
    """The fixed and mobile numbers in use."""
    town_lengths: frozenset[int]
    """How many digits a fixed number can have."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing is ever dialled before a number, so that none can be a part of one."""
        return self.prefix is None

    def is_in_use(self, digits: str) -> bool:
        """Whether these digits are a fixed or mobile number that is given out."""
        return bool(self.whole.fullmatch(digits) and self.line.fullmatch(digits))


def e164(written: str, country: str | None = None) -> str | None:
    """Return a number as E.164, its extension behind ` ext. `; None where it is no number.

    A number with `+` or `00` says its country itself, any other is one of `country` (two capital
    letters), or none without it. A number counts if the library says that its length is possible;
    one that is written without the prefix of its area has to be one in use, and no part of one.
    """
    if "/" in written and _SECOND_NUMBER.search(written):
        return None
    return plain(written, country) or _long_path(written, country)


def plain(written: str, country: str | None = None) -> str | None:
    """Return the E.164 form of a plain number; None where the library has to look at it."""
    is_abroad = written[:1] == "+"
    digits = (written[1:] if is_abroad else written).replace(" ", "")
    if not digits.isdecimal():
        digits = digits.translate(_MARKS)
    if not digits.isdecimal() or not digits.isascii():
        return None
    if "/" in written and _SECOND_NUMBER.search(written):
        return None
    if is_abroad:
        return "+" + digits if _is_plain_abroad(digits) else None
    return _plain_at_home(digits, country) if country else None


def _is_plain_abroad(digits: str) -> bool:
    """Whether these digits, calling code first, are an E.164 number as they stand."""
    size, plan = _plan_abroad(digits[:3])
    if plan is None:
        return False
    rest = digits[size:]
    if len(rest) not in plan.lengths:
        return False
    if rest[0] == "0":
        return plan.is_closed and plan.is_in_use(rest)
    return plan.longer_prefix is None or not plan.longer_prefix.match(rest)


@cache
def _plan_abroad(digits: str) -> tuple[int, _Plan | None]:
    """Return how long the calling code is with which these digits begin, and its plan."""
    plans = ((size, _plan_of(digits[:size])) for size in (2, 1, 3))
    return next((found for found in plans if found[1]), (0, None))


def _plain_at_home(digits: str, country: str) -> str | None:
    plan = _plan_at(country)
    if plan is None or (plan.abroad and plan.abroad.match(digits)) or digits[:2] == "00":
        return None
    found = plan.prefix.match(digits) if plan.prefix else None
    if digits.startswith(plan.calling):
        # In North America the prefix and the calling code are the same 1.
        number = digits[len(plan.calling) :]
        is_same = found is not None and found.group() == plan.calling
        is_number = len(number) in plan.lengths and plan.whole.fullmatch(number)
        return "+" + digits if is_same and is_number else None
    if found:
        # What is more than the bare prefix names a carrier, or is a number of its own.
        if found.lastindex or not found.end() or plan.whole.fullmatch(digits):
            return None
        number = digits[found.end() :]
    elif len(plan.lengths) == 1 or (plan.is_closed and plan.is_in_use(digits)):
        number = digits
    else:
        return None
    if len(number) not in plan.lengths:
        return None
    if number[0] == "0" and not (plan.is_closed and plan.is_in_use(number)):
        return None
    return f"+{plan.calling}{number}"


@cache
def _plan_of(calling: str) -> _Plan | None:
    """Return the plan of a calling code, that of its main country; None if there is no such code."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    if not calling.isdecimal() or calling[0] == "0":
        return None
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(calling))
    if not regions:
        return None
    tables = PhoneMetadata.metadata_for_region_or_calling_code(int(calling), regions[0])
    return _plan(tables) if tables else None


@cache
def _plan_at(country: str) -> _Plan | None:
    """Return the plan of a country; None if the library has none."""
    from phonenumbers import PhoneMetadata

    tables = PhoneMetadata.metadata_for_region(country, None)
    plan = _plan(tables) if tables else None
    main = _plan_of(plan.calling) if plan else None
    # Islands share a calling code with their main country, whose lengths count as well.
    return plan._replace(lengths=plan.lengths & main.lengths) if plan and main else None


def _plan(tables: PhoneMetadata) -> _Plan | None:
    whole, lines = tables.general_desc, [tables.fixed_line, tables.mobile]
    if whole is None or whole.national_number_pattern is None:
        return None
    patterns = [line.national_number_pattern for line in lines if line]
    prefix, abroad = tables.national_prefix_for_parsing, tables.international_prefix
    return _Plan(
        str(tables.country_code),
        frozenset(whole.possible_length),
        re.compile(prefix) if prefix else None,
        re.compile(prefix) if prefix and prefix != "0" else None,
        re.compile(abroad) if abroad else None,
        re.compile(whole.national_number_pattern),
        re.compile("|".join(f"(?:{pattern})" for pattern in patterns if pattern) or "(?!)"),
        frozenset(tables.fixed_line.possible_length if tables.fixed_line else ()),
    )


def _long_path(written: str, country: str | None) -> str | None:
    """Return what the library makes of a number, its extension behind it."""
    if len(written) > _LONGEST:
        return None
    number, extension = _without_extension(cleaned(written))
    if not number or any(mark.isalpha() for mark in number):
        # The library would read the letters as keys of a telephone.
        return None
    found = _parsed("+" + number[2:], None) if number.startswith("00") else None
    found = found or _parsed(number, country)
    return f"{found}{EXTENSION}{extension}" if found and extension else found


def _without_extension(number: str) -> tuple[str, str | None]:
    found = _EXTENSION.search(number)
    return (number[: found.start()], found.group(1)) if found else (number, None)


def _parsed(number: str, country: str | None) -> str | None:
    import phonenumbers as library

    try:
        found = library.parse(number, country)
    except library.NumberParseException:
        return None
    length = library.is_possible_number_with_reason(found)
    # 00000 is as long as some number.
    is_doubtful = length != library.ValidationResult.IS_POSSIBLE or found.italian_leading_zero
    if is_doubtful and not library.is_valid_number(found):
        return None
    if number[0] not in "+＋" and not _is_whole(number, found, country or ""):
        return None
    return library.format_number(found, library.PhoneNumberFormat.E164)


def _is_whole(number: str, found: PhoneNumber, country: str) -> bool:
    """Whether a number of this country is more than the part of one that is dialled in a town."""
    import phonenumbers as library

    plan = _plan_at(country)
    digits = library.normalize_digits_only(number)
    if digits != library.national_significant_number(found):
        return True  # A prefix came off.
    if plan is None or len(plan.lengths) == 1:
        return True
    if not library.is_valid_number(found):
        return False
    national = library.format_number(found, library.PhoneNumberFormat.NATIONAL)
    if plan.is_closed or library.normalize_digits_only(national) == digits:
        return True
    kinds = library.PhoneNumberType
    in_a_town = library.number_type(found) in (kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE)
    return not in_a_town or len(plan.town_lengths) == 1


def cleaned(written: str) -> str:
    """Return a number without its label, such as `work:`, or a remark such as `(mobile)`."""
    number = written.strip().strip("'\" ;,")
    if number[-1:].isdecimal() and number[:1] in "+0123456789":
        return number
    number = _REMARK.sub("", _LABEL.sub("", number)).strip()
    return number[1:].replace(")", "", 1) if number.startswith("(+") else number


def several(cell: str) -> list[str]:
    """Return the single numbers of a cell, the first one first, without labels and remarks.

    A single number stays as it is. A cell is cut only where each part is long enough for a number:
    `030/2312500` is one.
    """
    if len(cell) > _LONGEST_CELL:
        return [cell]
    parts = _parts(cell, _SEPARATOR, _FEWEST_DIGITS)
    singles = [single for part in parts for single in _parts(part, _SLASH, _FEWEST_BESIDE_A_SLASH)]
    return [cleaned(single) for single in singles] if len(singles) > 1 else [cell]


def _parts(cell: str, separator: re.Pattern[str], fewest: int) -> list[str]:
    """Return the parts of a cell, or the cell if one of them is neither a number nor a label."""
    if not separator.search(cell):
        return [cell]
    parts = [part for part in separator.split(cell) if _REMARK.sub("", part.strip(" .:;,"))]
    is_cut = parts and all(len(_NOT_DIGIT.sub("", part)) >= fewest for part in parts)
    return parts if is_cut else [cell]
