"""The one way in which a stored file leaves over HTTP: as data, never as a page of ours."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse, HttpResponse

from emoit.files import queries
from emoit.kernel.access import Actor

_INERT = "sandbox; default-src 'none'"
# Browsers do not start their PDF viewer in a sandbox; the document is of our own making.
_OWN_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def download(actor: Actor, file_id: int, *, shown: bool = False) -> FileResponse:
    """The file's bytes for this actor, streamed. NotFound as in `queries.get_for`.

    `shown` asks for display in the browser: granted to images and to PDFs that we made, anything else is an attachment.
    """
    file = queries.get_for(actor, file_id)
    own_pdf = file.media_type == "application/pdf" and queries.is_made(actor, file_id)
    inline = shown and (own_pdf or file.media_type in {"image/jpeg", "image/png"})
    response = FileResponse(queries.open_content(file.digest), content_type=file.media_type)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = disposition(file.name, inline=inline)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _OWN_PDF if inline and own_pdf else _INERT
    response.headers["Cache-Control"] = "private, no-store"
    return response


def own_pdf(content: bytes, *, name: str) -> HttpResponse:
    """A PDF that we have just made and keep nowhere, shown in the browser; our own pages may frame it."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = disposition(name, inline=True)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _OWN_PDF
    response.headers["Cache-Control"] = "private, no-store"
    return response


def page(actor: Actor, file_id: int, number: int) -> HttpResponse:
    """A picture of one page of a PDF. NotFound and refusals as in `queries.page_picture`."""
    response = HttpResponse(queries.page_picture(actor, file_id, number), content_type="image/png")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["Cache-Control"] = "private, no-store"
    return response


def disposition(name: str, *, inline: bool) -> str:
    """RFC 6266: an ASCII name for old clients, and the real one percent-encoded as RFC 5987 says."""
    ascii_name = "".join(c if " " <= c < "\x7f" and c not in '"\\%' else "_" for c in name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
