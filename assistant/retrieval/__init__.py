"""From a question to numbered evidence: dense and lexical search, fusion, reranking, span choice."""
