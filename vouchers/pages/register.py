from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vouchers.queries.seals import daily_roots, sealed_facts_count


@login_not_required
@require_safe
def register_page(request: HttpRequest) -> HttpResponse:
    """Publish the daily root of the register: whoever noted one can tell later that nothing before it was changed."""
    context = {"roots": daily_roots(), "facts_count": sealed_facts_count()}
    return render(request, "vouchers/register.html", context)
