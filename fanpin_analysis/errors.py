"""The errors a caller can meet.

Data faults are findings, rows of a frame, and never raised. These are the caller's own mistakes,
and each message is one Chinese sentence or two that say what is wrong, where, and what to do::

    FanpinError(ValueError)
    ├── InputError            no such path, an empty folder, nothing in it that is a ledger
    ├── OutputError           the output folder cannot be written
    └── DefinitionError       a definition (TOML) that does not hold together
        ├── ExpressionError   a rule that cannot be parsed, or names what nobody declared
        └── NotInForceError   no value of a parameter for that province and date
"""

from __future__ import annotations

import errno
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class FanpinError(ValueError):
    """The root of every error that this package raises on purpose."""


class InputError(FanpinError):
    """The path that was given holds nothing that can be worked on."""


class OutputError(FanpinError):
    """The results cannot be put where they were asked for."""


class DefinitionError(FanpinError):
    """A definition file says something that does not hold together."""


class ExpressionError(DefinitionError):
    """A rule's expression lies outside the grammar or names something undeclared."""


class NotInForceError(DefinitionError):
    """A parameter has no value for the province and date that were asked for."""


REASONS = {
    errno.EACCES: "没有写入权限，或文件正被 Excel、WPS 打开",
    errno.EPERM: "没有写入权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EEXIST: "路径中有一段是文件，不是文件夹",
    errno.ENOENT: "上级文件夹不存在",
    errno.ENAMETOOLONG: "文件名太长",
}


def why(error: OSError) -> str:
    """Say in Chinese why something could not be written."""
    return REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> str:
    """Name the known words closest to a word, as the tail of a message.

    Returns an empty string when nothing comes close, so that it can always be appended.
    """
    close = get_close_matches(name, list(known), n=most, cutoff=0.4)
    return f"最接近的是{'、'.join(f'“{word}”' for word in close)}。" if close else ""
