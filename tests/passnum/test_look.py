"""The look holds: contrasts, weight, no inline style or script, every component documented and well formed."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from passnum.kit.templatetags import french, look
from passnum.nav import ENTRIES
from passnum.pages.style import GLYPHS, SampleForm

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "passnum" / "static" / "passnum"
SHEETS = sorted(STATIC.glob("*.css"))
TEMPLATES = sorted(
    path
    for room in ("passnum", "vouchers", "mediation", "reporting")
    for path in (ROOT / room).rglob("templates/**/*.html")
)
MAX_CSS_BYTES = 30_000
AA_TEXT, AA_SHAPE = 4.5, 3.0


def _tokens(sheet: str) -> list[dict[str, str]]:
    """Return the colours of the usual look, then those of `prefers-contrast: more` laid over them."""
    usual, more = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
        for block in re.findall(r":root \{(.*?)\}", sheet, re.S)
    )
    return [usual, usual | more]


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * d for d in digits)
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_PAIRS = [
    *((text, ground) for text in ("ink", "ink-soft", "accent", "bad") for ground in ("paper", "mist")),
    *((text, "accent-tint") for text in ("ink", "ink-soft", "accent", "accent-deep")),
    *((tone, f"{tone}-tint") for tone in ("ok", "bad", "warn")),
    *(("ink", f"{tone}-tint") for tone in ("ok", "bad", "warn", "sun")),
    *(("accent", f"{tone}-tint") for tone in ("ok", "bad", "warn")),  # a link in a notice
    *(("paper", ground) for ground in ("accent", "accent-deep", "ok", "bad", "warn")),
]
SHAPE_PAIRS = [("edge", "paper"), ("edge", "mist"), ("sun", "ink"), ("sun", "accent"), ("accent", "paper")]


@pytest.mark.parametrize("mode", [0, 1], ids=["usual", "more contrast"])
def test_every_pair_of_colours_can_be_read(mode: int) -> None:
    colours = _tokens((STATIC / "base.css").read_text())[mode]
    for pairs, floor in ((TEXT_PAIRS, AA_TEXT), (SHAPE_PAIRS, AA_SHAPE)):
        weak = {pair: round(_contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
        assert {pair: ratio for pair, ratio in weak.items() if ratio < floor} == {}


def test_more_contrast_gives_more_contrast() -> None:
    usual, more = _tokens((STATIC / "base.css").read_text())
    for name in ("ink", "ink-soft", "accent", "ok", "bad", "warn"):
        assert _contrast(more[name], "#fff") > _contrast(usual[name], "#fff")


def test_the_style_sheets_are_light_and_ask_nobody_else() -> None:
    assert sum(sheet.stat().st_size for sheet in SHEETS) < MAX_CSS_BYTES
    for sheet in SHEETS:
        text = sheet.read_text()
        assert "http" not in text
        assert "@import" not in text
        assert text.count("{") == text.count("}")


def test_the_identity_of_the_state_is_not_borrowed() -> None:
    ours = "".join(path.read_text().lower() for path in (*SHEETS, *TEMPLATES))
    for mark in ("marianne", "dsfr", "fr-header", "#000091", "#e1000f", "république française"):
        assert mark not in ours


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_nothing_that_the_security_policy_refuses(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline handler"
    assert not re.search(r"(?:src|href)\s*=\s*[\"']https?://", text), "another site"


def test_every_glyph_in_use_is_drawn_and_every_drawn_glyph_is_shown() -> None:
    drawn = re.findall(r'<symbol id="([a-z]+)"', (STATIC / "icons.svg").read_text())
    used = {glyph for path in TEMPLATES for glyph in re.findall(r'\{% icon "([a-z]+)"', path.read_text())}
    used |= {entry.glyph for entry in ENTRIES} | set(look.TONE_GLYPHS.values())
    assert used <= set(drawn)
    assert sorted(GLYPHS) == sorted(drawn)


def test_every_component_and_filter_is_documented() -> None:
    guide = (ROOT / "passnum/templates/components/README.md").read_text()
    names = [*look.register.tags, *look.register.filters, *french.register.filters]
    assert [name for name in names if not re.search(rf"\b{name}\b", guide)] == []


def test_every_component_is_shown_in_the_gallery() -> None:
    gallery = (ROOT / "passnum/templates/style.html").read_text()
    assert [name for name in look.register.tags if f"{{% {name} " not in gallery] == []


# --- components


def _render(source: str, **context: object) -> str:
    request = RequestFactory().get("/?commune=Montreuil&page=2")
    return Template("{% load look french %}" + source).render(Context({"request": request, **context}))


def test_a_state_is_said_by_a_shape_and_a_word() -> None:
    shapes = {
        tone: re.search(r"#([a-z]+)", _render(f'{{% badge "{tone}" "Payé" %}}')).group(1) for tone in look.TONE_GLYPHS
    }
    assert len(set(shapes.values())) == len(shapes), "each tone has its own shape"
    assert "Payé" in _render('{% badge "ok" "Payé" %}')


def test_an_unknown_tone_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="unknown tone"):
        _render('{% badge "vert" "Payé" %}')


def test_what_people_wrote_is_only_text() -> None:
    evil = "<script>alert(1)</script>"
    pieces = (
        '{% badge "ok" evil %}{% figure evil evil evil %}{% tile evil evil "pin" evil %}{% progress 1 2 evil %}'
        '{% notice "warn" title=evil %}{{ evil }}{% endnotice %}{% result "bad" evil %}{{ evil }}{% endresult %}'
        "{% funnel evil steps %}{% stepper 1 evil %}"
    )
    assert "<script" not in _render(pieces, evil=evil, steps=[(evil, 1)])


@pytest.mark.parametrize(("tone", "role"), [("ok", "status"), ("bad", "alert"), ("warn", "alert")])
def test_the_answer_to_a_scan_is_spoken(tone: str, role: str) -> None:
    html = _render('{% result tone "Une heure comptée" %}{% endresult %}', tone=tone)
    assert f'role="{role}"' in html
    assert "result-detail" not in html, "no empty detail"


def test_a_notice_interrupts_only_when_asked() -> None:
    assert "role=" not in _render('{% notice "info" %}<p>a</p>{% endnotice %}')
    assert 'role="alert"' in _render('{% notice "bad" live="alert" %}<p>a</p>{% endnotice %}')


def test_a_funnel_never_widens_and_its_table_says_the_same() -> None:
    html = _render('{% funnel "Usage" steps %}', steps=[("Commandés", 1000), ("Remis", 800), ("Soldés", 0)])
    widths = [
        (int(b) - int(a), int(d) - int(c)) for a, b, d, c in re.findall(r"M(\d+) \d+H(\d+)L(\d+) \d+H(\d+)Z", html)
    ]
    assert widths == [(400, 360), (320, 160), (0, 0)]
    assert html.replace("\u00a0", " ").count("80,0 %") == 1
    assert html.count('scope="row"') == 3


def test_a_funnel_of_nothing_has_no_share() -> None:
    assert "–" in _render('{% funnel "Usage" steps %}', steps=[("Commandés", 0), ("Remis", 0)])
    assert "<table" in _render('{% funnel "Usage" steps %}', steps=[])


def test_progress_of_nothing_is_no_division_by_zero() -> None:
    assert 'max="1"' in _render('{% progress 0 0 "Production" %}')


def test_pages_keep_the_filters_of_the_list() -> None:
    html = _render("{% pagination page %}", page=Paginator(range(200), 10).page(2))
    assert 'href="?commune=Montreuil&amp;page=3"' in html
    assert html.count('aria-current="page"') == 1
    assert _render("{% pagination page %}", page=Paginator(range(5), 10).page(1)).strip() == ""


def test_the_stepper_says_what_is_done_in_words() -> None:
    html = _render('{% stepper 2 "Carnets" "Livraison" "Envoi" %}')
    assert html.count("(fait)") == 1
    assert re.search(r'aria-current="step"><span>Livraison', html)


# --- forms


class Elements(HTMLParser):
    """Collect the start tags of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def with_attribute(self, name: str) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, attrs) for tag, attrs in self.tags if name in attrs]


