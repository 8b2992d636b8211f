"""Components of the pages; how to use each one: passnum/templates/components/README.md."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from passnum.kit.money import share_in_points
from passnum.kit.templatetags.french import number

register = template.Library()

# Each tone has its own shape, so that it is read without colours.
TONE_GLYPHS = {"ok": "check", "bad": "cross", "warn": "alert", "info": "info", "idle": "dot"}
# Levels of django.contrib.messages, so that `{% notice message.level_tag %}` works.
MESSAGE_TONES = {"success": "ok", "error": "bad", "warning": "warn", "debug": "idle"}


def _tone(tone: str) -> str:
    tone = MESSAGE_TONES.get(tone, tone)
    if tone not in TONE_GLYPHS:
        raise ValueError(f"unknown tone {tone!r}: one of {', '.join(TONE_GLYPHS)}")
    return tone


@register.simple_tag
def icon(glyph: str) -> SafeString:
    """Draw one glyph of icons.svg; it is decorative, the words beside it say the same."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false" viewBox="0 0 24 24"><use href="{}#{}"/></svg>',
        static("passnum/icons.svg"),
        glyph,
    )


@register.inclusion_tag("components/badge.html")
def badge(tone: str, text: str) -> dict[str, Any]:
    """Show a state: icon and word."""
    tone = _tone(tone)
    return {"tone": tone, "glyph": TONE_GLYPHS[tone], "text": text}


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "", live: str = "") -> str:
    """Show a box of advice; `live` is "status" or "alert" when it appears in answer to an act."""
    tone = _tone(tone)
    context = {"tone": tone, "glyph": TONE_GLYPHS[tone], "title": title, "live": live, "content": content}
    return render_to_string("components/notice.html", context)


@register.simple_block_tag
def result(content: str, tone: str, sentence: str) -> str:
    """Show the answer to a scan: one big sentence, its icon, details under it."""
    tone = _tone(tone)
    context = {
        "tone": tone,
        "glyph": TONE_GLYPHS[tone],
        "sentence": sentence,
        "content": content,
        "has_detail": bool(content.strip()),
    }
    return render_to_string("components/result.html", context)


@register.inclusion_tag("components/progress.html")
def progress(value: int, maximum: int, label: str) -> dict[str, Any]:
    """Show how far long work is."""
    text = f"{number(value)} sur {number(maximum)}"
    return {"id": f"progress-{slugify(label)}", "value": value, "maximum": maximum or 1, "label": label, "text": text}


@register.inclusion_tag("components/figure.html")
def figure(value: str, label: str, hint: str = "") -> dict[str, Any]:
    """Show one key figure, already formatted; inside `<div class="figures">`."""
    return {"value": value, "label": label, "hint": hint}


@register.inclusion_tag("components/tile.html")
def tile(url: str, title: str, glyph: str, text: str = "") -> dict[str, Any]:
    """Show one thing to do; inside `<ul class="tiles">`."""
    return {"url": url, "title": title, "glyph": glyph, "text": text}


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of a funnel, as drawn."""

    label: str
    count: int
    share: int | None
    path: str
    text_y: int
    opacity: str
    ink: str


FUNNEL_WIDTH = 400
FUNNEL_STEP = 56
FUNNEL_GAP = 8
# Under this width (in units of the drawing) the number stands on the page, not on the bar.
FUNNEL_TEXT_WIDTH = 110


def _bars(steps: Sequence[tuple[str, int]]) -> Iterator[Bar]:
    base = max((count for _, count in steps), default=0)
    widths = [count * FUNNEL_WIDTH // base if base else 0 for _, count in steps]
    for index, (label, count) in enumerate(steps):
        top, low = index * FUNNEL_STEP, (index + 1) * FUNNEL_STEP - FUNNEL_GAP
        wide, narrow = widths[index], widths[min(index + 1, len(steps) - 1)]
        narrow = min(wide, (wide + narrow) // 2)
        left, right = (FUNNEL_WIDTH - wide) // 2, (FUNNEL_WIDTH + wide) // 2
        left_low, right_low = (FUNNEL_WIDTH - narrow) // 2, (FUNNEL_WIDTH + narrow) // 2
        path = f"M{left} {top}H{right}L{right_low} {low}H{left_low}Z"
        on_bar = narrow >= FUNNEL_TEXT_WIDTH
        yield Bar(
            label=label,
            count=count,
            share=share_in_points(count, steps[0][1]),
            path=path,
            text_y=top + (FUNNEL_STEP - FUNNEL_GAP) // 2 + 5,
            opacity="1" if on_bar else ".28",
            ink="#ffffff" if on_bar else "#16202c",
        )


@register.inclusion_tag("components/funnel.html")
def funnel(title: str, steps: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Draw `(label, count)` steps, widest first, with their table beside them."""
    bars = list(_bars(steps))
    return {
        "id": f"funnel-{slugify(title)}",
        "title": title,
        "bars": bars,
        "height": max(len(bars) * FUNNEL_STEP - FUNNEL_GAP, 1),
    }


@register.inclusion_tag("components/stepper.html")
def stepper(current: int, *labels: str) -> dict[str, Any]:
    """Show where one is in a guided form; `current` counts from 1."""

    def state(index: int) -> str:
        if index == current:
            return "current"
        return "done" if index < current else "to_come"

    return {"steps": [{"label": label, "state": state(index)} for index, label in enumerate(labels, start=1)]}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Page[Any]) -> Mapping[str, Any]:
    """Link the pages of a list; the other parameters of the address are kept."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"query": context["request"].GET, "page": page, "numbers": list(numbers)}
