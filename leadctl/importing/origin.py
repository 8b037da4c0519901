"""Where a visitor came from, by what stood in the link: utm tags and click ids."""

from __future__ import annotations

from collections.abc import Mapping

CLICK_IDS = ("gclid", "fbclid", "msclkid", "li_fat_id")
FIELDS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", *CLICK_IDS)
"""What a link says, as columns of a file are called."""

_SOCIAL = frozenset(
    "facebook fb instagram ig linkedin twitter x t.co tiktok youtube pinterest reddit snapchat "
    "threads xing whatsapp telegram meta".split()
)
_EMAIL = frozenset(("email", "e-mail", "newsletter", "mail", "mailing", "mailchimp"))
_SEARCH = frozenset(
    "google bing yahoo duckduckgo ecosia baidu yandex qwant direct (direct) adwords googleads".split()
)
_SOCIAL_MEDIA = frozenset(
    "social paid_social paidsocial paid-social organic_social organic-social social-media "
    "social_media socialmedia sm".split()
)
_WEB = frozenset(
    "organic cpc ppc paid paid_search paidsearch paid-search search sem referral display banner "
    "affiliate retargeting (none) none".split()
)


def origin(values: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return source and campaign of what a link says; None where it says nothing.

    The medium decides before the source, and both before a click id. A source that is nobody we
    know stays as it is written.
    """
    written = values.get("utm_source", "").strip()
    medium = values.get("utm_medium", "").strip().casefold()
    site = written.casefold().removeprefix("www.").removeprefix("m.").removesuffix(".com")
    campaign = values.get("utm_campaign", "").strip() or None
    if medium in _EMAIL or site in _EMAIL:
        return "Email", campaign
    if medium in _SOCIAL_MEDIA or site in _SOCIAL:
        return "Social Media", campaign
    if site in _SEARCH:
        return "Website", campaign
    if written and medium not in _WEB:
        return written, campaign
    if written or medium in _WEB:
        return "Website", campaign
    clicks = [name for name in CLICK_IDS if values.get(name, "").strip()]
    if "fbclid" in clicks or "li_fat_id" in clicks:
        return "Social Media", campaign
    return "Website" if clicks else None, campaign
