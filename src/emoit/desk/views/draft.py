from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from emoit.desk.http import actor_of, officer_only
from emoit.dossiers import actions
from emoit.files.http import own_pdf


@xframe_options_sameorigin
@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """The proposed decision as a PDF, as it would be if it were signed now."""
    return own_pdf(actions.draw_draft(actor_of(request), dossier_id, now=timezone.now()), name=_("Dự thảo.pdf"))
