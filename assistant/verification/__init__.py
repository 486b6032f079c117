"""Does a sentence say what the span it cites says: figures, names, parties, stances, order, scope, words; pure."""
