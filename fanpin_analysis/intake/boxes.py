"""Tick boxes in running text: which options a cell offers, and which of them are ticked.

A box may stand before or after its option. Which of the two a cell means is told by counting: the
right way leaves no box over. What both ways read alike is certain; what they read differently is
unclear, and nothing is taken from it. 口 is a box only where it touches an option.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from fanpin_analysis.intake.cells import squeezed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIGHT: Final = re.compile(r"[\s()\[\]、,:;.。_]+")
NUMBERED: Final = r"(?:[0-9]\s*[.、,]\s*)?"
WORD_BEFORE: Final = re.compile(r"\w$")
Kind = Literal["option", "mark", "text"]


@dataclass(slots=True, kw_only=True)
class Token:
    """A piece of a text: an option, a box, or something else."""

    kind: Kind
    text: str
    question: str = ""
    word: str = ""
    ticked: bool | None = None
    mixed: bool = False
    touches_left: bool = False
    touches_right: bool = False


@dataclass(slots=True, kw_only=True)
class Ticks:
    """What one text says of one question.

    ``ticked`` and ``open`` are the options whose boxes are ticked and not, ``bare`` those without a
    box. ``remark`` is what was typed behind the last ticked box. ``doubtful`` are empty boxes that
    can belong to either of two options: an answer that was typed beside them may be lost.
    """

    ticked: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    remark: str = ""
    unclear: bool = False
    doubtful: bool = False


def fold(text: str) -> str:
    """Return a text in which characters of any width are alike; line breaks are spaces."""
    return re.sub(r"\s", " ", unicodedata.normalize("NFKC", text))


class Boxes:
    """Reads the tick boxes of some questions, each given as spellings and the words they mean."""

    def __init__(
        self,
        questions: Mapping[str, Mapping[str, str]],
        marks: tuple[str, str],
        answers: Mapping[str, bool],
    ) -> None:
        """Compile the options. ``marks`` are the ticked and the unticked boxes."""
        self.ticked, self.unticked = (frozenset(fold(signs)) - {" "} for signs in marks)
        self.answers = answers
        self.meanings: dict[str, tuple[str, str]] = {}
        for question, options in questions.items():
            for spelling, word in options.items():
                self.meanings.setdefault(squeezed(spelling), (question, word))
        options = sorted((s for s in self.meanings if s), key=len, reverse=True)
        option = "|".join(r"\s*".join(map(re.escape, spelling)) for spelling in options) or "(?!)"
        signs = "".join(map(re.escape, sorted(self.ticked | self.unticked)))
        self.token = re.compile(
            rf"(?P<option>{NUMBERED}(?P<label>{option}))|(?P<mark>[{signs}]+)"
            rf"|(?P<light>{LIGHT.pattern})",
            re.IGNORECASE,
        )

    def has_box(self, text: str) -> bool:
        """Tell whether a text holds anything that can be a box."""
        return not (self.ticked | self.unticked).isdisjoint(fold(text))

    def lone(self, text: str) -> bool | None:
        """Return what a text that is nothing but boxes says; null for any other text."""
        signs = set("".join(fold(text).split()))
        if not signs or not signs <= self.ticked | self.unticked:
            return None
        return not signs.isdisjoint(self.ticked)

    def read(self, texts: Sequence[str]) -> dict[str, Ticks]:
        """Return what neighbouring texts, in reading order, say of each question they name."""
        tokens = self._tokens(" ".join(map(fold, texts)))
        self._words_for_ticks(tokens)
        readings = [_linked(tokens, step) for step in (1, -1)]
        best = max(score for _, score in readings)
        said = [_said(tokens, links) for links, score in readings if score == best]
        found: dict[str, Ticks] = {}
        for place, token in enumerate(tokens):
            if token.kind == "option":
                ticks = found.setdefault(token.question, Ticks())
                _note(ticks, token.word, {answers[place] for answers in said})
                if token.word in ticks.ticked:
                    ticks.remark = _behind(tokens, place) or ticks.remark
        for ticks in found.values():
            ticks.unclear = ticks.unclear or (ticks.doubtful and not ticks.ticked)
        return found

    def _tokens(self, text: str) -> list[Token]:
        """Cut a text into options, boxes and the rest; spaces and commas only part them."""
        tokens: list[Token] = []
        end, parted = 0, True
        for found in self.token.finditer(text):
            if found.start() > end:
                self._begin_of_a_word(tokens, parted=parted)
                tokens.append(Token(kind="text", text=text[end : found.start()]))
                parted = False
            end = found.end()
            if found["light"] is not None:
                parted = parted or found["light"] != ""
                continue
            token = self._token(found, parted=parted, before=tokens[-1] if tokens else None)
            if tokens and not parted:
                tokens[-1].touches_right = token.touches_left = True
            tokens.append(token)
            parted = False
        if text[end:].strip():
            self._begin_of_a_word(tokens, parted=parted)
            tokens.append(Token(kind="text", text=text[end:]))
        return tokens

    def _token(self, found: re.Match[str], *, parted: bool, before: Token | None) -> Token:
        if found["option"] is not None:
            question, word = self.meanings[squeezed(found["label"])]
            return Token(kind="option", text=found["option"], question=question, word=word)
        signs = set(found["mark"])
        inside_a_word = not parted and before is not None and before.kind == "text"
        if inside_a_word and not signs & self.ticked and WORD_BEFORE.search(found["mark"]):
            return Token(kind="text", text=found["mark"])  # 人口
        ticked = not signs.isdisjoint(self.ticked)
        mixed = found["mark"][0] in self.unticked and found["mark"][-1] in self.ticked
        return Token(kind="mark", text=found["mark"], ticked=ticked, mixed=mixed)

    def _begin_of_a_word(self, tokens: list[Token], *, parted: bool) -> None:
        """Take a box that a text follows, and that no option goes before, for a letter: 口粮."""
        mark = tokens[-1] if tokens else None
        if mark and mark.kind == "mark" and not (parted or mark.ticked or mark.touches_left):
            mark.kind = "text" if WORD_BEFORE.search(mark.text) else "mark"

    def _words_for_ticks(self, tokens: list[Token]) -> None:
        """Let a 有 or a 无 typed behind an empty box stand for its tick."""
        for mark, word in pairwise(tokens):
            if mark.kind == "mark" and not mark.ticked and word.kind == "text":
                answer = self.answers.get(squeezed(word.text))
                if answer is not None:
                    mark.ticked, word.text = answer, ""
        tokens[:] = [token for token in tokens if token.kind != "text" or token.text.strip()]


def _linked(tokens: list[Token], step: int) -> tuple[dict[int, Token], int]:
    """Give every option the box behind it (1) or before it (-1), and score the fit.

    Each box that an option has counts for the way, each box that is left over against it.
    """
    links: dict[int, Token] = {}
    for place, token in enumerate(tokens):
        if token.kind == "option" and 0 <= place + step < len(tokens):
            mark = tokens[place + step]
            if mark.kind == "mark":
                links[place] = mark
    strays = sum(token.kind == "mark" for token in tokens) - len(links)
    return links, len(links) - strays


def _said(tokens: list[Token], links: dict[int, Token]) -> dict[int, bool | Literal["?"] | None]:
    """Return for each option whether it is ticked: null without a box, ``?`` when unclear.

    A tick that is left over counts for the option that it touches. An empty box and a tick behind
    it, between two options that they touch, can belong to either.
    """
    taken = {id(mark) for mark in links.values()}
    said: dict[int, bool | Literal["?"] | None] = {}
    for place, token in enumerate(tokens):
        if token.kind != "option":
            continue
        mark = links.get(place)
        said[place] = mark.ticked if mark else None
        if mark and mark.mixed and mark.touches_left and mark.touches_right:
            said[place] = "?"
        left = tokens[place - 1] if token.touches_left else None
        right = tokens[place + 1] if token.touches_right else None
        if any(side and side.ticked and id(side) not in taken for side in (left, right)):
            said[place] = True
    return said


def _note(ticks: Ticks, word: str, said: set[bool | Literal["?"] | None]) -> None:
    """Add what is said of one option, under every way to read the text, to its question."""
    ticks.doubtful = ticks.doubtful or len(said) > 1
    if "?" in said or (True in said and len(said) > 1):
        ticks.unclear = True
    elif said == {None}:
        ticks.bare.append(word)
    else:
        (ticks.ticked if True in said else ticks.open).append(word)


def _behind(tokens: list[Token], place: int) -> str:
    """Return what stands behind an option and its box, up to the next option or box."""
    after = next((t for t in tokens[place + 1 : place + 3] if t.kind != "mark"), None)
    return after.text.strip() if after and after.kind == "text" else ""
