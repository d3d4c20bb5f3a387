"""Who may send a form: people, now and then. No account, no script, no other company is needed.

A form carries a signed token that says for what it was made and when; it is good for one sending.
Whoever sends too fast, fills the field that people do not see, or sends when very many do, is asked
a plain question (`questions.yaml`) and may go on with its answer. How much comes from one address,
and at all, is limited; addresses are kept as hashes that lose their meaning when the day is over.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Literal

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from khue.lib.tables import read_table
from khue.lib.vietnamese import fold
from khue.tasks import limits
from khue.web.portal.words import Lang

TRAP = "fax"
"""The name of the field that people do not see. It must be one that robots like to fill in."""

SALT = "khue.portal.form"
SOONEST_S = 3
"""Seconds in which nobody reads a page and presses a button."""
LATEST_S = 6 * 3600
"""Seconds after which a form is no longer taken as it is, though nothing in it is lost."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHECKS_AN_HOUR = 60
SENT_AN_HOUR, SENT_A_DAY = 5, 15
"""Of one address: how often a form may be checked, and how many may be sent."""
ALL_AN_HOUR = 100
"""Of everyone together."""
MANY_AN_HOUR = 30
"""Of everyone together, from which on each is asked the question."""

WITH_PORT = re.compile(r"(?P<v4>[0-9.]+):[0-9]+|\[(?P<v6>[^\]]*)\](?::[0-9]+)?")
"""Addresses as some proxies pass them on: 203.0.113.9:5678, [2001:db8::1]:443."""

Trouble = Literal["forged", "late", "used", "busy", "question", "answer"]


@dataclass(frozen=True)
class Token:
    """A form that was handed out: `number` is its own, `asked` the question that stands in it."""

    number: str
    at: int
    asked: int | None


def make_token(purpose: str, asked: int | None = None) -> str:
    """A signed token for one sending of a form."""
    content = {"for": purpose, "n": secrets.token_urlsafe(12), "at": int(time.time()), "ask": asked}
    return signing.dumps(content, salt=SALT)


def read_token(text: str, purpose: str) -> Token | None:
    """A token of ours that was made for this purpose, else None."""
    try:
        content: dict[str, Any] = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    if content["for"] != purpose:
        return None
    return Token(content["n"], content["at"], content["ask"])


@cache
def questions() -> list[dict[str, Any]]:
    """The questions: each a text and the answers that will do, in both languages."""
    loaded: list[dict[str, Any]] = read_table(__file__, "questions.yaml")
    return loaded


def pick_question() -> int:
    """The number of a question."""
    return secrets.randbelow(len(questions()))


def is_answer(asked: int, text: str) -> bool:
    """Whether a text answers a question, in either language, with or without marks."""
    one = questions()[asked % len(questions())]
    return fold(text) in {fold(answer) for lang in ("vi", "en") for answer in one["answers"][lang]}


def question_text(asked: int, lang: Lang) -> str:
    """A question in a language."""
    return str(questions()[asked % len(questions())][lang])


def may_check(request: HttpRequest) -> bool:
    """Whether this address may have another form checked now."""
    return limits.take(f"check:{_address(request)}", CHECKS_AN_HOUR, HOUR)


def trouble_with(request: HttpRequest, purpose: str) -> Trouble | None:
    """What keeps a form from being sent, if anything does. Takes nothing from what may be sent."""
    token = read_token(request.POST.get("token", ""), purpose)
    if token is None:
        return "forged"
    if limits.settled(_claim(token)):
        return "used"
    if time.time() - token.at > LATEST_S:
        return "late"
    if token.asked is not None:
        return None if is_answer(token.asked, request.POST.get("answer", "")) else "answer"
    hurried = time.time() - token.at < SOONEST_S
    crowded = limits.count("sent", HOUR) >= MANY_AN_HOUR
    return "question" if hurried or crowded or request.POST.get(TRAP, "").strip() else None


def begin(request: HttpRequest, purpose: str) -> Trouble | None:
    """Take the right to send a form, once; what is in the way otherwise."""
    token = read_token(request.POST.get("token", ""), purpose)
    if token is None:
        return "forged"
    if not limits.claim(_claim(token), DAY):
        return "used"
    address = _address(request)
    if (
        limits.take(f"hour:{address}", SENT_AN_HOUR, HOUR)
        and limits.take(f"day:{address}", SENT_A_DAY, DAY)
        and limits.take("sent", ALL_AN_HOUR, HOUR)
    ):
        return None
    give_back(request, purpose)
    return "busy"


def finish(request: HttpRequest, purpose: str, reference: str) -> None:
    """Remember what came of a form, for whoever sends it twice."""
    if token := read_token(request.POST.get("token", ""), purpose):
        limits.settle(_claim(token), reference)


def give_back(request: HttpRequest, purpose: str) -> None:
    """Let a form be sent again, of which nothing came."""
    if token := read_token(request.POST.get("token", ""), purpose):
        limits.release(_claim(token))


def reference_of(request: HttpRequest, purpose: str) -> str:
    """What came of a form that was sent before; "" if that is not known."""
    token = read_token(request.POST.get("token", ""), purpose)
    return limits.settled(_claim(token)) if token else ""


def _claim(token: Token) -> str:
    return f"form:{token.number}"


def _address(request: HttpRequest) -> str:
    return limits.address_key(network_of(visitor_address(request)))


def visitor_address(request: HttpRequest) -> str:
    """Where a request came from: the last address that no proxy of ours has said of itself.
    Whoever is not a configured proxy is not believed what it says of others."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    said = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = {_parse_address(one) for one in settings.KHUE_PROXIES} - {None}
    while _parse_address(address) in proxies and said:
        address = said.pop() or address
    return address


def network_of(address: str) -> str:
    """What is counted as one address: of IPv6 the first 64 bits, which one household has."""
    found = _parse_address(address)
    if found is None:
        return "?"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a text writes, with or without a port, else None. One of IPv4 that a socket
    of IPv6 has seen (RFC 4291, 2.5.5.2) is that of IPv4."""
    match = WITH_PORT.fullmatch(text.strip())
    try:
        found = ipaddress.ip_address(match["v4"] or match["v6"] if match else text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
