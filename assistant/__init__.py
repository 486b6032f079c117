"""Cited, verified answers in English and Chinese over the knowledge of the Alliance."""
