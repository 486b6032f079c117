import os
import sys
import threading

import pytest

from assistant.errors import InputError
from assistant.web.progress import LOW_PRIORITY, OneAtATime, run_apart, stream_progress


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="threads share one priority elsewhere")
def test_work_of_staff_steps_back_and_readers_do_not() -> None:
    before = priority()
    *_, streamed = stream_progress(OneAtATime("busy"), lambda _tell: {"priority": priority()})
    assert streamed == {"priority": max(LOW_PRIORITY, before)}
    assert run_apart(priority) == max(LOW_PRIORITY, before)
    assert priority() == before


def test_a_mistake_comes_back_from_the_other_thread() -> None:
    def fails() -> None:
        raise InputError("No folder.", hint="Make one.")

    with pytest.raises(InputError, match="No folder"):
        run_apart(fails)
