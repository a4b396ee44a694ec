"""The whole catalogue on the public site: every page opens and reads well; the list is searched and narrowed."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from emoit.kernel.access import acting_as
from emoit.lib.vietnamese import nfc
from emoit.procedures import queries
from emoit.procedures.types import Level, Procedure
from tests.portal.visitor import Screen, Visitor
from tests.support.finishing import published
from tests.support.world import World

ALL = 304
# Words of programs and of the index's compiler that no citizen should read.
STRANGE = re.compile(
    r"\bNone\b|@place|unverified|general knowledge|compiler|github|chưa tra được|\{\{|\{%|working_|_day"
)


def headings_without_text(screen: Screen) -> list[str]:
    """Second headings that nothing readable follows."""
    found = []
    for heading in screen.page.xpath("//main//h2"):
        following = heading.getnext()
        if not " ".join(heading.text_content().split()) or following is None or not following.text_content().strip():
            found.append(heading.text_content())
    return found


def faults_of(screen: Screen, procedure: Procedure) -> list[str]:
    found = []
    if screen.status != 200:
        return [f"status {screen.status}"]
    if screen.heading != " ".join(procedure.name.split()):
        found.append(f"heading {screen.heading!r}")
    if not screen.title.startswith(f"{procedure.name} ({procedure.code})"):
        found.append(f"title {screen.title!r}")
    found += [f"strange words {m}" for m in STRANGE.findall(screen.text)]
    found += [f"empty under {h!r}" for h in headings_without_text(screen)]
    found += [f"default shown {words!r}" for words in procedure.defaults.values() if words in screen.text]
    if screen.text != nfc(screen.text):
        found.append("not NFC")
    return found


def test_every_procedures_page_opens_and_reads_well(world: World, visitor: Visitor) -> None:
    every = published(world)
    assert len(every) == ALL
    faults = {p.code: found for p in every if (found := faults_of(visitor.see(f"/thu-tuc/{p.code}/"), p))}
    assert faults == {}


def test_what_is_not_known_is_said_so(visitor: Visitor) -> None:
    screen = visitor.see("/thu-tuc/2.000648/")
    assert "Thời hạn Chưa xác định" in screen.text
    assert "Phí, lệ phí Chưa xác định" in screen.text
    assert "Giấy tờ khác theo quy định (nếu có)" in screen.text
    assert "Cơ quan giải quyết Sở Công Thương nơi bạn thực hiện thủ tục" in screen.text
    assert "ngày có hiệu lực chưa xác định" in screen.text
    assert "01/01/2026" not in screen.text
    assert "cần xác nhận" not in screen.text


def codes(screen: Screen) -> list[str]:
    return [link.split("/")[2] for link in screen.links() if re.fullmatch(r"/thu-tuc/[^/?]+/", link)]


def test_the_list_shows_every_procedure_once_by_field(visitor: Visitor) -> None:
    pages = [visitor.see(f"/thu-tuc/?trang={n}") for n in range(1, 12)]
    assert "304 thủ tục" in pages[0].text
    listed = [code for page in pages for code in codes(page)]
    assert len(listed) == len(set(listed)) == ALL
    headings = [h.text_content().strip() for page in pages for h in page.page.xpath("//main//h2")]
    fields = [h for n, h in enumerate(headings) if n == 0 or headings[n - 1] != h]
    assert len(fields) == len(set(fields))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"linh-vuc": "Hóa chất"}, 27),
        ({"cap": "province"}, 129),
        ({"cap": "commune"}, 1),
        ({"doi-tuong": "citizen"}, None),
        ({"linh-vuc": "Hóa chất", "cap": "province"}, 12),
        ({"linh-vuc": "không có", "cap": "x", "doi-tuong": "enterprise citizen"}, 304),
    ],
)
def test_the_list_is_narrowed(world: World, visitor: Visitor, query: dict[str, str], count: int | None) -> None:
    if count is None:
        count = sum("citizen" in p.applicants for p in published(world))
        assert 20 < count < ALL
    assert f" {count} thủ tục" in visitor.see(f"/thu-tuc/?{urlencode(query)}").text


def test_a_search_within_a_field_and_its_way_out(visitor: Visitor) -> None:
    screen = visitor.see(f"/thu-tuc/?{urlencode({'tim': 'cấp lại', 'linh-vuc': 'Hóa chất'})}")
    assert "Đang lọc:" in screen.text
    assert "/thu-tuc/1.014705/" in screen.links()
    assert "/thu-tuc/1.003059/" not in screen.links()  # the licence to import cars is of another field
    assert f"?{urlencode({'tim': 'cấp lại'})}" in screen.links()


def test_a_card_says_its_level_and_what_it_changes(world: World) -> None:
    with acting_as(world.process):
        cards = queries.catalogue(at=world.now)
    assert len(cards) == ALL
    assert sum(card.level is Level.PROVINCE for card in cards) == 129
    assert sum(card.change is not None for card in cards) == 110
