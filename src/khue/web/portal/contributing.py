"""Forms that everyone may send: filled in, checked, looked at once more, sent; each step a page.

Nothing is kept between the steps but what the pages carry, and nothing is done before the last one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from khue.lib.identifiers import is_ulid
from khue.model.errors import KhueError
from khue.pipeline import house
from khue.web.portal import guard
from khue.web.portal import house as ask_house
from khue.web.portal.errors import error_page
from khue.web.portal.finding import find_record
from khue.web.portal.guard import Trouble
from khue.web.portal.present.heading import Heading
from khue.web.portal.sheets import Correction, Read, Sheet, Suggestion, Values
from khue.web.portal.words import choose, current_language, say

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
"""Values that one form may send: several times those of the longest."""
FRAME = frozenset({"csrfmiddlewaretoken", "token", "step", "consent", "answer", guard.TRAP})
"""Names that every form sends besides its fields."""

STATUS: dict[Trouble, int] = {
    "forged": 400, "late": 409, "used": 409, "busy": 429, "question": 200, "answer": 200,
}  # fmt: skip

View = Callable[..., HttpResponseBase]


def _form(view: View) -> View:
    """A page with a form: guarded, and kept by nobody on the way."""
    guarded = csrf_protect(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            if request.content_type != FORM:
                return error_page(request, 415)
            if _too_much(request):
                return error_page(request, 413)
        try:
            response = guarded(request, *args, **kwargs)
        except OperationalError:
            response = error_page(request, 503, "busy")
        response["Cache-Control"] = "no-store"
        return response

    return require_http_methods(["GET", "HEAD", "POST"])(answer)


def _too_much(request: HttpRequest) -> bool:
    """Whether a form sends more than it can. Its fields are read here, so that this is told as a
    page."""
    try:
        sent = sum(len(texts) for _, texts in request.POST.lists())
    except (RequestDataTooBig, TooManyFieldsSent):
        return True
    return sent > MOST_FIELDS


@require_safe
def choose_type(request: HttpRequest) -> HttpResponse:
    """What one can describe, as the pack says."""
    lang = current_language()
    types = [type_ for type_ in house().pack.types.values() if type_.asked]
    kinds = [
        {
            "href": reverse("suggest_type", args=[type_.name]),
            "label": choose(type_.label, lang),
            "help": choose(type_.help, lang),
        }
        for type_ in types
    ]
    return _page(request, "suggest", 200, kinds=kinds)


@_form
def suggest(request: HttpRequest, type_name: str) -> HttpResponseBase:
    """Suggest a record of a type."""
    type_ = house().pack.types.get(type_name)
    if type_ is None or not type_.asked:
        raise Http404
    return _answer(request, Suggestion(type_, ask_house.reader_for(current_language())))


@_form
def report(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """Report an error in a public record."""
    view = find_record(record_id)
    if view.id != record_id:
        return redirect("report", view.id, permanent=True)
    reader = ask_house.reader_for(current_language())
    sheet = Correction(view, reader, request.GET.get("field", ""))
    return _answer(request, sheet, heading=sheet.heading)


@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """What happens next. Says nothing of whether there is such a proposal. `?record=` is what an
    error was reported of."""
    if not is_ulid(reference):
        raise Http404
    record = request.GET.get("record", "")
    return _page(
        request,
        "contribute_sent",
        200,
        reference=reference,
        record=record if is_ulid(record) else "",
    )


def _to_sent(reference: str, heading: Heading | None = None, **_: Any) -> HttpResponse:
    address = reverse("contribute_sent", args=[reference])
    return redirect(f"{address}?record={heading.id}" if heading else address)


def _answer(request: HttpRequest, sheet: Sheet, **about: Any) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, "contribute", 200, sheet=sheet, fields=sheet.blank(), **about)
    values = _values(request, sheet)
    step = request.POST.get("step")
    if values is None or step not in ("check", "edit", "send"):
        return error_page(request, 400)
    if not guard.may_check(request):
        return error_page(request, 429, "busy")
    read = sheet.read(values)
    if step == "edit" or read.wrong:
        wrong = [] if step == "edit" else read.wrong
        status = 422 if wrong else 200
        fields = read.fields
        return _page(
            request, "contribute", status, sheet=sheet, fields=fields, wrong=wrong, **about
        )
    if step == "check":
        return _review(request, sheet, read, None, **about)
    return _send(request, sheet, read, **about)


def _values(request: HttpRequest, sheet: Sheet) -> Values | None:
    """A text for each field that was sent; None if something else was sent as well, or a field
    twice of which there is one."""
    fields = {one.name: one for one in sheet.blank()}
    values = {}
    for name, texts in request.POST.lists():
        field = fields.get(name)
        if field is None and name not in FRAME:
            return None
        if field is None:
            continue
        if len(texts) > 1 and field.widget != "boxes":
            return None
        codes = {one.value for one in field.options} | {""}
        # Of what can be chosen nothing else can come from the form.
        if field.options and not codes.issuperset(
            part.strip() for text in texts for part in text.split(";")
        ):
            return None
        values[name] = "; ".join(filter(None, texts)) if field.widget == "boxes" else texts[0]
    return values


def _send(request: HttpRequest, sheet: Sheet, read: Read, **about: Any) -> HttpResponseBase:
    if not request.POST.get("consent"):
        return _review(request, sheet, read, None, status=422, same=True, unconsented=True, **about)
    trouble = guard.trouble_with(request, sheet.purpose) or guard.begin(request, sheet.purpose)
    if trouble == "used" and (reference := guard.reference_of(request, sheet.purpose)):
        return _to_sent(reference, **about)
    if trouble is not None:
        same, status = trouble == "used", STATUS[trouble]
        return _review(request, sheet, read, trouble, status=status, same=same, **about)
    try:
        reference = sheet.send(read)
    except KhueError as error:
        guard.give_back(request, sheet.purpose)
        refusal = f"{error.message[current_language()]} {error.mend[current_language()]}"
        return _review(request, sheet, read, None, status=503, refusal=refusal, **about)
    except BaseException:
        guard.give_back(request, sheet.purpose)
        raise
    guard.finish(request, sheet.purpose, reference)
    return _to_sent(reference, **about)


def _review(
    request: HttpRequest,
    sheet: Sheet,
    read: Read,
    trouble: Trouble | None,
    *,
    status: int = 200,
    same: bool = False,
    **about: Any,
) -> HttpResponse:
    """What will be sent, with a token for that: a new one, unless the `same` will do."""
    lang = current_language()
    sent = request.POST.get("token", "")
    kept = guard.read_token(sent, sheet.purpose) if same else None
    asked = kept.asked if kept else None
    if trouble in ("question", "answer"):
        asked = guard.pick_question()
    token = sent if kept else guard.make_token(sheet.purpose, asked)
    return _page(
        request,
        "contribute_review",
        status,
        sheet=sheet,
        read=read,
        token=token,
        question=None if asked is None else guard.question_text(asked, lang),
        said=_words_of(trouble),
        consented=bool(request.POST.get("consent")),
        **about,
    )


def _words_of(trouble: Trouble | None) -> str:
    lang = current_language()
    words = {
        "forged": say("contribute.trouble.forged", lang),
        "late": say("contribute.trouble.late", lang),
        "used": say("contribute.trouble.used", lang),
        "busy": say("contribute.trouble.busy", lang),
        "question": say("contribute.question_why", lang),
        "answer": say("contribute.trouble.answer", lang),
    }
    return words[trouble] if trouble else ""


def _page(request: HttpRequest, name: str, status: int, **context: Any) -> HttpResponse:
    page = {"lang": current_language(), "trap": guard.TRAP, **context}
    return render(request, f"portal/{name}.html", page, status=status)
