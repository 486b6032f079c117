"""The library as a LangChain retriever, for chains and graphs that are not ours."""

from __future__ import annotations

import datetime as dt

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from assistant.retrieval.query import plain_query
from assistant.retrieval.search import Scope, Searcher
from assistant.types import Audience
from assistant.words import normalise_text


class LibraryRetriever(BaseRetriever):
    """Gives the passages that one reader may see and that are in force, best first.

    `metadata` holds document, revision, start, end, locator, status and score, so that what is said
    can be cited: the text of `document@revision` from start to end is `page_content`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Searcher
    reader: Audience = Field(default="public", description="whose rights the search has")
    k: int = Field(default=10, ge=1, le=100, description="at most so many passages")
    as_of: dt.date | None = Field(default=None, description="None is today")

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        text = normalise_text(query).strip()
        if not text:
            return []
        hits = self.searcher.search(plain_query(text), Scope(self.reader, self.as_of), k=self.k).hits
        known = self.searcher.provenances({hit.passage.document for hit in hits})
        return [
            LangChainDocument(
                id=hit.passage.id,
                page_content=hit.passage.text,
                metadata={
                    "document": hit.passage.document,
                    "revision": hit.passage.revision,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "locator": hit.passage.locator,
                    "status": known[hit.passage.document].status,
                    "score": hit.score,
                },
            )
            for hit in hits
            if hit.passage.document in known
        ]
