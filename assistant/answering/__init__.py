"""From evidence to sentences that carry their source: compose, verify, cite."""
