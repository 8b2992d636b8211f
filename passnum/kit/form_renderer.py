"""How forms are drawn: our field, our large choices, Django's widgets for the rest (setting FORM_RENDERER)."""

from pathlib import Path

import django.forms
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property

OURS = Path(__file__).resolve().parent.parent / "templates"
DJANGO_OWN = Path(django.forms.__file__).parent / "templates"


class FormRenderer(DjangoTemplates):
    """Find `components/` and our redefinition of Django's choices before Django's own widgets."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    @cached_property
    def engine(self) -> Backend:
        return Backend({"APP_DIRS": True, "DIRS": [OURS, DJANGO_OWN], "NAME": "passnum_forms", "OPTIONS": {}})
