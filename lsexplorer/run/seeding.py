"""NumPy's random generators, many of them seeded at once.

``generator(seed, stream, number)`` is ``np.random.default_rng((seed, stream, number))``, which takes 9 µs, mostly to
hash the seed. Here NumPy's SeedSequence (after O'Neill 2015) is computed for a block of numbers in one go, and it is 2.
"""

from functools import lru_cache
from typing import cast

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike, NDArray

Words = NDArray[np.uint32]

BLOCK = 64
"""Numbers hashed at once."""
POOL, STATE = 4, 8
"""Words of 32 bits in the pool, and in what seeds PCG64."""
_XSHIFT, _MIX_LEFT, _MIX_RIGHT = np.uint32(16), np.uint32(0xCA01F9DD), np.uint32(0x4973F715)


def generator(seed: int, stream: int, number: int) -> np.random.Generator:
    """What ``default_rng((seed, stream, number))`` gives; seed below 2**64, the others below 2**32."""
    block, place = divmod(number, BLOCK)
    hashed = _Seed(_seeds(seed, stream, block)[place])
    return np.random.Generator(np.random.PCG64(cast(np.random.SeedSequence, hashed)))  # any ISeedSequence will do


class _Seed(ISeedSequence):
    """A seed that has been hashed."""

    def __init__(self, state: NDArray[np.uint64]) -> None:
        self._state = state

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> NDArray[np.uint64]:
        """The words for PCG64, the one bit generator that is seeded so."""
        return self._state


@lru_cache(512)
def _seeds(seed: int, stream: int, block: int) -> NDArray[np.uint64]:
    """PCG64's seeds (BLOCK, 4) for the numbers of a block."""
    entropy = [seed & 0xFFFFFFFF, *([seed >> 32] if seed >> 32 else []), stream]
    words = np.zeros((POOL, BLOCK), dtype=np.uint32)
    words[: len(entropy)] = np.array(entropy, dtype=np.uint32)[:, None]
    words[len(entropy)] = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.uint32)
    return _hashed(words)


def _hashed(entropy: Words) -> NDArray[np.uint64]:
    """SeedSequence(entropy).generate_state(4, np.uint64) of each column of words (POOL, n), as rows (n, 4)."""
    steps = POOL + POOL * (POOL - 1)
    constants = _powers(0x43B0D7E5, 0x931E8875, steps + 1)
    pool, at = _hash(entropy, constants[: POOL + 1]), POOL
    for source in range(POOL):
        others = [word for word in range(POOL) if word != source]
        mixed = _MIX_LEFT * pool[others] - _MIX_RIGHT * _hash(pool[source], constants[at : at + POOL])
        pool[others] = mixed ^ mixed >> _XSHIFT
        at += POOL - 1
    state = _hash(np.concatenate([pool, pool]), _powers(0x8B51F9DD, 0x58F38DED, STATE + 1))
    low, high = state[0::2].astype(np.uint64), state[1::2].astype(np.uint64)
    return np.ascontiguousarray((low | high << np.uint64(32)).T)


def _hash(words: Words, constants: Words) -> Words:
    """Each row of words hashed with its constant and the next; one row with all of them."""
    hashed = (words ^ constants[:-1]) * constants[1:]
    return hashed ^ hashed >> _XSHIFT


@lru_cache
def _powers(first: int, factor: int, count: int) -> Words:
    """first·factor^i modulo 2**32 for i < count, as a column."""
    return np.array([first * pow(factor, i, 2**32) % 2**32 for i in range(count)], dtype=np.uint32)[:, None]
