"""Text to token ids of multilingual-e5-small: XLM-RoBERTa's Unigram pieces from the bundled weight file."""

from __future__ import annotations

import re

from assistant.models.weights import Vocabulary
from assistant.words import normalise_text

_SPACES = re.compile(" {2,}")


class E5Tokenizer:
    """Cuts text into token ids, the same ids as the C engine of the weight file gives.

    Two differences are on purpose. Runs of unknown characters are one token, as in the tokenizer the model was
    trained with (the engine emits one for each character), and `<s>` in a text is text, not the mark.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        from tokenizers import Tokenizer
        from tokenizers.models import Unigram
        from tokenizers.pre_tokenizers import Metaspace

        self.begin, self.end, self.pad = vocabulary.begin, vocabulary.end, vocabulary.pad
        self._replacements = vocabulary.replacements
        pieces = list(vocabulary.pieces)
        marks = {vocabulary.begin, vocabulary.end, vocabulary.pad, vocabulary.unknown, len(pieces) - 1}
        for mark in marks:
            # No text holds NUL after `normalise_text`, so no text can spell a mark.
            pieces[mark] = ("\0" + pieces[mark][0], pieces[mark][1])
        self._tokenizer = Tokenizer(Unigram(pieces, unk_id=vocabulary.unknown, byte_fallback=False))
        self._tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always", split=True)

    def tokenise(self, text: str) -> list[int]:
        """List the token ids of a text, without the marks at begin and end."""
        folded = normalise_text(text).translate(self._replacements)
        encoding = self._tokenizer.encode(_SPACES.sub(" ", folded), add_special_tokens=False)
        ids: list[int] = encoding.ids
        return ids

    def locate(self, text: str) -> list[int]:
        """List where in the normalised text each token begins, in the order of `tokenise`."""
        normal = normalise_text(text)
        folded: list[str] = []
        places: list[int] = []  # in the normalised text, of each character that is read
        for place, char in enumerate(normal):
            for read in self._replacements.get(ord(char), char):
                if read != " " or not folded or folded[-1] != " ":
                    folded.append(read)
                    places.append(place)
        encoding = self._tokenizer.encode("".join(folded), add_special_tokens=False)
        return [places[min(start, len(places) - 1)] for start, _ in encoding.offsets]
