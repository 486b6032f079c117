-- The store of record. Raise SCHEMA_VERSION in database.py with every change, but for a table that older programs can
-- leave alone: one made with IF NOT EXISTS is added to a library that lacks it.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE document (
    id TEXT PRIMARY KEY,
    revision TEXT NOT NULL,              -- the live one
    root TEXT NOT NULL,                  -- folder that was synced; a sync removes only documents of its own root
    path TEXT NOT NULL,                  -- relative to root
    source_sha256 TEXT NOT NULL,         -- file and sidecar
    ingested_at TEXT NOT NULL,           -- UTC
    archived INTEGER NOT NULL,           -- where its vectors are, see archive.py
    FOREIGN KEY (id, revision) REFERENCES revision (document, revision) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX document_by_root ON document (root, path);

CREATE TABLE revision (
    document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    revision TEXT NOT NULL,
    provenance TEXT NOT NULL,            -- JSON
    text TEXT NOT NULL,
    page_starts TEXT NOT NULL,           -- JSON list
    PRIMARY KEY (document, revision)
);

-- Passages of live revisions only; what is not here can be found by no search.
CREATE TABLE passage (
    number INTEGER PRIMARY KEY,          -- rowid of its row in lexical_*
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    language TEXT NOT NULL,
    audience TEXT NOT NULL,
    archived INTEGER NOT NULL,
    collection TEXT NOT NULL,            -- of its vector
    text_sha256 BLOB NOT NULL,           -- of what is embedded
    record TEXT NOT NULL                 -- JSON
);
CREATE INDEX passage_by_document ON passage (document, start);
CREATE INDEX passage_by_collection ON passage (collection);
CREATE INDEX passage_by_text ON passage (text_sha256);

-- One index for each language, so that rarity is measured within it. Terms come ready from `words.lexical_terms`.
-- The ascii tokenizer takes every character above 127 as part of a term; the listed ones are those that
-- lexical_terms leaves inside a term: 47.7%, 2024-09-01, o'neil.
CREATE VIRTUAL TABLE lexical_en USING fts5(terms, tokenize = "ascii tokenchars '.,:/%''_-'");
CREATE VIRTUAL TABLE lexical_zh USING fts5(terms, tokenize = "ascii tokenchars '.,:/%''_-'");
CREATE VIRTUAL TABLE lexical_en_terms USING fts5vocab(lexical_en, 'row');
CREATE VIRTUAL TABLE lexical_zh_terms USING fts5vocab(lexical_zh, 'row');

-- Vectors by model and text, so that nothing is embedded twice and vector files can be made anew.
CREATE TABLE embedding (
    fingerprint TEXT NOT NULL,
    text_sha256 BLOB NOT NULL,
    vector BLOB NOT NULL,                -- float32, little-endian
    PRIMARY KEY (fingerprint, text_sha256)
) WITHOUT ROWID;

-- Signs of the vectors of a text's tokens. They go with the vector of that text, whichever program takes it away.
CREATE TABLE IF NOT EXISTS token_bits (
    fingerprint TEXT NOT NULL,
    text_sha256 BLOB NOT NULL,
    code TEXT NOT NULL,                  -- token_code of the embedder
    width INTEGER NOT NULL,              -- bytes a token
    bits BLOB NOT NULL,                  -- token after token
    PRIMARY KEY (fingerprint, text_sha256),
    FOREIGN KEY (fingerprint, text_sha256) REFERENCES embedding (fingerprint, text_sha256) ON DELETE CASCADE
);

-- Vectors of the quotable spans of a passage, in reading order; they go with their passage.
CREATE TABLE span_vectors (
    passage TEXT NOT NULL REFERENCES passage (id) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    vectors BLOB NOT NULL,               -- float32, little-endian, row after row
    PRIMARY KEY (passage, fingerprint)
) WITHOUT ROWID;

-- Questions that readers are expected to ask, and where the live text answers them; never shown. The vector is made
-- after the document is live, and made anew for another embedder.
CREATE TABLE IF NOT EXISTS expected_question (
    document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    start INTEGER NOT NULL,              -- offsets in the live revision
    end INTEGER NOT NULL,
    fingerprint TEXT NOT NULL DEFAULT '',
    vector BLOB,                         -- float32, little-endian
    PRIMARY KEY (text, document)
);

-- Those of them that nothing answers.
CREATE TABLE IF NOT EXISTS near_miss (
    document TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (text, document),
    FOREIGN KEY (text, document) REFERENCES expected_question (text, document) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE feedback (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,                    -- UTC
    audience TEXT NOT NULL,
    question TEXT NOT NULL,
    verdict TEXT NOT NULL,               -- 'up' or 'down'
    comment TEXT NOT NULL,
    documents TEXT NOT NULL              -- JSON list of id@revision that were cited
);

CREATE TABLE gap (                       -- questions the library did not answer
    question TEXT NOT NULL,
    language TEXT NOT NULL,
    audience TEXT NOT NULL,
    asked INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    nearest TEXT NOT NULL,               -- JSON list of document ids
    PRIMARY KEY (question, audience)
);
