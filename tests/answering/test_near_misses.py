"""Near misses on the whole path: a question that the library is known not to answer is refused, one beside it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.respond import Trace
from assistant.retrieval.answerable import Judgement
from assistant.retrieval.expected import LEAST_QUESTIONS
from tests.answering.responders import asked, make_responder
from tests.fakes import WordEmbeddings
from tests.library.indexes import Index, open_index, write_rule

pytestmark = pytest.mark.integration
TOPICS = [f"topic{number} word{number}" for number in range(LEAST_QUESTIONS)]
KNOWN, LACKING = "who keeps topic3 word3", "price of topic3 word3"


def write_rules(corpus: Path, *, near_misses: bool) -> None:
    write_rule(corpus, "rules.md", "\n\n".join(f"The office keeps {topic} for a year." for topic in TOPICS))
    (corpus / "rules.md.questions").write_text(
        "".join(
            f"> keeps {topic} for\nwho keeps {topic}\n" + (f"! price of {topic}\n" if near_misses else "")
            for topic in TOPICS
        )
    )


def judge(index: Index, question: str) -> Judgement:
    return make_responder(index).prepare(asked(question), Trace()).judgement


def test_near_misses_lower_what_is_like_them(tmp_path: Path) -> None:
    with open_index(tmp_path / "index", WordEmbeddings(dimension=512)) as index:
        found: dict[bool, list[Judgement]] = {}
        for near_misses in (False, True):
            write_rules(tmp_path / "c", near_misses=near_misses)
            assert index.sync(tmp_path / "c").warnings == []
            index.embed_questions()
            found[near_misses] = [judge(index, KNOWN), judge(index, LACKING)]
    (known, lacking), (known_beside, lacking_beside) = found[False], found[True]
    assert not any(reason.startswith("likeness") for reason in (*known.reasons, *lacking.reasons))
    assert any(reason.startswith("likeness -") for reason in lacking_beside.reasons)
    assert lacking_beside.probability < lacking.probability
    assert known_beside.probability > lacking_beside.probability
    assert known_beside.probability - lacking_beside.probability > known.probability - lacking.probability
