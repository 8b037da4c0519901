"""Whole names of people, taken apart into salutation, first and last name."""

from __future__ import annotations

import re

_SALUTATIONS = frozenset(
    """mr mrs ms miss mx sir dr prof professor doctor rev herr herrn frau fraulein familie monsieur
    madame mademoiselle mme mlle sra srta senor senora dott dottssa signor signora dhr mevrouw
    mevr dr-ing dipl-ing dipl-kfm mmag""".split()
)
_SALUTATIONS_WITH_A_DOT = frozenset("m mm fr hr sr sig ing mag hon mw dipl".split())
"""Salutations only where a dot follows, for without one these are names or initials too."""

_OF_A_TITLE = frozenset("med rer nat phil jur iur dent vet pol oec habil hc h c mult".split())
"""What stands behind `Dr.`, each with a dot."""

_SUFFIXES = frozenset(
    """jr jnr junior sr snr senior ii iii iv phd md dds dvm mba cpa esq esquire jd llm llb rn cfa
    pmp msc bsc obe mbe""".split()
)
_PARTICLES = frozenset(
    """van von vom der den de del della dello degli di da do dos das du des d' de' la le lo los las
    el ten ter te 't op bin ibn bint al zu zum zur und af av o' o’ ó mac mc nic ní ni st st.""".split()
)
_LEGAL_FORMS = frozenset("inc ltd limited llc llp plc corp co gmbh ag kg sa sarl bv nv".split())
_NO_NAME = re.compile(r"[@()\[\]\d/&+:]|\s-\s|(?<!von)\s(?:and|und)\s", re.IGNORECASE)
_EAST_ASIAN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u3005]+"
)
_FIRST_EAST_ASIAN = "\u2e80"
_SPECIAL = _SALUTATIONS | _SUFFIXES | _PARTICLES | {"señor", "señora", "fräulein", "and", "und"}
_ACCENTS = str.maketrans("éèáàóñäöü", "eeaaonaou")


def split(written: str) -> tuple[str | None, str | None, str]:
    """Return salutation, first and last name of a whole name.

    Titles count as salutation; suffixes such as Jr. and particles such as van der stay with the
    last name, which is the last word otherwise, as nothing tells that of two surnames the first
    begins it. What is not clearly one person's name, `Anna (Acme)` or an address, is a last name
    as it stands; so is a Chinese, Japanese or Korean name without a space.
    """
    words = written.split()
    if len(words) == 2 and _are_plain(*words):
        return None, words[0], words[1]
    name = " ".join(words)
    if _NO_NAME.search(name):
        return None, None, name
    parts = [part.strip() for part in name.split(",")]
    suffixes: list[str] = []
    while len(parts) > 1 and all(_key(word) in _SUFFIXES for word in parts[-1].split() or [""]):
        suffixes.insert(0, parts.pop())
    if len(parts) > 2 or not all(parts) or _key(parts[-1]) in _LEGAL_FORMS:
        return None, None, name
    if len(parts) == 2:
        salutation, last, first = _last_first(*parts)
    else:
        salutation, first, last = _in_order(parts[0].split(" "))
    return salutation, first, " ".join([last, *suffixes])


def _are_plain(first: str, last: str) -> bool:
    """Whether two words can be nothing but a first and a last name."""
    return (
        first.isalpha()
        and last.isalpha()
        and first.casefold() not in _SPECIAL
        and last.casefold() not in _SPECIAL
        and max(first) < _FIRST_EAST_ASIAN
    )


def _last_first(last: str, first: str) -> tuple[str | None, str, str | None]:
    """Return salutation, last and first name of `Last, First`."""
    before_last, last_words = _without_salutation(last.split(" "))
    before_first, first_words = _without_salutation(first.split(" "), fewest=0)
    salutation = " ".join([*before_last, *before_first]) or None
    return salutation, " ".join(last_words), " ".join(first_words) or None


def _in_order(words: list[str]) -> tuple[str | None, str | None, str]:
    salutation, words = _without_salutation(words)
    if len(words) == 2 and all(map(_EAST_ASIAN.fullmatch, words)):
        words.reverse()  # The family's name stands first.
    cut = _start_of_last(words)
    return " ".join(salutation) or None, " ".join(words[:cut]) or None, " ".join(words[cut:])


def _without_salutation(words: list[str], fewest: int = 1) -> tuple[list[str], list[str]]:
    """Return the words of the salutation, and the others, of which at least `fewest` stay."""
    at = 0
    while at < len(words) - fewest:
        word, key = words[at], _key(words[at])
        is_title = key in _SALUTATIONS or (
            word.endswith(".") and (key in _SALUTATIONS_WITH_A_DOT or (at and key in _OF_A_TITLE))
        )
        if not is_title:
            break
        at += 1
    return words[:at], words[at:]


def _start_of_last(words: list[str]) -> int:
    """Return where the last name begins."""
    end = len(words)
    while end > 1 and _key(words[end - 1]) in _SUFFIXES:
        end -= 1
    cut = end - 1
    while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    if cut > 2 and words[cut - 1] in ("y", "e"):
        cut -= 2
    # `van der Berg` without a first name; Van as a first name has a capital.
    return 0 if cut == 1 and words[0] in _PARTICLES and words[0].islower() else cut


def _key(word: str) -> str:
    return word.casefold().replace(".", "").translate(_ACCENTS)
