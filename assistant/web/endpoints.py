"""What every endpoint of the page has in common: a mistake of the caller becomes a message, not a trace."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import gradio as gr

from assistant.errors import AssistantError

F = TypeVar("F", bound=Callable[..., Any])


def shown_errors(endpoint: F) -> F:
    """Turn an `AssistantError` of an endpoint into a message that Gradio hands to the page."""
    if inspect.isgeneratorfunction(endpoint):

        @functools.wraps(endpoint)
        def stream(*args: Any, **kwargs: Any) -> Iterator[Any]:
            try:
                yield from endpoint(*args, **kwargs)
            except AssistantError as error:
                raise _shown(error) from error

        return stream  # type: ignore[return-value]

    @functools.wraps(endpoint)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return endpoint(*args, **kwargs)
        except AssistantError as error:
            raise _shown(error) from error

    return call  # type: ignore[return-value]


def _shown(error: AssistantError) -> Exception:
    return gr.Error(str(error), print_exception=False)  # type: ignore[no-any-return]
