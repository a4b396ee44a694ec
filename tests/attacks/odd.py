"""Odd strings of our own making: what breaks quoting, templates, typesetting, queries, paths and directions."""

from __future__ import annotations

from itertools import product

# Evaluated anywhere, the sum shows.
SUM, SUMMED = "1234*4321", "5332114"

_QUOTES = [
    "'",
    '"',
    "`",
    "''",
    '""',
    "\\",
    "\\'",
    '\\"',
    "\\\\",
    "’",
    "“”",
    "«»",
    "'\"`",
    "&quot;",
    "&#39;",
    "&amp;lt;",
]
_TAGS = [
    "<script>alert(1)</script>", "</textarea><script>x</script>", "<img src=x onerror=alert(1)>", "<svg/onload=x>",
    '"><script>x</script>', "'><b>x</b>", "<!--", "-->", "<![CDATA[x]]>", "</title><script>x", "<a href=javascript:x>x</a>",
    "<iframe src=//evil.example>", "<style>*{display:none}</style>", "<base href=//evil.example>", "<<script>>", "<", ">", "</",
    "<script\n>x</script>", "<ScRiPt>x</sCrIpT>", "<math><mi//xlink:href=x>", "<form action=//evil.example>", "&lt;script&gt;",
]  # fmt: skip
_TEMPLATES = [
    f"{{{{ {SUM} }}}}", f"{{% if {SUM} %}}x{{% endif %}}", "{% load ui %}", "{% include '/etc/passwd' %}", "{{ request }}",
    f"${{{SUM}}}", f"#{{{SUM}}}", f"<%= {SUM} %>", "{{ settings.SECRET_KEY }}", "{# x #}", "{%", "%}", "{{", "}}", "%s", "%(x)s",
    "{0}", "{x.__class__}", "%n%n%n", "$(id)", "`id`", "; rm -rf /", "| cat", "&& x", "%d" * 20,
]  # fmt: skip
_TYPST = [
    '#panic("x")', f"#({SUM})", f"#eval(\"{SUM}\")", '#read("/etc/passwd")', '#include "base.typ"', '#import "base.typ": *',
    "*đậm*", "_nghiêng_", "= Đầu đề", "- mục", "+ mục", "/ mục: x", "$x^2$", "$", "@tham", "<nhãn>", "//chú", "/*", "*/",
    "```x```", "~", "---", "\\u{1F600}", "#set page(fill: black)", "#link(\"https://evil.example\")", "]", "[", "#[", "#]", "\\",
    "#pagebreak()", "#h(99cm)", "https://evil.example/",
]  # fmt: skip
_SQL = [
    "' or 1=1 --",
    "'; drop table dossiers_dossier; --",
    "\\'; select 1; --",
    "1) or (1=1",
    "%' and 'x' like '%",
    "$$x$$",
    "\\x00",
    "E'\\\\'",
    "null",
    "NULL",
    "{}",
    "[]",
    "0",
    "-0",
    "1e999",
    "NaN",
]
_PATHS = [
    "../../../etc/passwd",
    "..\\..\\x",
    "/etc/passwd",
    "C:\\x",
    "file:///etc/passwd",
    "//evil.example",
    "con.txt",
    ".",
    "..",
    "~",
    "a/b",
    "%2e%2e%2f",
    "%00",
    "%0d%0aSet-Cookie: x",
]
_LETTERS = [
    "😀", "👩‍👩‍👧‍👦", "🇻🇳", "e\u0301", "Nguye\u0302\u0303n", "ﬁ", "ﷺ", "مرحبا", "שלום", "Ω≈ç√∫", "日本語", "한국어", "ไทย",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324", "\u200bẩn\u200d", "\ufeffx", "\u00a0x\u00a0", "\u2028x", "\u2029x", "\u0085x",
    "\u202egnp.exe", "\u2066x\u2069", "\u200fx", "İı", "ß", "𝕏", "\U0010fffd", "\ue000", "\ufffd", "Đặng Thị Huệ", "ĐẶNG", "đ",
]  # fmt: skip
_AROUND = ["{}", "x{}", "{}x", "A {} B", "{0}{0}"]

STRINGS = [
    around.format(odd) if around != "{}" else odd
    for odd, around in product([*_QUOTES, *_TAGS, *_TEMPLATES, *_TYPST, *_SQL, *_PATHS, *_LETTERS], _AROUND)
]
STRINGS += ["x" * 5000, "ă" * 1000, "W" * 300, "a b " * 500, "\n" * 50 + "x", "x\n" * 100, "\t", " " * 100 + "x"]

# Printed on paper all at once: whatever can be seen, a line each.
PRINTED = [s for s in (*_TAGS, *_TEMPLATES, *_TYPST, *_SQL, *_QUOTES) if s.isprintable()]
