"""Tags that write the parts of a record: values, facts, sentences, how each is known.

A record has dozens of facts with hundreds of parts. As templates that include each other they took
as long as all questions to the database; here each is a line of text, all of it escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from khue.web.portal import words
from khue.web.portal.present.changes import Difference
from khue.web.portal.present.differences import Compared
from khue.web.portal.present.evidence import Note, Stated
from khue.web.portal.present.record import Fact
from khue.web.portal.present.relations import Graph, Named, Sentence
from khue.web.portal.present.values import Part, Shown
from khue.web.portal.present.wrapping import whole
from khue.web.portal.templatetags.portal import tongue

register = template.Library()

Say = Callable[..., str]


@register.simple_tag
def value(one: Shown) -> SafeString:
    """`{% value heading.unit %}`: a value with its link, or with the word that it is open."""
    return _safe(_value(one, _say()))


@register.simple_tag
def how(label: str, notes: Iterable[Note]) -> SafeString:
    """`{% how label notes %}`: a quiet mark that opens how one knows."""
    return _safe(_how(label, notes, _say()))


@register.simple_tag
def facts(some: Iterable[Fact]) -> SafeString:
    """`{% facts group.facts %}`: rows of a list of facts."""
    say = _say()
    return _safe("".join([_fact(one, say) for one in some]))


@register.simple_tag
def sentences(some: Iterable[Sentence]) -> SafeString:
    """`{% sentences page.relations %}`: items of a list of sentences."""
    say = _say()
    return _safe("".join([f"<li>{_sentence(one, say)}</li>\n" for one in some]))


@register.simple_tag
def drawing(graph: Graph) -> SafeString:
    """`{% drawing page.graph %}`: a record and those around it. The sentences beside it tell the
    same, so it is not read aloud and takes no stop of the keyboard."""
    width, height = graph.width, graph.height
    say = _say()
    parts = [
        f'<svg class="graph" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' aria-hidden="true" focusable="false">'
    ]
    parts += [f'<path class="graph__line" d="{node.path}"/>' for node in graph.nodes]
    parts.append(f'<circle class="graph__hub" cx="{graph.hub_x}" cy="{graph.hub_y}" r="9"/>')
    for node in graph.nodes:
        x, y = graph.leaf_x, node.y
        parts.append(
            f'<a href="{escape(node.record.href)}" rel="nofollow" tabindex="-1">'
            f'<rect class="graph__touch" x="{x - 14}" y="{y - 22}" width="{width - x + 14}"'
            ' height="44"/>'
            f'<circle class="graph__leaf" cx="{x}" cy="{y}" r="5"/>'
            f'<text class="graph__name" x="{x + 16}" y="{y - 1}"{_lang(node.record.lang)}>'
            f"{escape(node.text)}"
            f"<title>{escape(node.record.title)}</title></text>"
            f'<text class="graph__kind" x="{x + 16}" y="{y + 15}">'
            f"{escape(node.record.type_label)}{_fallback_drawn(node.record.lang, say)}</text></a>"
        )
    return _safe("".join([*parts, "</svg>"]))


@register.simple_tag
def differences(some: Iterable[Difference]) -> SafeString:
    """`{% differences one.differences %}`: fields before and after, side by side."""
    say = _say()
    return _safe("".join([_difference(one, say) for one in some]))


def _difference(one: Difference, say: Say) -> str:
    sides = []
    before, after = say("history.before"), say("history.after")
    for tag, side, word, items in (
        ("del", "before", before, one.before),
        ("ins", "after", after, one.after),
    ):
        if items:
            shown = "".join([f"<li>{_compared(item, tag, say)}</li>" for item in items])
            label = f'<span class="diff__word">{word}</span>'
            sides.append(f'<dd class="diff__{side}">{label}<ul>{shown}</ul></dd>')
    if not one.after:
        sides.append(f'<dd class="diff__after quiet">{say("history.removed")}</dd>')
    new = "" if one.before else " diff--new"
    return f'<div class="diff__field{new}"><dt>{escape(one.label)}</dt>{"".join(sides)}</div>\n'


def _compared(one: Compared, tag: str, say: Say) -> str:
    if one.pieces:
        return "".join(
            [
                f"<{tag}>{escape(piece.text)}</{tag}>" if piece.marked else escape(piece.text)
                for piece in one.pieces
            ]
        )
    shown = _value(one.value, say)
    return f"<{tag}>{shown}</{tag}>" if one.changed else shown


def _say() -> Say:
    return partial(_escaped, words.current_language())


def _escaped(lang: words.Lang, key: str, **values: object) -> str:
    return escape(words.say(key, lang, **values))


def _safe(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308 (all that is put in is escaped)


def _lang(lang: str) -> str:
    return f' lang="{lang}"' if lang else ""


def _value(one: Shown, say: Say) -> str:
    if one.parts:
        return _parts(one.parts, say)
    text = whole(one.text)
    if one.href:
        return f'<a href="{escape(one.href)}"{_lang(one.lang)}>{text}</a>{_fallback(one)}'
    if one.open:
        word = say("open.word")
        opened = f'<span class="value value--open"{_lang(one.lang)}>'
        said = _fallback(one)
        comma = "," if said else ""  # two small words after one text: in Vietnamese, open
        return f'{opened}{text}</span>{said}{comma} <em class="openword">{word}</em>'
    return f'<span class="value"{_lang(one.lang)}>{text}</span>{_fallback(one)}'


def _fallback_drawn(lang: str, say: Say) -> str:
    return f" · {say(f'fallback.{lang}')}" if lang else ""


def _fallback(one: Shown) -> str:
    """The word that says in which language a value stands; what follows in the same says it."""
    return "" if one.more else tongue(one.lang)


def _parts(parts: Iterable[Part], say: Say) -> str:
    parts = tuple(parts)
    many = " parts--many" if len(parts) > 1 else ""
    shown = "".join([_part(part, say) for part in parts])
    return f'<span class="parts{many}">{shown}</span>'


def _part(part: Part, say: Say) -> str:
    lead, label = (" part--lead", "sr") if part.lead else ("", "part__label")
    return (
        f'<span class="part{lead}"><span class="{label}">{escape(part.label)}</span>'
        f" {_value(part.value, say)}</span>"
    )


def _fact(one: Fact, say: Say) -> str:
    long = " fact--long" if one.long else ""
    if one.dated:
        shown = f"<dd>{_dated(one.values, _how(one.label, one.notes, say), say)}</dd>"
    else:
        last = len(one.values) - 1
        shown = "".join(
            [
                f"<dd>{_value(value, say)}{_asked(value, one.name, say)}"
                f"{_how(one.label, one.notes, say) if number == last else ''}"
                f"{_beneath(value)}</dd>"
                for number, value in enumerate(one.values)
            ]
        )
    return f'<div class="fact{long}" id="f-{one.name}"><dt>{escape(one.label)}</dt>{shown}</div>\n'


def _asked(value: Shown, field: str, say: Say) -> str:
    """The way to the question that is open in a value."""
    return f' <a class="asked" href="#q-{field}">{say("open.more")}</a>' if value.open else ""


def _beneath(value: Shown) -> str:
    """The note under a value; what is open is told with the questions."""
    if value.open or not value.note:
        return ""
    return f'<p class="small quiet">{escape(value.note)}</p>'


def _dated(values: Iterable[Shown], how: str, say: Say) -> str:
    """Statements with a date as a list of what happened: the date, what, and all else; after the
    last, `how` one knows. Where none has a date, as a plain list."""
    values = tuple(values)
    plain = not any(part.dated for one in values for part in one.parts)
    rows = []
    for number, one in enumerate(values, 1):
        dated = next((part for part in one.parts if part.dated), None)
        rest = [part for part in one.parts if part is not dated]
        when = _value(dated.value, say) if dated else f'<span class="quiet">{say("undated")}</span>'
        label = f'<span class="sr">{escape(dated.label)}</span> ' if dated else ""
        when = "" if plain else f'<span class="dated__when">{label}{when}</span>'
        what = _parts(rest, say) if rest else _value(one, say) if not one.parts else ""
        what += how if number == len(values) else ""
        rows.append(f'<li>{when}<div class="dated__what">{what}</div></li>')
    return f'<ol class="dated{" dated--plain" if plain else ""}">{"".join(rows)}</ol>'


def _how(label: str, notes: Iterable[Note], say: Say) -> str:
    notes = tuple(notes)
    if not notes:
        return ""
    numbers = " ".join([str(note.number) for note in notes])
    boxes = "".join([_note(note, say) for note in notes])
    return (
        f'&#8288;<details class="how"><summary><span class="sr">{say("how.mark", label=label)}'
        f' </span><sup>{numbers}</sup></summary><div class="how__box">{boxes}</div></details>'
    )


def _note(note: Note, say: Say) -> str:
    title = f"<span{_lang(note.title_lang)}>{escape(note.title)}</span>{tongue(note.title_lang)}"
    if note.href:
        title = f'<a href="{escape(note.href)}">{title}</a>'
    date = f', <span class="quiet">{escape(note.date)}</span>' if note.date else ""
    stated = "; ".join([_stated(one) for one in note.stated])
    said = f'<p><span class="quiet">{say("how.stated")}</span> {stated}</p>' if stated else ""
    decided = f'<p class="quiet">{escape(note.decided)}</p>' if note.decided else ""
    return f'<div class="how__note"><p><b>{note.number}</b> {title}{date}</p>{said}{decided}</div>'


def _stated(one: Stated) -> str:
    label = f'<span class="quiet">{escape(one.label)}</span> ' if one.label else ""
    return f'{label}<span class="stated"{_lang(one.lang)}>{escape(one.text)}</span>'


def _sentence(one: Sentence, say: Say) -> str:
    names = [_name(record, say) for record in one.records]
    if one.more:
        more = say("relations.more", count=one.more)
        if one.is_least:
            more = say("relations.more_at_least", count=one.more)
        names.append(f'<span class="quiet">{more}</span>')
    said = names[0]
    if len(names) > 1:
        both = say("relations.and")
        said = f"{', '.join(names[:-1])} {both} {names[-1]}"
    return f"{escape(one.phrase)} {said}.{_how(one.phrase, one.notes, say)}"


def _name(record: Named, say: Say) -> str:
    link = f'<a href="{escape(record.href)}"{_lang(record.lang)}>{whole(record.title)}</a>'
    return f"{link}{tongue(record.lang)}"
