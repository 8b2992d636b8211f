"""The step that says for whom, where and when an order is handed over, and what it prints of its funder."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from passnum.accounts.post import post_of
from passnum.kit.clock import now
from passnum.kit.image import ImageRefused
from vouchers.actions.logo import record_logo
from vouchers.actions.order_draft import save_draft
from vouchers.forms.order import OrderLogoForm, read_picture
from vouchers.forms.order_steps import STEP_FIELDS, STEP_NAMES, TOLD
from vouchers.models import OrderDraft
from vouchers.pages.order_deliveries import LEAVES

# Longer than any field takes: what is too long is told, and kept to be shortened.
LONGEST_KEPT = 2_000


def typed(request: HttpRequest, step: int) -> dict[str, str]:
    """Return what was typed in a step, right or wrong, as a draft keeps it (PostgreSQL stores no NUL)."""
    return {
        name: request.POST[name][:LONGEST_KEPT].replace("\x00", "")
        for name in STEP_FIELDS[step]
        if name in request.POST
    }


def texts_page(
    request: HttpRequest, draft: OrderDraft, show: Callable[..., HttpResponse], onwards: Callable[..., HttpResponse]
) -> HttpResponse:
    """Show what was kept, or keep what is sent; a logo stays until another is sent or it is dropped."""
    kept = draft.content.get(STEP_NAMES[TOLD], {})
    has_logo = bool(kept.get("logo"))
    if request.method != "POST":
        return show(request, draft, TOLD, form=OrderLogoForm(initial=kept, has_logo=has_logo), has_logo=has_logo)
    said, by = typed(request, TOLD), post_of(request).actor()
    form = OrderLogoForm(request.POST, request.FILES, has_logo=has_logo)
    is_right = form.is_valid()
    sent = request.FILES.get("logo")
    if has_logo and "drops_logo" not in request.POST:
        said["logo"] = kept["logo"]
    if sent and "logo" not in form.errors:
        try:
            logo = record_logo(organisation=draft.organisation, data=read_picture(sent), by=by, at=now())
            said["logo"] = str(logo.uid)
        except ImageRefused as refusal:
            form.add_error("logo", refusal.sentence)
            is_right = False
    save_draft(draft=draft, said={STEP_NAMES[TOLD]: said}, by=by, at=now())
    if not is_right and not LEAVES & request.POST.keys():
        return show(request, draft, TOLD, status=422, form=form, has_logo=bool(said.get("logo")))
    return onwards(request, draft, TOLD)
