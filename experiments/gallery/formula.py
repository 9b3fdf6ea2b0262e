"""Formulas as MathML, which browsers set and screen readers read, from a line of plain signs."""

import re
from html import escape

from experiments.gallery.entry import Formula

_HALF = "<mfrac><mn>1</mn><mn>2</mn></mfrac>"
# a fraction, a word or letter, a number, an exponent, ½, a sign
_SIGNS = re.compile(
    r"\{(?P<over>[^{}]*)\}/\{(?P<under>[^{}]*)\}|(?P<sum>Σ)|(?P<word>[^\W\d_½²Σ]+)|(?P<number>\d[\d.]*)|(?P<raised>²)"
    r"|(?P<half>½)|(?P<space>\s+)|(?P<sign>.)"
)
_BETWEEN = "·≤≥<>=←+∈"  # signs that stand between two things and get space
_PROSE = {"where", "elsewhere"}


def mathml(formula: Formula) -> str:
    """A `<math>` element.

    >>> mathml(Formula("L", (("e²", ""),)))[26:]
    '<mrow><mi>L</mi></mrow><mo>=</mo><mrow><msup><mi>e</mi><mn>2</mn></msup></mrow></math>'
    """
    name = f"<mrow>{_row(formula.name)}</mrow>"
    relation = "" if re.search(r"[←=]", formula.name) else "<mo>=</mo>"
    if len(formula.cases) == 1 and not formula.cases[0][1]:
        return f'<math displaystyle="true">{name}{relation}<mrow>{_row(formula.cases[0][0])}</mrow></math>'
    rows = "".join(f"<mtr><mtd>{_row(value)}</mtd><mtd>{_row(where)}</mtd></mtr>" for value, where in formula.cases)
    return f'<math>{name}{relation}<mrow><mo class="brace">{{</mo><mtable>{rows}</mtable></mrow></math>'


def _row(text: str) -> str:
    parts: list[str] = []
    for match in _SIGNS.finditer(text):
        kind, sign = match.lastgroup, match.group()
        if kind == "under":
            over, under = _row(match["over"]), _row(match["under"])
            parts.append(f"<mfrac><mrow>{over}</mrow><mrow>{under}</mrow></mfrac>")
        elif kind == "sum":
            parts.append("<mo>∑</mo>")
        elif kind == "raised":
            parts[-1] = f"<msup>{parts[-1]}<mn>2</mn></msup>"
        elif kind == "word" and sign in _PROSE:
            parts.append(f"<mtext>&nbsp;{sign}&nbsp;</mtext>")
        elif kind == "word":
            applied = len(sign) > 1 and text[match.end() : match.end() + 1] == " "  # to what follows, as in log e
            parts.append(f"<mi>{sign}</mi>" + ('<mspace width="0.17em"/>' if applied else ""))
        elif kind == "number":
            parts.append(f"<mn>{sign}</mn>")
        elif kind == "half":
            parts.append(_HALF)
        elif kind == "sign":
            before = text[: match.start()].rstrip()
            operand = re.search(r"[\w)|²]$", before) and not before.endswith("where")
            parts.append(_sign(sign, negative=sign == "−" and not operand))
    return "".join(parts)


def _sign(sign: str, negative: bool) -> str:
    if negative:
        return '<mo form="prefix" lspace="0" rspace="0">−</mo>'
    if sign == "|":  # two of them would be stretched to what stands between, or set as a relation
        return '<mo stretchy="false" lspace="0.06em" rspace="0.06em">|</mo>'
    if sign in "()":
        return f'<mo stretchy="false">{sign}</mo>'
    space = ' lspace="0.25em" rspace="0.25em"' if sign in _BETWEEN else ""
    return f"<mo{space}>{escape(sign)}</mo>"
