"""A CLIP tokenizer that knows the captions' words as single tokens and spells all others."""

import json

from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, WhitespaceSplit
from tokenizers.trainers import BpeTrainer
from transformers import CLIPTokenizer

END_OF_WORD = "</w>"
LENGTH = 77
"""Tokens in a prompt, as in every Stable Diffusion."""


def build(words: list[str]) -> CLIPTokenizer:
    """A tokenizer with one token for each of `words` (lower case a-z) and one for every byte."""
    merges = _merges(words)
    alphabet = sorted(ByteLevel.alphabet())
    tokens = [
        *alphabet,
        *(letter + END_OF_WORD for letter in alphabet),
        *(first + second for first, second in merges),
        "<|startoftext|>",
        "<|endoftext|>",
    ]
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=LENGTH)


def _merges(words: list[str]) -> list[tuple[str, str]]:
    """The byte-pair merges (Sennrich et al. 2016) that build each word up from its letters."""
    speller = Tokenizer(BPE(end_of_word_suffix=END_OF_WORD, continuing_subword_prefix=""))
    speller.pre_tokenizer = WhitespaceSplit()
    trainer = BpeTrainer(
        vocab_size=100_000,
        min_frequency=1,
        end_of_word_suffix=END_OF_WORD,
        show_progress=False,
    )
    speller.train_from_iterator([" ".join(words)], trainer)
    merges = json.loads(speller.to_str())["model"]["merges"]
    return [(first, second) for first, second in merges]
