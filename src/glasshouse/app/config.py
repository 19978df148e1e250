"""Settings: `glasshouse.toml` in the working directory < `GLASSHOUSE_*` < flags. The one reader of the environment."""

from __future__ import annotations

import getpass
import os
import platform
import tomllib
from dataclasses import dataclass
from pathlib import Path

from glasshouse.app.errors import UsageError

__all__ = ["Settings", "cache_folder", "host_name", "load_settings", "operator_name"]

CONFIG_FILE = "glasshouse.toml"
DEFAULT_STORE = ".glasshouse"
KEYS = ("store", "language", "jurisdiction", "roles")
LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is configured with. `store` is a path or a database URL."""

    store: str = DEFAULT_STORE
    language: str = "en"
    jurisdiction: str = "CA"
    roles: tuple[str, ...] = ("federal_department",)


def load_settings(folder: Path | None = None, store: str | None = None, language: str | None = None) -> Settings:
    """Read the settings; flags (`store`, `language`) win. Raises UsageError for a file that cannot be used."""
    file_values = _from_file((folder or Path()) / CONFIG_FILE)
    environment = os.environ  # noqa: TID251  # the one place where the environment is read
    chosen_store = store or environment.get("GLASSHOUSE_DATABASE_URL") or file_values.get("store") or DEFAULT_STORE
    chosen_language = language or environment.get("GLASSHOUSE_LANGUAGE") or file_values.get("language") or "en"
    if chosen_language not in LANGUAGES:
        raise UsageError(f"language {chosen_language!r} is not available; accepted: {', '.join(LANGUAGES)}")
    roles = file_values.get("roles") or ("federal_department",)
    return Settings(
        store=str(chosen_store),
        language=str(chosen_language),
        jurisdiction=str(file_values.get("jurisdiction") or "CA"),
        roles=tuple(roles) if isinstance(roles, list | tuple) else (str(roles),),
    )


def _from_file(path: Path) -> dict[str, object]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} cannot be read as TOML: {error}; mend or remove it") from error
    unknown = sorted(set(values) - set(KEYS))
    if unknown:
        raise UsageError(f"{path} has unknown keys {', '.join(unknown)}; accepted: {', '.join(KEYS)}")
    return values


def cache_folder() -> Path | None:
    """Where compiled patterns are kept between runs; None where no folder can be had (nothing is cached then)."""
    environment = os.environ  # noqa: TID251  # as above
    base = environment.get("GLASSHOUSE_CACHE") or environment.get("XDG_CACHE_HOME")
    home = environment.get("HOME") or environment.get("LOCALAPPDATA")
    if not base and not home:
        return None
    folder = Path(base) / "glasshouse" if base else Path(str(home)) / ".cache" / "glasshouse"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def operator_name() -> str:
    """Who runs the program, as the system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def host_name() -> str:
    """The name of this machine."""
    return platform.node() or "unknown"
