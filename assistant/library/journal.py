"""What readers left behind: feedback on answers, and questions that the library did not answer."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import Literal

from assistant.library.database import Database
from assistant.types import Audience, Language, Record


class Feedback(Record):
    """What a reader thought of one answer."""

    at: dt.datetime
    audience: Audience
    question: str
    verdict: Literal["up", "down"]
    comment: str = ""
    documents: tuple[str, ...] = ()


class Gap(Record):
    """A question without an answer, and how often it was asked."""

    question: str
    language: Language
    audience: Audience
    asked: int
    first_at: dt.datetime
    last_at: dt.datetime
    nearest: tuple[str, ...] = ()


class Journal:
    """Keeps feedback and gaps; whether a text may be kept at all is the caller's decision."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_feedback(
        self,
        question: str,
        verdict: Literal["up", "down"],
        *,
        audience: Audience,
        comment: str = "",
        documents: Sequence[str] = (),
    ) -> None:
        """Keep what a reader thought; `documents` are `id@revision` of what was cited."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO feedback (at, audience, question, verdict, comment, documents)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (_now(), audience, question, verdict, comment, json.dumps(list(documents))),
            )

    def feedback(self) -> list[Feedback]:
        """List feedback, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT at, audience, question, verdict, comment, documents FROM feedback ORDER BY number DESC"
            ).fetchall()
        keys = ("at", "audience", "question", "verdict", "comment")
        return [
            Feedback.model_validate({**dict(zip(keys, row, strict=False)), "documents": json.loads(row[5])})
            for row in rows
        ]

    def add_gap(
        self, question: str, language: Language, *, audience: Audience, nearest: Sequence[str] = ()
    ) -> None:
        """Keep a question that was not answered, or count it once more."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO gap VALUES (?, ?, ?, 1, ?4, ?4, ?5) ON CONFLICT DO UPDATE SET"
                " asked = asked + 1, last_at = excluded.last_at, nearest = excluded.nearest",
                (question, language, audience, _now(), json.dumps(list(nearest))),
            )

    def gaps(self) -> list[Gap]:
        """List questions without answers, the most asked first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT question, language, audience, asked, first_at, last_at, nearest FROM gap"
                " ORDER BY asked DESC, last_at DESC, question"
            ).fetchall()
        keys = ("question", "language", "audience", "asked", "first_at", "last_at")
        return [
            Gap.model_validate({**dict(zip(keys, row, strict=False)), "nearest": json.loads(row[6])})
            for row in rows
        ]

    def remove_gap(self, question: str) -> bool:
        """Forget a question that is settled; `False` when it is not there."""
        with self._database.writing() as connection:
            removed = connection.execute("DELETE FROM gap WHERE question = ?", (question,)).rowcount
        if removed:
            self._database.empty_log()
        return removed > 0


def forget_documents(connection: sqlite3.Connection, ids: Collection[str]) -> None:
    """Take the names of removed documents out of gaps and feedback."""
    for table, column in (("gap", "nearest"), ("feedback", "documents")):
        for rowid, names in connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
            kept = [name for name in json.loads(names) if name.partition("@")[0] not in ids]
            if len(kept) < len(json.loads(names)):
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (json.dumps(kept), rowid)
                )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
