"""The settings a person may change, from `ASSISTANT_*` variables; only surfaces and `build.py` see them."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

PREFIX = "ASSISTANT_"


class Settings(BaseSettings):
    """Everything configurable; frozen, bounded, unknown `ASSISTANT_*` variables are refused."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    index: Path = Field(default=Path("index"), description="folder of the index")
    embedder: str = Field(
        default="bundled-e5", description="'bundled-e5' or 'sentence-transformers:NAME-or-folder'"
    )
    reranker: str | None = Field(default=None, description="'sentence-transformers:NAME-or-folder'")
    chat_model: str | None = Field(default=None, description="PROVIDER:NAME, e.g. 'openai:qwen3'")
    chat_base_url: str | None = Field(default=None, description="OpenAI-compatible server")
    chat_timeout_seconds: float = Field(default=60, gt=0, le=600)
    vectors: str | None = Field(default=None, description="URL of a Chroma server; None is embedded")
    cache: Path = Field(
        default=Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "alliance-assistant",
        description="folder for assembled models",
    )
    contact: str = Field(default="secretariat@alliance.example", max_length=200)
    evidence_chars: int = Field(default=6000, ge=500, le=50_000)
    threads: int = Field(default=0, ge=0, le=64, description="of the embedder; 0 is all cores")
    journal_days: int = Field(
        default=365, ge=0, le=36_500, description="how long open questions and ratings are kept; 0 is always"
    )
    # Serving others; see docs/deploy.md.
    proxy_header: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$",
        description="names the reader, e.g. X-Remote-User",
    )
    proxy_role_header: str = Field(
        default="X-Remote-Role", pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$", description="its audience"
    )
    trusted_proxies: str = Field(
        default="", max_length=1000, description="addresses or networks, by comma; '' is loopback"
    )
    oidc: Path | None = Field(default=None, description="file that describes the OpenID provider")
    frame_ancestors: str = Field(
        default="",
        max_length=1000,
        pattern=r"^(https?://[A-Za-z0-9.\-]+(:\d{1,5})?(\s+|$))*$",
        description="origins that may embed the page, by space",
    )
    requests_per_minute: int = Field(default=60, ge=0, le=100_000, description="of one client; 0 is no limit")
    concurrent_answers: int = Field(default=4, ge=1, le=256, description="made at once by the API")

    @field_validator("index", "cache", mode="before")
    @classmethod
    def _refuse_empty(cls, value: object) -> object:
        if isinstance(value, str) and not value.strip():  # Path("") is the working directory
            raise ValueError("it is empty")
        return value


def load_settings(**overrides: object) -> Settings:
    """Read the environment; `overrides` that are not None win.

    Raises:
        SettingsError: a value is out of range, or an `ASSISTANT_*` variable is not known.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(n for n in os.environ if n.startswith(PREFIX) and n.upper() not in known)
    if unknown:
        raise SettingsError(
            f"Unknown setting {unknown[0]!r}.", hint=f"Unset it, or use one of {', '.join(sorted(known))}."
        )
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(
            f"{name} cannot be {first['input']!r}: {first['msg']}.", hint=f"Correct or unset {name}."
        ) from error