@pytest.mark.parametrize("data", [None, {"name": ""}], ids=["blank", "refused"])
def test_every_description_label_and_link_of_a_form_leads_somewhere(data: dict[str, str] | None) -> None:
    page = Elements(str(SampleForm(data)))
    ids = [attrs["id"] for _, attrs in page.with_attribute("id")]
    assert len(ids) == len(set(ids))
    told = [
        name for _, attrs in page.with_attribute("aria-describedby") for name in str(attrs["aria-describedby"]).split()
    ]
    labels = [attrs["for"] for _, attrs in page.with_attribute("for")]
    links = [str(attrs["href"]).lstrip("#") for _, attrs in page.with_attribute("href")]
    assert set(told) | set(labels) | set(links) <= set(ids)
    inputs = {attrs["id"] for tag, attrs in page.tags if tag in {"input", "select", "textarea"}}
    assert inputs <= set(labels), "every control has its label"


def test_a_refused_form_says_it_first_and_beside_each_field() -> None:
    html = str(SampleForm({"name": ""}))
    page = Elements(html)
    assert html.strip().startswith('<div class="summary" role="alert"')
    required = [name for name, field in SampleForm().fields.items() if field.required]
    assert len([1 for tag, attrs in page.tags if str(attrs.get("id", "")).endswith("_error")]) == len(required)
    assert len([1 for tag, attrs in page.tags if tag == "a"]) == len(required)
    name = next(attrs for tag, attrs in page.tags if attrs.get("id") == "id_name")
    assert name["aria-invalid"] == "true"
    assert name["aria-describedby"] == "id_name_helptext id_name_error"


def test_choices_are_a_group_with_a_legend_and_large_tiles() -> None:
    html = str(SampleForm()["age"].as_field_group())
    assert html.strip().startswith("<fieldset")
    assert "<legend>Tranche d’âge" in html
    assert 'class="choices big"' in html
    assert html.count('class="choice"') == 4


def test_a_label_is_only_text_and_hidden_fields_stay_hidden() -> None:
    class Odd(forms.Form):
        evil = forms.CharField(label="<b>gras</b>")
        key = forms.CharField(widget=forms.HiddenInput, required=True)

    html = str(Odd({}))
    assert "<b>" not in html
    assert html.count('type="hidden"') == 1
    assert 'href="#id_key"' not in html, "nobody is sent to a field they cannot see"


# --- pages of last resort


@pytest.mark.parametrize("name", ["500.html", "400.html"])
def test_the_page_of_a_breakdown_needs_nothing(name: str) -> None:
    html = render_to_string(name)
    assert html.count("<h1") == 1
    assert "Revenir à l’accueil" in html


def test_the_shell_renders_without_a_request() -> None:
    assert render_to_string("base.html").count("<h1") == 1
