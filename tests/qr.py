"""Reading a QR code back from its drawing, by the standard (ISO/IEC 18004) and by nothing of ours.

Only what a link needs: bytes, versions 1 to 7, and no squares to be mended.
"""

import re
from collections.abc import Iterator, Mapping

Matrix = list[list[bool]]

_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")
_FORMAT_MASK = 0b101010000010010
_LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
# How many data codewords each block has, by version and level (table 9).
_BLOCKS: Mapping[tuple[int, str], list[int]] = {
    (1, "M"): [16], (2, "M"): [28], (3, "M"): [44], (4, "M"): [32] * 2, (5, "M"): [43] * 2,
    (6, "M"): [27] * 4, (1, "Q"): [13], (2, "Q"): [22], (3, "Q"): [17] * 2, (4, "Q"): [24] * 2,
    (5, "Q"): [15, 15, 16, 16], (6, "Q"): [19] * 4, (1, "H"): [9], (2, "H"): [16],
    (3, "H"): [13] * 2, (4, "H"): [9] * 4, (5, "H"): [11, 11, 12, 12], (6, "H"): [15] * 4,
    (7, "M"): [31] * 4, (7, "Q"): [14] * 2 + [15] * 4, (7, "H"): [13] * 4 + [14],
}  # fmt: skip


def decoded(drawing: Mapping[str, object]) -> str:
    """Return what the drawing says: `size`, and `path` of its dark squares."""
    return text_of(matrix_of(int(str(drawing["size"])), str(drawing["path"])))


def matrix_of(size: int, path: str) -> Matrix:
    """Return the squares that a path draws; it must draw nothing but runs of them."""
    matrix = [[False] * size for _ in range(size)]
    assert not _RUN.sub("", path), "something else is drawn"
    for x, y, width, back in _RUN.findall(path):
        assert width == back
        for column in range(int(x), int(x) + int(width)):
            matrix[int(y)][column] = True
    return matrix


def text_of(matrix: Matrix) -> str:
    """Return what a QR code says."""
    size = len(matrix)
    version = (size - 17) // 4
    level, mask = _format(matrix)
    bits = [
        matrix[row][column] != _is_masked(mask, row, column) for row, column in _data_squares(size)
    ]
    words = [_number(bits[n : n + 8]) for n in range(0, len(bits) - 7, 8)]
    data = _deinterleaved(words, _BLOCKS[version, level])
    stream = "".join(f"{word:08b}" for word in data)
    assert stream[:4] == "0100", "bytes are expected"
    length = int(stream[4:12], 2)
    return bytes(int(stream[n : n + 8], 2) for n in range(12, 12 + 8 * length, 8)).decode()


def _format(matrix: Matrix) -> tuple[str, int]:
    """Return the level of correction and the mask, from beside the upper left finder."""
    along = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)]
    up = [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    told = _number([matrix[row][column] for row, column in along + up]) ^ _FORMAT_MASK
    return _LEVELS[told >> 13], (told >> 10) & 0b111


def _is_masked(mask: int, i: int, j: int) -> bool:
    return (
        (i + j) % 2,
        i % 2,
        j % 3,
        (i + j) % 3,
        (i // 2 + j // 3) % 2,
        i * j % 2 + i * j % 3,
        (i * j % 2 + i * j % 3) % 2,
        ((i + j) % 2 + i * j % 3) % 2,
    )[mask] == 0


def _data_squares(size: int) -> Iterator[tuple[int, int]]:
    """Yield the squares that carry data, two columns at a time, up and down from the right."""
    upward = True
    for right in range(size - 1, 0, -2):
        pair = right if right > 6 else right - 1
        for step in range(size):
            row = size - 1 - step if upward else step
            for column in (pair, pair - 1):
                if not _is_pattern(size, row, column):
                    yield row, column
        upward = not upward


def _is_pattern(size: int, row: int, column: int) -> bool:
    finder = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
    timing = 6 in (row, column)
    return finder or timing or _is_aligned(size, row, column) or _is_version(size, row, column)


def _is_aligned(size: int, row: int, column: int) -> bool:
    """Say whether a square is of an alignment pattern, of which version 7 has a whole grid."""
    last = size - 7
    if size < 45:
        return size > 21 and all(abs(n - last) <= 2 for n in (row, column))
    near = [min((6, last // 2 + 3, last), key=lambda at: abs(n - at)) for n in (row, column)]
    on = all(abs(n - at) <= 2 for n, at in zip((row, column), near, strict=True))
    return on and sorted(near) not in ([6, 6], [6, last])


def _is_version(size: int, row: int, column: int) -> bool:
    """Say whether a square tells the version, as it does twice from version 7 on."""
    first, second = sorted((row, column))
    return size >= 45 and first < 6 and size - 11 <= second <= size - 9


def _deinterleaved(words: list[int], sizes: list[int]) -> list[int]:
    blocks: list[list[int]] = [[] for _ in sizes]
    stream = iter(words)
    for n in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if n < size:
                block.append(next(stream))
    return [word for block in blocks for word in block]


def _number(bits: list[bool]) -> int:
    return int("".join(str(int(bit)) for bit in bits), 2)
