"""The forms in full as an applicant sees them: every page filled in and empty, on a phone and on a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from emoit.dossiers import actions
from emoit.forms import queries as forms
from emoit.kernel.access import acting_as
from emoit.procedures import queries as procedures
from tests.journeys import steps
from tests.support.answers import answers
from tests.support.answers_full import ANSWERS, FORM_D
from tests.support.browser import new_page
from tests.support.world import World

pytestmark = pytest.mark.journey
LOGIN = "doanhnghiep1"


@pytest.mark.parametrize("code", sorted(ANSWERS))
def test_every_page_reads_well_on_a_phone_and_on_a_desk(
    code: str, committed_world: World, browser: Browser, site: str
) -> None:
    world = committed_world

    def prepare() -> tuple[int, list[str]]:
        dossier_id: int = world.do(
            LOGIN, actions.start_draft, procedure_code=code, enterprise_id=world.enterprise_id(LOGIN)
        )
        world.answer(dossier_id, answers(code), login=LOGIN)
        with acting_as(world.process):
            form = procedures.version(world.info(dossier_id).procedure_version_id).form
        return dossier_id, [page.key for page in forms.pages(form, answers=answers(code))]

    dossier_id, pages = steps.meanwhile(prepare)
    page = new_page(browser)
    page.goto(f"{site}/thu-tuc/{code}/")
    steps.look(page, f"full-{code}-service")
    page.goto(f"{site}/dang-nhap/")
    steps.sign_in(page, world, LOGIN)
    for key in pages:
        response = page.goto(f"{site}/ho-so/{dossier_id}/khai/{key}/")
        assert response is not None
        assert response.status == 200, key
        steps.look(page, f"full-{code}-{key}")
    page.goto(f"{site}/ho-so/{dossier_id}/kiem-tra/")
    steps.look(page, f"full-{code}-check")


def test_what_is_wrong_stands_beside_the_line_it_is_about(committed_world: World, browser: Browser, site: str) -> None:
    world = committed_world
    given = answers(FORM_D)
    given["goods"][0]["share"] = 30

    def prepare() -> int:
        dossier_id: int = world.do(
            LOGIN, actions.start_draft, procedure_code=FORM_D, enterprise_id=world.enterprise_id(LOGIN)
        )
        world.answer(dossier_id, given, login=LOGIN)
        return dossier_id

    dossier_id = steps.meanwhile(prepare)
    page = new_page(browser)
    page.goto(f"{site}/dang-nhap/")
    steps.sign_in(page, world, LOGIN)
    page.goto(f"{site}/ho-so/{dossier_id}/khai/goods/")
    steps.press(page, "Lưu và tiếp tục")
    told = "Dòng hàng 1: tiêu chí RVC cần hàm lượng từ 40 % trở lên"
    assert page.get_by_role("link", name=told).get_attribute("href") == "#f-goods-0-share"
    assert told in page.locator("#f-goods-0-share-error").inner_text()
    steps.look(page, "full-error-in-a-row")
