"""Every component on one page, for those who write pages and for the accessibility tests. Never in production."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

GLYPHS = [
    *("check", "cross", "alert", "info", "dot", "ticket", "booklet", "hand", "box", "order", "chart", "wave", "pin"),
    *("scan", "clock", "question", "user", "swap", "out", "search", "print", "download", "euro", "calendar", "arrow"),
    *("mail", "phone", "device", "lock", "undo"),
]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nom du lieu", help_text="Celui que les habitants connaissent.")
    starts_on = forms.DateField(label="Ouverture", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="Nature", choices=[("", "Choisir…"), ("a", "Médiathèque"), ("b", "Centre social")])
    age = forms.ChoiceField(
        label="Tranche d’âge",
        choices=[("a", "18 - 24 ans"), ("b", "25 - 39 ans"), ("c", "70 ans et plus"), ("n", "Non communiqué")],
        widget=forms.RadioSelect(attrs={"class": "big"}),
        initial="b",
    )
    themes = forms.MultipleChoiceField(
        label="Thèmes",
        choices=[("m", "Courriels"), ("d", "Démarches administratives"), ("s", "Santé")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label="Remarque (facultative)", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    certified = forms.BooleanField(label="Je certifie que le service a été rendu")


@login_not_required
@require_GET
def style_page(request: HttpRequest) -> HttpResponse:
    """Show the components; `?erreurs=1` shows the form refused."""
    form = SampleForm({"name": ""}) if request.GET.get("erreurs") else SampleForm()
    context = {
        "form": form,
        "page": Paginator(range(200), 10).page(4),
        "steps": [("Commandés", 10_000), ("Livrés", 9_600), ("Remis", 7_712), ("Entamés", 4_020), ("Soldés", 610)],
        "tones": ["ok", "bad", "warn", "info", "idle"],
        "glyphs": GLYPHS,
    }
    return render(request, "style.html", context)
