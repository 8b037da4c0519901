"""Written numbers: amounts of money in any common notation, and whole numbers with a remark."""

from __future__ import annotations

import re

HUNDREDTHS = 100
_LONGEST = 60
_SYMBOLS = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW",
    "₺": "TRY", "₪": "ILS", "฿": "THB", "₴": "UAH", "₫": "VND", "₱": "PHP", "₦": "NGN",
    "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "mx$": "MXN", "r$": "BRL", "zł": "PLN", "kč": "CZK", "ft": "HUF",
    "fr": "CHF", "sfr": "CHF", "euro": "EUR", "euros": "EUR",
    # Crowns and rupees are those of several countries.
    "kr": None, "rs": None,
}  # fmt: skip
_SCALES = {
    **dict.fromkeys(("k", "t", "tsd", "thousand", "tausend"), 10**3),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 10**5),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mln", "million", "millions", "millionen"), 10**6),
    **dict.fromkeys(("crore", "crores"), 10**7),
    **dict.fromkeys(("b", "bn", "mrd", "milliarde", "milliarden", "milliard", "milliards"), 10**9),
    **dict.fromkeys(("billion", "billions"), 10**9),
}
"""`mil` is left out, a thousand in Spanish and a million in English, and `Cr`, a credit too."""

_CODES = frozenset(
    """aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn
    bwp byn bzd cad cdf chf clp cny cop crc cup cve czk djf dkk dop dzd egp ern etb eur fjd
    fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils inr iqd irr isk jmd jod
    jpy kes kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad mdl mga mkd mmk mnt
    mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg
    qar ron rsd rub rwf sar sbd scr sdg sek sgd shp sle sos srd ssp stn svc syp szl thb tjs
    tmt tnd top try ttd twd tzs uah ugx usd uyu uzs ves vnd vuv wst xaf xcd xof xpf yer zar
    zmw zwg zwl""".split()
)
"""ISO 4217, and what went lately."""
_CURRENCIES = _CODES | _SYMBOLS.keys()

_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(_SYMBOLS, key=len, reverse=True))
_CURRENCY = rf"(?:{_SYMBOL})\.?|[a-z]{{3}}"
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"""(?P<sign>[-+])?\s*(?P<before>{_CURRENCY})?\s*(?P<inner>[-+])?\s*
    (?P<digits>\d(?:[\d.,' ]*\d)?|[.,]\d{{1,2}})(?:[.,]\s?(?:--?|[–—]))?
    \s*(?:(?P<scale>{_SCALE})\.?(?![a-z])|(?P<short>[kmt])(?=eur|usd|€|\$))?
    \s*(?P<after>{_CURRENCY})?\s*(?P<last>-)?""",
    re.VERBOSE | re.IGNORECASE,
)
_BRACKETS = re.compile(r"([^\d()]*)\(([^()]*)\)([^\d()]*)")
_OTHER_MARKS = str.maketrans("−’\u00a0\u2009\u202f", "-'   ")
_GROUPED = re.compile(
    r"\d+|\d{1,3}(?:([., '])\d{3}(?:\1\d{3})*)|\d{1,2}(?:,\d{2})+,\d{3}", re.ASCII
)
_DECIMALS = re.compile(r"(.*?)([.,])(\d{1,2})(?:00+)?")
_SHORTENED = re.compile(r"(\d)(?:[.,](\d{1,15}))?E\+?(\d\d?)", re.ASCII | re.IGNORECASE)
_RANGE = re.compile(r"(.+?)\s*(?:[-–—]|\bto\b|\bbis\b)\s*\d.*", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:[<>~≈≥≤]=?|ca\.?|about|over)?\s*(\d.*?)\s*(k)?\s*"
    r"(?:\+|employees|people|staff|mitarbeiter|mitarbeitende)?",
    re.IGNORECASE,
)


def hundredths(written: str) -> int:
    """Return an amount in hundredths; ValueError where it is none, or not clearly one.

    With one or two digits behind it the last mark is the decimal one, with three it groups
    thousands: 1.234 is 1234.
    """
    found, is_negative = _match(written)
    if not found:
        raise ValueError("is no amount of money (write 1200, or 1,200 EUR)")
    scale = _SCALES.get((found["scale"] or found["short"] or "").lower(), 1)
    number = _number(found["digits"], scale)
    signs = [found["sign"], found["inner"], found["last"]]
    return -number if is_negative or "-" in signs else number


def currency_of(written: str) -> str | None:
    """Return the three letters of the currency that stands in an amount, None where none does.

    It is "" where it may be one of several, crowns or rupees.
    """
    found, _ = _match(written)
    word = (_currency(found, "before") or _currency(found, "after")) if found else ""
    return (_SYMBOLS.get(word, word.upper()) or "") if word else None


def _in_full(text: str) -> str:
    """Return 1.2E+07, as a spreadsheet writes a number in a narrow column, as 12000000."""
    found = _SHORTENED.fullmatch(text)
    if not found:
        return text
    first, decimals, power = found[1], found[2] or "", int(found[3])
    return text if power < len(decimals) else first + decimals.ljust(power, "0")


def _match(written: str) -> tuple[re.Match[str] | None, bool]:
    """Return the parts of an amount, and whether brackets make it negative."""
    if len(written) > _LONGEST:
        return None, False
    text = _in_full(written.translate(_OTHER_MARKS).strip())
    brackets = _BRACKETS.fullmatch(text)
    if brackets:
        text = "".join(brackets.groups()).strip()
    found = _AMOUNT.fullmatch(text)
    if found:
        named = {_currency(found, side) for side in ("before", "after")} - {""}
        if not named <= _CURRENCIES:
            found = None
    return found, bool(brackets)


def _currency(found: re.Match[str], side: str) -> str:
    return (found[side] or "").rstrip(".").lower()


def _number(digits: str, scale: int) -> int:
    """Return hundredths of written digits times a scale such as a million."""
    whole, decimals = _halves(digits.strip())
    if scale > 1 and not decimals and not whole.isdecimal() and re.search(r"[.,]\d{3}$", whole):
        raise ValueError("is no clear amount of money (1.234 million, or 1234 million?)")
    number = int(re.sub(r"\D", "", whole) or "0") * HUNDREDTHS + int(decimals.ljust(2, "0"))
    return number * scale


def _halves(digits: str) -> tuple[str, str]:
    """Return what stands before and behind the decimal mark."""
    found = _DECIMALS.fullmatch(digits)
    if found and len(digits) - found.end(2) != 3:
        whole, mark, decimals = found.groups()
        if (not whole or _GROUPED.fullmatch(whole)) and mark not in whole:
            return whole, decimals
    if _GROUPED.fullmatch(digits):
        return digits, ""
    raise ValueError("is no amount of money with at most two decimals")


def whole_number(written: str) -> int:
    """Return `1,200` as 1200, of a range such as `51-200` the lower end, `10k+` as 10000."""
    text = _in_full(written.translate(_OTHER_MARKS).strip())
    if len(text) > _LONGEST:
        raise ValueError("is no whole number")
    if found := _RANGE.fullmatch(text):
        text = found[1]
    about = _ABOUT.fullmatch(text)
    digits = about[1].strip().removesuffix(".0") if about else ""
    if not about or not (digits.isdecimal() or _GROUPED.fullmatch(digits)):
        raise ValueError("is no whole number")
    return int(re.sub(r"\D", "", digits)) * (1000 if about[2] else 1)
