"""Nothing in a document may make the parser grow, wait, read a file or call a host."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from emoit.lib.xml import XmlRefused, parse_xml

BOMB = f"""<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "{"&a;" * 10}"><!ENTITY c "{"&b;" * 10}">]><b>&c;</b>"""
OUTSIDE = """<!DOCTYPE b [<!ENTITY f SYSTEM "file:///etc/passwd">]><b>&f;</b>"""


def test_an_ordinary_document() -> None:
    root = parse_xml(
        '<?xml version="1.0" encoding="UTF-8"?><!-- c --><?p i?><hồ-sơ mã="1"><tên>Đỗ</tên></hồ-sơ>'.encode()
    )
    assert (root.tag, root.get("mã"), root[0].text) == ("hồ-sơ", "1", "Đỗ")


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0" encoding="utf-16"?><a>Đ</a>'.encode("utf-16"),
        "<a>Đ</a>".encode("utf-16"),
        b"\xef\xbb\xbf<a>\xc4\x90</a>",
        b"  \n<a>\xc4\x90</a>",
        b"<?xml version='1.0' encoding='US-ASCII'?><a>&#272;</a>",
    ],
)
def test_encodings_in_use(data: bytes) -> None:
    assert parse_xml(data).text == "Đ"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BOMB.encode(), "doctype"),
        (OUTSIDE.encode(), "doctype"),
        (BOMB.encode("utf-16"), "doctype"),
        (b"\xef\xbb\xbf" + BOMB.encode(), "doctype"),
        (b'<?xml version="1.0"?>\n<!-- x --><?y z?>\n' + BOMB.encode(), "doctype"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "doctype"),
        (b'<!DOCTYPE a PUBLIC "-//x" "http://127.0.0.1:9/a.dtd"><a/>', "doctype"),
        (b"<!DOCTYPE a><a/>", "doctype"),
        (b"<!doctype a><a/>", "doctype"),
        (b"<a>&nbsp;</a>", "malformed"),
        (b"<a>", "malformed"),
        (b"<a/><b/>", "malformed"),
        (b"", "malformed"),
        (b"   ", "malformed"),
        (b"<!-- never closed", "malformed"),
        (b"<?xml version='1.0' encoding='UTF-7'?>+ADw-a/+AD4-", "encoding"),
        (b"<?xml version='1.0' encoding='windows-1258'?><a/>", "encoding"),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", "encoding"),
        (b"<a>\xff</a>", "encoding"),
        ("<a/>".encode("utf-32"), "malformed"),
        (b"<a>" * 101 + b"</a>" * 101, "too_deep"),
        (b"<a>" * 100_000, "malformed"),
        (b"\x00" * 64, "malformed"),
        (b"%PDF-1.7", "malformed"),
    ],
)
def test_refused(data: bytes, code: str) -> None:
    with pytest.raises(XmlRefused) as caught:
        parse_xml(data)
    assert caught.value.code == code
    assert caught.value.message.startswith("Tệp XML")


def test_limits() -> None:
    assert parse_xml(b"<a>" * 100 + b"</a>" * 100).tag == "a"
    with pytest.raises(XmlRefused, match="tối đa 1 KB") as caught:
        parse_xml(b"<a>" + b"x" * 2000 + b"</a>", max_bytes=1024)
    assert caught.value.code == "too_large"
    with pytest.raises(XmlRefused, match="quá 3 tầng"):
        parse_xml(b"<a><a><a><a/></a></a></a>", max_depth=3)


def test_inclusions_and_stylesheets_are_left_alone() -> None:
    data = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></a>'
    assert etree.tostring(parse_xml(data)) == data


def test_a_doctype_in_text_is_only_text() -> None:
    assert parse_xml(b"<a><![CDATA[<!DOCTYPE b>]]></a>").text == "<!DOCTYPE b>"


@pytest.mark.parametrize(
    "line",
    [
        "from xml.etree import ElementTree",
        "import xml.sax",
        "from xml.dom import minidom",
        "from lxml import etree\netree.fromstring(b'')",
        "import lxml.etree\nlxml.etree.parse('x')",
        "from lxml.etree import XML",
        "from lxml import objectify",
        "import lxml.html",
    ],
)
def test_the_linter_forbids_every_other_parser(line: str) -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--select",
            "TID251",
            "--stdin-filename",
            "src/emoit/exchange/x.py",
            "-",
        ],
        input=line + "\n",
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
    )
    assert (done.returncode, "parse_xml" in done.stdout) == (1, True), done.stdout + done.stderr
