from __future__ import annotations

from itertools import product

from assistant.access import may_read, readable_audiences, strictest_audience
from assistant.types import AUDIENCES


def test_each_tier_reads_itself_and_all_more_open_ones() -> None:
    assert readable_audiences("public") == ("public",)
    assert readable_audiences("staff") == AUDIENCES
    for reader, audience in product(AUDIENCES, AUDIENCES):
        assert may_read(reader, audience) == (audience in readable_audiences(reader))


def test_the_strictest_audience_has_the_fewest_readers() -> None:
    for first, second in product(AUDIENCES, AUDIENCES):
        strict = strictest_audience(first, second)
        for reader in AUDIENCES:
            assert may_read(reader, strict) == (may_read(reader, first) and may_read(reader, second))
