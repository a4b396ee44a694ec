"""What differs between two documents, in words."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from emoit.procedures import difference, words
from emoit.procedures.reading import canonical
from emoit.procedures.types import Mark
from tests.procedures.documents import CHEMICALS, PROMOTION, document
from tests.procedures.test_check_document import faults

Change = Callable[[dict[str, Any]], object]


def lines(change: Change, code: str = PROMOTION) -> list[tuple[str, str, str, str, str]]:
    new = document(code)
    change(new)
    return [
        (part.part, d.kind, d.label, d.before, d.after)
        for part in difference.compare(document(code), new)
        for d in part.differences
    ]


@pytest.mark.parametrize("code", [PROMOTION, CHEMICALS])
def test_equal_documents_do_not_differ(code: str) -> None:
    assert difference.compare(document(code), document(code)) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda d: d["name"].update(vi="Tên khác"),
            ("names", "changed", "Tên (tiếng Việt)", document()["name"]["vi"], "Tên khác"),
        ),
        (
            lambda d: d["term"].update(value=7),
            ("term", "changed", "Thời hạn", "5 ngày làm việc", "7 ngày làm việc"),
        ),
        (lambda d: d["fee"].update(vnd=60000), ("term", "changed", "Phí, lệ phí: số tiền", "0 đ", "60.000 đ")),
        (
            lambda d: d["papers"][0].update(required=False),
            (
                "papers",
                "changed",
                "Giấy tờ “Thể lệ chương trình khuyến mại (Mẫu số 03)”: bắt buộc",
                "có",
                "không",
            ),
        ),
        (
            lambda d: d.update(notice={"decision": "1/QĐ-BCT", "decided_on": "2026-04-01"}),
            ("notice", "added", "Công bố", "", "số quyết định công bố: 1/QĐ-BCT; ngày công bố: 01/04/2026"),
        ),
        (
            lambda d: d.update(effective_from="2026-06-01"),
            ("notice", "changed", "Ngày có hiệu lực", "01/12/2024", "01/06/2026"),
        ),
        (
            lambda d: d["form"]["schema"]["properties"]["programme"]["properties"]["name"].update(maxLength=10),
            ("form", "changed", "Trường “Tên chương trình khuyến mại”: độ dài tối đa", "300", "10"),
        ),
        (
            lambda d: d["form"]["layout"]["pages"][0]["title"].update(vi="Trang đầu"),
            (
                "form",
                "changed",
                "Trang “Trang đầu”: tên (tiếng Việt)",
                "Thương nhân thực hiện khuyến mại",
                "Trang đầu",
            ),
        ),
        (lambda d: d.update(automatic=1), ("units", "changed", "Phản hồi tự động", "không", "1")),
    ],
)  # fmt: skip
def test_a_change_in_words(change: Change, expected: tuple[str, ...]) -> None:
    assert lines(change) == [expected]


def test_a_step_put_in_between_is_one_addition() -> None:
    found = lines(lambda d: d["steps"].insert(1, {"vi": "Bước mới", "en": "New step"}))
    assert found == [("content", "added", "Bước 2", "", "Bước mới (tiếng Anh: New step)")]


def test_papers_are_followed_by_their_codes() -> None:
    found = lines(lambda d: d["papers"].reverse())
    assert [(kind, label) for _, kind, label, _, _ in found] == [("changed", "Thứ tự giấy tờ")]
    gone = lines(lambda d: d["papers"].pop(0))
    assert [(part, kind) for part, kind, *_ in gone] == [("papers", "removed")]


def test_a_title_and_an_object_with_that_title_are_one_law() -> None:
    assert lines(lambda d: d["legal_basis"].append({"title": d["legal_basis"].pop()})) == []
    (added,) = lines(lambda d: d["legal_basis"].append({"title": "Luật mới", "effective_on": "2026-07-01"}))
    assert added == ("laws", "added", "Văn bản “Luật mới”", "", "Luật mới; ngày có hiệu lực: 01/07/2026")


def test_words_are_marked() -> None:
    found = difference.pieces("nộp trong 5 ngày làm việc", "nộp trong vòng 7 ngày làm việc")
    assert [(p.text, p.mark) for p in found] == [
        ("nộp trong ", Mark.SAME), ("5", Mark.REMOVED), ("vòng 7", Mark.ADDED), (" ngày làm việc", Mark.SAME),
    ]  # fmt: skip
    assert "".join(p.text for p in found if p.mark is not Mark.ADDED) == "nộp trong 5 ngày làm việc"
    assert difference.pieces("a " * 3000, "b " * 3000) == ()


def everywhere(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, child in inner for p in everywhere(child, (*path, key)))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


@pytest.mark.parametrize("code", [PROMOTION, CHEMICALS])
def test_nothing_that_differs_is_left_out(code: str) -> None:
    """Any value in any place changed: there is a difference, with words, unless the document says the same."""
    given = document(code)
    for path in everywhere(given)[1::5]:
        for value in ("khác", None, 1, [], {"vi": "a", "en": "b"}):
            new = copy.deepcopy(given)
            put(new, path, value)
            found = difference.compare(given, new)
            assert bool(found) is (canonical(given) != canonical(new)), (path, value)
            assert all(d.label and d.before != d.after for part in found for d in part.differences), (path, value)


def test_an_object_of_fields_that_comes_is_told_field_by_field() -> None:
    node = {"type": "object", "additionalProperties": False, "required": [], "properties": {}}
    node["properties"] = {"site": {"type": "string", "maxLength": 500}}
    found = lines(lambda d: d["form"]["schema"]["properties"].update(more=node))
    assert found == [("form", "added", "Trường “/more/site”", "", "kiểu dữ liệu: string; độ dài tối đa: 500")]


@pytest.mark.parametrize("key", sorted(document()))
@pytest.mark.parametrize("junk", [None, [], {}, "", 0, [None], {"a": None}, {"schema": 1, "layout": {"pages": [1]}}])
def test_every_problem_has_its_place_in_words(key: str, junk: Any) -> None:
    given = {**document(), key: junk}
    for problem in faults(given):
        assert isinstance(words.place_of(problem.path, given) if problem.path else "", str)
    assert difference.compare(document(), given)
