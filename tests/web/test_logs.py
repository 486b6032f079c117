import logging
from collections.abc import Iterator

import pytest

from assistant.web.logs import start_logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    logger = logging.getLogger("assistant")
    before = (logger.level, list(logger.handlers), logger.propagate)
    logger.handlers = []
    yield
    logger.level, logger.handlers, logger.propagate = before


@pytest.mark.parametrize(("requests", "lines"), [(True, ["a request", "an error"]), (False, ["an error"])])
def test_a_line_is_written_once(requests: bool, lines: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    start_logs(requests=requests)
    start_logs(requests=requests)
    logging.getLogger("assistant.access").info("a request")
    logging.getLogger("assistant.errors").error("an error")
    assert capsys.readouterr().err.splitlines() == lines
