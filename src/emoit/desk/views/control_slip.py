from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from emoit.desk.acts import may_make_slip
from emoit.desk.http import actor_of, officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import SlipKind
from emoit.kernel.access import Forbidden


@require_POST
@officer_only
def make(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Draw up the control slip as of now and open it."""
    actor = actor_of(request)
    if not may_make_slip(actor):
        raise Forbidden("Chỉ cán bộ giải quyết hồ sơ được lập phiếu kiểm soát.")
    slip_id = actions.make_slip(by=actor, now=timezone.now(), dossier_id=dossier_id, kind=SlipKind.CONTROL_SLIP)
    made = next(slip for slip in dossiers.slips_of(actor, dossier_id) if slip.id == slip_id)
    return redirect("desk:file", file_id=made.file_id)
