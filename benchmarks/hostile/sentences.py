"""What a sentence of a page claims: one table of sentence forms, each with what it says of whom.

A sentence that no form fits is not understood; it is counted and shown, never passed over. Sentences that claim nothing
beyond what was measured have forms too (`no_claims.py`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from hostile.no_claims import TOTAL, claims_nothing

NUMBER = r"[-−+]?\d[\d,]*(?:\.\d+)?(?:e[−+]?\d+)?"
SIZE = re.compile(
    rf"(?P<mean>{NUMBER})(?: points?)?(?: (?:of|in) validation [\w ]+?)?"
    rf"(?: \((?P<low>{NUMBER}) to (?P<high>{NUMBER})\))?(?=[,.: ]|$)"
)
BASELINE = "the baseline"
BEST = "what ranks first"


@dataclass(frozen=True)
class Said:
    """One claim, its sides still phrases.

    kind: `better` (one is better than other), `worse`, `same` (they differ by less than matters), `every same` (no
    configuration differs from the baseline by what matters), `largest` (no other change gains more than one), `out`
    (one is not the best of all), `others out`, `best of all` (one is better than each other), `depends` (one gains with
    other and loses with third), `depends on` (one's effect turns round with the levels of the factor other), `differs`
    (its gain is larger with other than with third), `most` (the factors in one are the largest source of variance),
    `same gains` (its gain with other and with third differ by less than matters), `close` (so many of the others are
    less than what matters behind the best), and numbers with an interval: `gain` of one over other, `trained gain`
    where both train, `test gain`, `difference of gains` of one with other and with third, `behind` (how far one is
    behind the best of the others, at most), `share` of the variance, `chance` that one beats other on a seed.
    low, high: the ends as printed, with the digits that were printed.
    """

    kind: str
    one: str = ""
    other: str = ""
    third: str = ""
    low: str = ""
    high: str = ""


Form = tuple[re.Pattern[str], Callable[[re.Match[str]], list[Said]]]


def claims_of(sentence: str) -> list[Said] | None:
    """What a sentence claims, nothing for some; None where it is not understood.

    >>> [(claim.kind, claim.one, claim.other) for claim in claims_of("tanh beats relu by 0.6 points (0.2 to 1.0).")]
    [('better', 'tanh', 'relu'), ('gain', 'tanh', 'relu')]
    >>> claims_of("Use tanh, always.") is None
    True
    """
    sentence = sentence.replace("\N{NO-BREAK SPACE}", " ")
    if before := re.match("On the seeds that chose it: ", sentence):
        claims = claims_of(sentence[before.end() :])  # names of parts keep their spelling
        if claims is not None:
            return claims
        return claims_of(f"{sentence[before.end()].upper()}{sentence[before.end() + 1 :]}")
    sentence = re.sub("^On (?:fresh seeds|the seeds that the study was run on): ", "", sentence)
    condition = ""
    if under := re.match(r"With ([^:]+): (?=keep|use|[^:]+ ranks first)", sentence):
        condition, sentence = under[1], sentence[under.end() :]
    elif under := re.fullmatch(r".+? (?:beats|gains|loses) .+, with ([^,]+?)\.", sentence):
        condition = under[1]
    for pattern, read in FORMS:
        if match := pattern.fullmatch(sentence):
            return [_under(claim, condition) for claim in read(match)]
    return [] if claims_nothing(sentence) else None


def _under(said: Said, condition: str) -> Said:
    """A claim that holds under a condition."""
    return replace(said, one=f"{said.one} both with {condition}") if condition and said.one else said


def _read_interval(one: str, other: str, text: str, sign: int = 1) -> list[Said]:
    """The interval in `0.6 points of validation accuracy (0.2 to 1.0), …`, and `less than … either way`."""
    claims: list[Said] = []
    size = SIZE.match(text)
    if size and size["low"]:
        ends = (size["low"], size["high"]) if sign > 0 else (_minus(size["high"]), _minus(size["low"]))
        claims.append(Said("gain", one, other, "", *ends))
    if trained := re.search(r"(?:where both train|of what trained)(?: \(.+?\))? it (gains|loses) (.+)", text):
        own = SIZE.match(trained[2])
        if own and own["low"]:
            gains = trained[1] == "gains"
            ends = (own["low"], own["high"]) if gains else (_minus(own["high"]), _minus(own["low"]))
            claims.append(Said("trained gain", one, other, "", *ends))
    if re.search(r"less than [\d.e−]+(?: points?)? either way", text):
        claims.append(Said("same", one, other))
    return claims


def _minus(number: str) -> str:
    return number[1:] if number.startswith("−") else f"−{number}"


def _read_gain(one: str, other: str, text: str) -> list[Said]:
    """Of `gains 0.3 points …` or `loses …` or `costs …`."""
    verb, _, rest = text.partition(" ")
    return _read_interval(one, other, rest, 1 if verb == "gains" else -1)


def _beats(found: re.Match[str]) -> list[Said]:
    one, other = found["one"], found["other"]
    said = [Said("better", one, other), *_read_interval(one, other, found["rest"])]
    return said + ([Said("largest", one)] if ": the most useful of" in found["rest"] else [])


def _read_list(kind: str, other: str = BASELINE) -> Callable[[re.Match[str]], list[Said]]:
    """Of `Also shown to help: tanh (+0.6) and elu (+0.4).`"""

    def read(found: re.Match[str]) -> list[Said]:
        names = re.findall(rf"(?:^|, | and )((?:(?! \({NUMBER}\)).)+?) \({NUMBER}\)", found["list"])
        return [Said(kind, name, other) for name in names]

    return read


def _names(text: str) -> list[str]:
    """`tanh, elu and 2 more` as names, without the count of those that are left out."""
    parts = re.split(r", (?!both)| and (?!\d+ more)", re.sub(r"(?:,| and) \d+ more$", "", text))
    return [part for part in parts if part]


def _depends(found: re.Match[str]) -> list[Said]:
    pattern = re.compile(
        r"(.+?) gains [\d.]+(?: points?)? with (.+?) and loses [\d.]+(?: points?)? with (.+?)(?:, | and |$)"
    )
    return [Said("depends", *parts) for parts in pattern.findall(found["list"])]


def _outcomes(found: re.Match[str]) -> list[Said]:
    """Of the title `Activation: better than the reference: tanh; worse: elu; 2 not told apart.`"""
    said = []
    for part in re.split(r"; ", found["list"]):
        if named := re.fullmatch(r"(?i)(better|worse)(?: than the reference)?: (.+)", part):
            said += [Said(named[1].lower(), name, BASELINE) for name in _names(named[2])]
        elif named := re.fullmatch(r"(?i)depends on another factor: (.+)", part):
            said += [Said("depends on", name) for name in _names(named[1])]
    return said


def _strip_removal(text: str) -> str:
    return re.sub(r"^(?i:removing) (.+?) \(.*\)$", r"without \1", re.sub(r"^(?i:replacing) .+ with (.+)$", r"\1", text))


def _costs(found: re.Match[str]) -> list[Said]:
    one = _strip_removal(found["one"])
    said = [Said("worse", one, BASELINE), *_read_interval(one, BASELINE, found["rest"], -1)]
    return said + ([Said("largest loss", one)] if ": the most of" in found["rest"] else [])


def _test(found: re.Match[str]) -> list[Said]:
    size = re.search(rf"a (gain|loss) of {NUMBER}(?: points?)? \(({NUMBER}) to ({NUMBER})\)", found["rest"])
    if not size:
        return []
    ends = (size[2], size[3]) if size[1] == "gain" else (_minus(size[3]), _minus(size[2]))
    return [Said("test gain", BEST, BASELINE, "", *ends)]


def _read_trained(found: re.Match[str]) -> list[Said]:
    """Of what stands beside a comparison of which runs diverged."""
    both = re.match(
        r".+?, (?P<other>.+?) on \d+ of \d+ .*where both train \(.+?\) .+? (?P<rest>(?:gains|loses) .+)", found["rest"]
    )
    said = _read_gain(found["one"], both["other"], both["rest"]) if both else []
    return [replace(claim, kind="trained gain") for claim in said if claim.kind == "gain"]


def _most(found: re.Match[str]) -> list[Said]:
    said = [Said("most" if found["most"] else "matters", found["one"])]
    return said + ([Said("share", found["one"], "", "", found["low"], found["high"])] if found["low"] else [])


def _matters(found: re.Match[str]) -> list[Said]:
    names = re.findall(r"(?:^|, | and )([^,]+?) \(\d+ % of the variance\)", found["list"])
    return [Said("matters", name) for name in names]


def _differs(found: re.Match[str]) -> list[Said]:
    """`What a1 gains over a0 differs by 1.2 points (0.4 to 2.0) between b1 (+1.5) and b0 (+0.3)`."""
    first, second = (float(found[name].replace("−", "-").replace(",", "")) for name in ("first", "second"))
    parts = (found["at"], found["other"])[:: 1 if first >= second else -1]
    said, size = [Said("differs", found["one"], *parts)], SIZE.match(found["size"])
    if size and size["low"]:
        said.append(Said("difference of gains", found["one"], *parts, size["low"], size["high"]))
    return said


def _close(text: str | None) -> list[Said]:
    """How many are said to be close to the best: `3 of the others are`, `it is`."""
    number = re.match(r"\d+", text) if text else None
    return [Said("close", number[0] if number else "1")] if text else []


def _form(pattern: str, read: Callable[[re.Match[str]], list[Said]]) -> Form:
    return re.compile(pattern), read


FORMS: list[Form] = [
    _form(
        r"(?:On (?:\d+ )?fresh seeds |It depends on the [^:]+: )?(?P<one>.+?),? beats (?P<other>.+?) by (?P<rest>.+)\.",
        _beats,
    ),
    _form(
        rf"No configuration makes a practical difference: the best of {TOTAL} on validation has (?P<one>.+?) "
        r"instead of (?P<other>.+?),? and (?P<rest>(?:gains|loses) .+)\.",
        lambda m: [
            Said("every same"),
            Said("same", m["one"], m["other"]),
            *_read_gain(m["one"], m["other"], m["rest"]),
        ],
    ),
    _form(
        rf"No configuration is shown to beat .+?: the best of {TOTAL} on validation has (?P<one>.+?) instead of "
        r"(?P<other>.+?),? and (?P<rest>(?:gains|loses) .+)\.",
        lambda m: _read_gain(m["one"], m["other"], m["rest"]),
    ),
    _form(
        r"No configuration makes a practical difference: (?:of \d+ others the largest gain is that of )?(?P<one>.+?) "
        r"instead of (?P<other>.+?),?(?: which)? (?P<rest>(?:gains|loses) .+)\.",
        lambda m: [
            Said("every same"),
            Said("same", m["one"], m["other"]),
            *_read_gain(m["one"], m["other"], m["rest"]),
        ],
    ),
    _form(
        r"No configuration is shown to beat .+?: (?:of \d+ others the largest gain is that of )?(?P<one>.+?) "
        r"instead of (?P<other>.+?),?(?: which)? (?P<rest>(?:gains|loses) .+)\.",
        lambda m: _read_gain(m["one"], m["other"], m["rest"]),
    ),
    _form(r"Also shown to beat (?P<other>[^:]+): (?P<list>.+)\.", _read_list("better")),
    _form(
        rf"What (?P<one>.+?) gains over .+? differs by (?P<size>.+?) between (?P<at>.+?) \((?P<first>{NUMBER})\) and "
        rf"(?P<other>.+?) \((?P<second>{NUMBER})\)(?:; so (?:do|does) .+)?\.",
        _differs,
    ),
    _form(
        r"(?:The other one cannot|None of the \d+ others can|\d+ of \d+ other configurations? cannot) be ruled out as "
        r"the best(?:; (?P<close>.+) shown to be less than .+ behind it, whichever that is)?\.",
        lambda m: _close(m["close"]),
    ),
    _form(
        r"Whether (?P<one>.+?) or (?P<other>.+?) makes no practical difference: on .+? the first "
        r"(?P<rest>(?:gains|loses) .+)\.",
        lambda m: [Said("same", m["one"], m["other"]), *_read_gain(m["one"], m["other"], m["rest"])],
    ),
    _form(
        r"(?P<one>.+?) makes no practical difference against (?P<other>.+?): it (?P<rest>(?:gains|loses) .+)\.",
        lambda m: [Said("same", m["one"], m["other"]), *_read_gain(m["one"], m["other"], m["rest"])],
    ),
    _form(
        r"(?P<one>.+?) is not shown to be better or worse than (?P<other>.+?): it (?P<rest>(?:gains|loses) .+)\.",
        lambda m: _read_gain(m["one"], m["other"], m["rest"]),
    ),
    _form(
        r"(?P<one>.+?) is not shown to beat (?P<other>.+?) on \d+ fresh seeds?: it (?P<rest>(?:gains|loses) .+)\.",
        lambda m: _read_gain(m["one"], m["other"], m["rest"]),
    ),
    _form(
        rf"(?:[Tt]he (?:tuned )?baseline|The whole) \(.*\) ranks first of {TOTAL} on validation, ahead of "
        r"(?P<other>.+?) by (?P<rest>.+)\.",
        lambda m: _read_interval(BASELINE, m["other"], m["rest"]),
    ),
    _form(
        rf"None of {TOTAL} to the baseline is shown to help: the best of them, (?P<one>.+?) instead of "
        r"(?P<other>.+?), (?P<rest>(?:gains|loses) .+)\.",
        lambda m: _read_gain(m["one"], m["other"], m["rest"]),
    ),
    _form(r"The change to the baseline is not shown to help: it (?P<rest>(?:gains|loses) .+)\.", lambda m: []),
    _form(r"Failures are counted at their cost: (?P<one>.+?) diverged on (?P<rest>.+)\.", _read_trained),
    _form(r"(?P<one>(?:Removing|Replacing) .+?) costs (?P<rest>.+)\.", _costs),
    _form(
        rf"(?:The part is not|None of {TOTAL} is) shown to matter: (?P<one>(?:removing|replacing) .+?) "
        r"(?P<rest>(?:gains|loses|costs) .+)\.",
        lambda m: _read_gain(_strip_removal(m["one"]), BASELINE, m["rest"]),
    ),
    _form(
        rf"(?:None of {TOTAL} shows|The one comparison does not show) a level better than the baseline’s: "
        r"(?P<one>.+?) (?P<rest>(?:gains|loses) .+)\.",
        lambda m: _read_gain(m["one"], BASELINE, m["rest"]),
    ),
    _form(r"(?:Also s|S)hown to (?:be worse(?: than the baseline’s level)?|hurt): (?P<list>.+)\.", _read_list("worse")),
    _form(
        r"(?:Also s|S)hown to (?:be better(?: by itself| than the baseline’s level)?|help): (?P<list>.+)\.",
        _read_list("better"),
    ),
    _form(r"Also shown to matter: (?P<list>.+)\.", _read_list("worse")),
    _form(r"Better so: (?P<list>.+)\.", _read_list("better")),
    _form(r"It depends: (?P<list>.+)\.", _depends),
    _form(
        r"(?:Each of the \d+ others|The other one) can be ruled out as the best"
        r"(?:; (?P<close>.+) shown to be less than .+ behind it, whichever that is)?\.",
        lambda m: [Said("others out", BEST), *_close(m["close"])],
    ),
    _form(
        r"[Uu]se (?P<one>.+?), (?:by itself )?shown to be better than (?P<other>.+)\.",
        lambda m: [Said("better", m["one"], m["other"])],
    ),
    _form(r"[Uu]se (?P<one>.+?): each of the others is shown to be worse\.", lambda m: [Said("best of all", m["one"])]),
    _form(
        r"(?P<one>.+) ranks first, by less than [\d.e−]+(?: points?)?\.", lambda m: [Said("same", m["one"], BASELINE)]
    ),
    _form(
        r"Its learning rate, (?P<one>.+?), is shown to be better than the declared (?P<other>.+?), by (?P<rest>.+)\.",
        lambda m: [
            Said("better", f"{BASELINE} learning rate {m['one']}", f"{BASELINE} learning rate {m['other']}"),
            *_read_interval(
                f"{BASELINE} learning rate {m['one']}", f"{BASELINE} learning rate {m['other']}", m["rest"]
            ),
        ],
    ),
    _form(
        r"(?:No|no) (?:level|removal) of (?P<one>.+?) makes a practical difference\.",
        lambda m: [Said("levels same", m["one"])],
    ),
    _form(
        r"(?P<factors>[^:;]+?): (?P<list>(?:better|worse|depends on another factor)\b.*)\.",
        _outcomes,
    ),
    _form(r"(?P<list>(?:Better|Worse|Depends on another factor): .*)\.", _outcomes),
    _form(
        rf"(?P<one>.+?)(?: together)? matters?(?P<most> most)?: (?P<mean>{NUMBER}) % of the variance between "
        rf"configurations(?: \((?P<low>{NUMBER}) to (?P<high>{NUMBER})\))?\.",
        _most,
    ),
    _form(rf"(?P<one>.+?) matters(?P<most> most): {NUMBER} % of the variance between draws(?P<low>)\.", _most),
    _form(r"What matters: (?P<list>.+); which of them most is not shown\.", _matters),
    _form(
        r"(?P<list>(?:.+? depends on the .+?)(?:, .+? depends on the .+?)*"
        r"(?: and (?:.+? depends on the .+?|\d+ more))?)\.",
        lambda m: [Said("depends on", *part.split(" depends on the ")) for part in _names(m["list"])],
    ),
    _form(
        rf"Of 100 reruns(?:, both with (?P<both>.+?))?, (?P<one>.+?) would beat (?P<other>.+?) in about \d+ "
        rf"\((?P<low>{NUMBER}) to (?P<high>{NUMBER})\), lose to it in \d+\.",
        lambda m: [_under(Said("chance", m["one"], m["other"], "", m["low"], m["high"]), m["both"] or "")],
    ),
    _form(
        rf"In a single run, (?P<one>.+?) would score (?:higher|lower) than (?P<other>.+?) about \d+ times in 100 "
        rf"\((?P<low>{NUMBER}) to (?P<high>{NUMBER})\)\.",
        lambda m: [Said("chance", m["one"], m["other"], "", m["low"], m["high"])],
    ),
    _form(r"In probabilities: .+ that it is worse by more than that\.", lambda m: []),
    _form(r"On the test set, which decides nothing here, (?P<rest>.+)\.", _test),
]
