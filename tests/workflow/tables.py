"""Decision tables for the tests."""

from __future__ import annotations

from html import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def dmn(
    *rules: tuple[str, ...],
    inputs: tuple[tuple[str, str], ...] = (("programme.value", "number"),),
    outputs: tuple[tuple[str, str], ...] = (("fee", "number"),),
    hit: str = "UNIQUE",
    key: str = "phi",
    more: str = "",
) -> bytes:
    """A file with one table. Each rule holds the texts of its input cells, then of its output cells."""
    policy, _, aggregation = hit.partition(" ")
    columns = "".join(
        f'<input id="i{n}" label="{path}"><inputExpression typeRef="{kind}"><text>{escape(path)}</text>'
        "</inputExpression></input>"
        for n, (path, kind) in enumerate(inputs)
    ) + "".join(f'<output id="o{n}" name="{name}" typeRef="{kind}"/>' for n, (name, kind) in enumerate(outputs))
    rows = "".join(
        f'<rule id="r{n}">'
        + "".join(f"<inputEntry><text>{escape(c)}</text></inputEntry>" for c in cells[: len(inputs)])
        + "".join(f"<outputEntry><text>{escape(c)}</text></outputEntry>" for c in cells[len(inputs) :])
        + "</rule>"
        for n, cells in enumerate(rules, start=1)
    )
    collect = f' aggregation="{aggregation}"' if aggregation else ""
    return (
        f'<definitions xmlns="{NAMESPACE}" id="d" name="d" namespace="urn:emoit:decision"><decision id="{key}" '
        f'name="Bảng thử"><decisionTable hitPolicy="{policy}"{collect}>{columns}{rows}</decisionTable>{more}'
        "</decision></definitions>"
    ).encode()


TIERS = (("<= 100", "0"), ("]100..500]", "200000"), ("> 500", "500000"))
