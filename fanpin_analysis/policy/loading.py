"""TOML entries become frozen dataclasses, or an error that names file, entry and key."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from fanpin_analysis.errors import DefinitionError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

T = TypeVar("T")

SHIPPED = Path(__file__).parent / "definitions"


def layers(definitions: Path | None) -> tuple[Path, ...]:
    """Return the folders of definitions, the shipped one first and the county's own laid over it.

    Raises
    ------
    DefinitionError
        When the county's folder does not exist.
    """
    if definitions is None:
        return (SHIPPED,)
    if not definitions.is_dir():
        message = f"定义文件夹“{definitions}”不存在，请检查 --definitions 的路径。"
        raise DefinitionError(message)
    return (SHIPPED, definitions)


@cache
def table(path: Path) -> dict[str, Any]:
    """Read one TOML file; an absent file is an empty table.

    Raises
    ------
    DefinitionError
        When the file is not TOML; the message carries the line that the parser names.
    """
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.name} 不是有效的 TOML 文件：{error}。请用 UTF-8 保存并改正该处。"
        raise DefinitionError(message) from error


def build(cls: type[T], entry: Mapping[str, Any], place: str) -> T:
    """Make a dataclass of a TOML entry: lists become tuples, unknown or absent keys are errors."""
    known = {item.name: item for item in fields(cls)}  # pyright: ignore[reportArgumentType]
    for key in entry:
        if key not in known:
            message = f"{place} 有无法识别的键“{key}”。{nearest(key, known)}"
            raise DefinitionError(message)
    for key, item in known.items():
        required = item.default is MISSING and item.default_factory is MISSING
        if required and key not in entry:
            message = f"{place} 缺少“{key}”，请补上。"
            raise DefinitionError(message)
    return cls(**{key: _frozen(value) for key, value in entry.items()})


def _frozen(value: Any) -> Any:  # noqa: ANN401  a TOML value is of any of its types
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value


def entries(folders: tuple[Path, ...], pattern: str, key: str) -> Iterator[tuple[str, dict]]:
    """Yield every ``[[key]]`` of the files that match, with the file's name, in a fixed order.

    What a file says under ``[every.key]`` counts for each of its entries that says nothing else.
    """
    for folder in folders:
        for path in sorted(folder.glob(pattern)):
            content = table(path)
            shared = content.get("every", {}).get(key, {})
            for entry in content.get(key, []):
                yield path.name, shared | entry
