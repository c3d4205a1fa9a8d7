"""The keys of mail to agents in the YAML."""

from typing import ClassVar, Literal

from pydantic import Field

from bridge.settings import Id, SurfaceSettings


class EmailSettings(SurfaceSettings):
    """Mails to agents of what they have not seen, which they answer by mail."""

    single: ClassVar[bool] = True

    type: Literal["email"] = Field(description="Mail to agents.", examples=["email"])
    via: Id = Field(
        description="The inbox of type `email` by which agents are written to, and to which "
        "they answer.",
        examples=["help_mail"],
    )

    @property
    def mails_by(self) -> str | None:
        """Return the inbox."""
        return self.via
