"""Every text has its English, and the tool that says so says so rightly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import messages, msgids
from tools.msgids import Message, Unfit


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "Nộp hồ sơ" %}', [Message("Nộp hồ sơ", "a.html")]),
        ("{% trans 'Nộp' %}", [Message("Nộp", "a.html")]),
        ('{% button _("Tìm") icon="search" %}', [Message("Tìm", "a.html")]),
        ('{{ name|default:_("Chưa có") }}', [Message("Chưa có", "a.html")]),
        (
            "{% blocktranslate with code=dossier.code %}Hồ sơ {{ code }}, 100%{% endblocktranslate %}",
            [Message("Hồ sơ %(code)s, 100%%", "a.html")],
        ),
        (
            "{% blocktranslate trimmed count n=x %}\n {{ n }} tệp\n{% plural %}\n {{ n }} tệp\n{% endblocktranslate %}",
            [Message("%(n)s tệp", "a.html", "%(n)s tệp")],
        ),
        ('{# {% translate "Không" %} #}<p>Không</p>', []),
    ],
)
def test_texts_of_templates(source: str, found: list[Message]) -> None:
    assert list(msgids.of_template(source, "a.html")) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('LABEL = vi("Đã nộp")', [Message("Đã nộp", "a.py")]),
        ('say("Hồ sơ {code} đã có", code=1)', [Message("Hồ sơ {code} đã có", "a.py")]),
        ('raise Refusal("Chưa" " nộp")', [Message("Chưa nộp", "a.py")]),
        ('raise Gone("Hết", fields={"a": "Sai"})', [Message("Hết", "a.py"), Message("Sai", "a.py")]),
        ('ngettext("một", "nhiều", n)', [Message("một", "a.py", "nhiều")]),
        ('_("Có" if x else "Không")', [Message("Có", "a.py"), Message("Không", "a.py")]),
        ('Refusal(f"Hồ sơ {code} đã có")', [Unfit("a.py", 1)]),
        ('print("Không")', []),
    ],
)
def test_texts_of_python(source: str, found: list[Message | Unfit]) -> None:
    assert list(msgids.of_python(source, "a.py", {"Refusal", "Gone"})) == found


def module(folder: Path, template: str, catalogue: str) -> Path:
    home = folder / "shop"
    (home / "templates").mkdir(parents=True)
    (home / "__init__.py").touch()
    (home / "templates/a.html").write_text(template, "utf-8")
    path = home / messages.PO
    path.parent.mkdir(parents=True)
    path.write_text(catalogue, "utf-8")
    return home


ENTRY = 'msgid "Chào {name}"\nmsgstr "%s"\n'


@pytest.mark.parametrize(
    ("catalogue", "faults"),
    [
        (ENTRY % "Hello {name}", []),
        (ENTRY % "", ["shop: no English: 'Chào {name}'"]),
        (ENTRY % "Hello {who}", ["shop: other placeholders: 'Chào {name}' → 'Hello {who}'"]),
        ("", ["shop: not in the catalogue: 'Chào {name}'"]),
        (ENTRY % "Hello {name}" + '\nmsgid "Cũ"\nmsgstr "Old"\n', ["shop: no longer used: 'Cũ'"]),
        (ENTRY % "Hello {name}" + '\n#~ msgid "Cũ"\n#~ msgstr "Old"\n', ["shop: no longer used: 'Cũ'"]),
    ],
)
def test_what_the_check_finds(tmp_path: Path, catalogue: str, faults: list[str]) -> None:
    module(tmp_path, '{% translate "Chào {name}" %}', catalogue)
    assert messages.faults(tmp_path) == faults


def test_writing_keeps_what_is_used_and_drops_the_rest(tmp_path: Path) -> None:
    home = module(
        tmp_path,
        '{% translate "Chào" %}{% translate "Mới" %}',
        'msgid "Chào"\nmsgstr "Hello"\n\nmsgid "Cũ"\nmsgstr "Old"\n',
    )
    assert messages.write_all(tmp_path) == 1
    text = (home / messages.PO).read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("msg")][2:] == [
        'msgid "Chào"', 'msgstr "Hello"', 'msgid "Mới"', 'msgstr ""',
    ]  # fmt: skip


def test_one_text_has_one_english_in_all_modules(tmp_path: Path) -> None:
    module(tmp_path / "a", '{% translate "Nộp" %}', 'msgid "Nộp"\nmsgstr "Submit"\n').rename(tmp_path / "one")
    module(tmp_path / "b", '{% translate "Nộp" %}', 'msgid "Nộp"\nmsgstr "Send"\n').rename(tmp_path / "two")
    assert messages.faults(tmp_path) == ["two: 'Nộp' is 'Send' here and 'Submit' in one"]


def test_only_what_has_changed_is_compiled(tmp_path: Path) -> None:
    home = module(tmp_path, "", 'msgid "Nộp"\nmsgstr "Submit"\n')
    assert [messages.compile_all(tmp_path), messages.compile_all(tmp_path)] == [1, 0]
    made = (home / messages.PO).with_suffix(".mo")
    assert b"Submit" in made.read_bytes()
    (home / messages.PO).write_text('msgid "Nộp"\nmsgstr "Hand in"\n', "utf-8")
    assert messages.compile_all(tmp_path) == 1
    assert b"Hand in" in made.read_bytes()
