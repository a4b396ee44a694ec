"""Pages of uploaded PDFs are drawn in a process of their own, within memory and time."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from emoit.files import queries
from emoit.files.inspection import pages
from emoit.files.storage import clean_path
from emoit.kernel.access import NotFound, Refusal, acting_as
from tests.files import samples
from tests.files.conftest import citizen
from tests.files.test_reading import upload


def size(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as image:
        return image.size


@pytest.mark.django_db
def test_each_page_is_a_picture_for_those_who_may_open_the_file() -> None:
    file = upload(citizen(1), content=samples.pdf(2))
    with acting_as(citizen(1)) as by:
        first, second = (size(queries.page_picture(by, file.id, page)) for page in (1, 2))
        assert first == second
        assert first[0] == 1200
        for page in (0, 3, 10**9):
            with pytest.raises(NotFound):
                queries.page_picture(by, file.id, page)
    with acting_as(citizen(2)) as by, pytest.raises(NotFound):
        queries.page_picture(by, file.id, 1)


@pytest.mark.django_db
def test_what_is_no_pdf_has_no_pages() -> None:
    file = upload(citizen(1), name="ảnh.png", content=samples.image())
    with acting_as(citizen(1)) as by, pytest.raises(NotFound):
        queries.page_picture(by, file.id, 1)


@pytest.mark.django_db
def test_a_page_that_cannot_be_drawn_is_said_so() -> None:
    file = upload(citizen(1))
    path = clean_path(file.digest)
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.7 nothing more")
    with acting_as(citizen(1)) as by, pytest.raises(Refusal) as refused:
        queries.page_picture(by, file.id, 1)
    assert (refused.value.code, refused.value.message) == (
        "undrawable",
        "Trang này không hiện được ở đây. Hãy tải tệp về để xem.",
    )


@pytest.mark.parametrize(("width", "height"), [(1_000_000, 1_000_000), (14_400, 1), (1, 14_400), (0, 0)])
def test_odd_measures_stay_within_bounds(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "odd.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(100, 100))
        pdf.pages[0].mediabox = pikepdf.Array([0, 0, width, height])
        pdf.save(path)
    png = pages.picture(path, 1)
    if png is not None:
        drawn = size(png)
        assert drawn[0] <= 1200
        assert drawn[1] <= 4000


def test_time_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(samples.pdf())
    assert pages.picture(path, 1, wall_seconds=0.001) is None


def test_endless_content_ends_by_itself(tmp_path: Path) -> None:
    """A content stream of a million strokes: drawn or given up, never more than the process may take."""
    path = tmp_path / "long.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(600, 800))
        strokes = b"".join(b"%d %d m %d %d l S\n" % (n % 600, 0, 600 - n % 600, 800) for n in range(1_000_000))
        pdf.pages[0].contents_add(pdf.make_stream(strokes))
        pdf.save(path, compress_streams=True)
    png = pages.picture(path, 1)
    assert png is None or size(png) == (1200, 1600)
