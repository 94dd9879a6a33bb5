"""The only reader of the environment. Every setting is `COACH_…`, or a name the model's own tools use."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from coach.errors import WrongUse


class Settings(BaseSettings):
    """What can be set from outside; see docs/cli.md for the list in words."""

    model_config = SettingsConfigDict(env_prefix="COACH_", extra="ignore", env_ignore_empty=True, populate_by_name=True)

    data_dir: Path = Field(default_factory=lambda: user_data_path("codev-coach", appauthor=False))
    database_url: str | None = None
    chroma_url: str | None = None
    model: str = "scripted"
    judge: str = Field(default="off", description="off, or openai:NAME")
    model_timeout: float = Field(default=30.0, gt=0, description="seconds for one reply")
    model_retries: int = Field(default=2, ge=0, le=10)
    lang: str = Field(default_factory=lambda: locale_language())
    typing: float = Field(default=1.0, ge=0, le=5, description="how slowly the others speak in the browser; 0: at once")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    langsmith_tracing: str | None = Field(default=None, validation_alias="LANGSMITH_TRACING")

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the event store."""
        return self.database_url or f"sqlite:///{self.data_dir / 'coach.db'}"

    @property
    def index_dir(self) -> Path:
        """The folder of the embedded passage index."""
        return self.data_dir / "index"

    @property
    def vector_dir(self) -> Path:
        """The folder of cached vectors, by content hash."""
        return self.data_dir / "vectors"

    @property
    def export_dir(self) -> Path:
        """The folder where exports go by default."""
        return self.data_dir / "exports"


def locale_language() -> str:
    """French where the user or the system speaks French, English elsewhere."""
    spoken = next((os.environ[k] for k in ("COACH_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), "")
    return "fr" if spoken.lower().startswith("fr") else "en"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        WrongUse: names the variable whose value cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise WrongUse("setting", name=name if name.isupper() else f"COACH_{name.upper()}") from error
