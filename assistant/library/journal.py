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

    number: int
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
        self._days: int | None = None

    def keep_for(self, days: int | None) -> None:
        """Forget what is older, now and with each entry to come; `None` keeps everything."""
        self._days = days
        with self._database.writing() as connection:
            removed = self._forget_old(connection)
        if removed:
            self._database.empty_log()

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
            self._forget_old(connection)
            connection.execute(
                "INSERT INTO feedback (at, audience, question, verdict, comment, documents)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (_now().isoformat(), audience, question, verdict, comment, json.dumps(list(documents))),
            )

    def feedback(self) -> list[Feedback]:
        """List feedback, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT number, at, audience, question, verdict, comment, documents FROM feedback"
                " ORDER BY number DESC"
            ).fetchall()
        keys = ("number", "at", "audience", "question", "verdict", "comment")
        return [
            Feedback.model_validate({**dict(zip(keys, row, strict=False)), "documents": json.loads(row[6])})
            for row in rows
        ]

    def remove_feedback(self, number: int) -> bool:
        """Forget one rating; `False` when it is not there."""
        return self._remove("DELETE FROM feedback WHERE number = ?", number)

    def add_gap(
        self, question: str, language: Language, *, audience: Audience, nearest: Sequence[str] = ()
    ) -> None:
        """Keep a question that was not answered, or count it once more."""
        with self._database.writing() as connection:
            self._forget_old(connection)
            connection.execute(
                "INSERT INTO gap VALUES (?, ?, ?, 1, ?4, ?4, ?5) ON CONFLICT DO UPDATE SET"
                " asked = asked + 1, last_at = excluded.last_at, nearest = excluded.nearest",
                (question, language, audience, _now().isoformat(), json.dumps(list(nearest))),
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
        return self._remove("DELETE FROM gap WHERE question = ?", question)

    def _remove(self, statement: str, key: int | str) -> bool:
        with self._database.writing() as connection:
            removed = connection.execute(statement, (key,)).rowcount
        if removed:
            self._database.empty_log()
        return removed > 0

    def _forget_old(self, connection: sqlite3.Connection) -> int:
        """Delete what is too old; a question counts from the day it was asked last."""
        if self._days is None:
            return 0
        before = (_now() - dt.timedelta(days=self._days)).isoformat()
        return sum(
            connection.execute(f"DELETE FROM {table} WHERE {column} < ?", (before,)).rowcount
            for table, column in (("feedback", "at"), ("gap", "last_at"))
        )


def forget_documents(connection: sqlite3.Connection, ids: Collection[str]) -> None:
    """Take the names of removed documents out of gaps and feedback."""
    for table, column in (("gap", "nearest"), ("feedback", "documents")):
        for rowid, names in connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
            kept = [name for name in json.loads(names) if name.partition("@")[0] not in ids]
            if len(kept) < len(json.loads(names)):
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (json.dumps(kept), rowid)
                )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
