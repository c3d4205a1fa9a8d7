"""How tables are brought up to date, on whichever database they are."""

from typing import TYPE_CHECKING

from bridge.db.errors import DatabaseError
from bridge.db.versions import PUT_FROM

if TYPE_CHECKING:
    from sqlalchemy import Connection


def bring_up_to_date(connection: "Connection") -> None:
    """Run the migrations in the transaction of this connection, which is left open.

    Raises `DatabaseError` for tables of a version that is not known here, and SQLAlchemy's
    `DBAPIError` where the database refuses or is lost.
    """
    # Imported only when there is something to do: it costs a third of a cold start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "bridge:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseError(str(error)) from error
    connection.exec_driver_sql(PUT_FROM)


def not_upgraded(place: object, why: object) -> str:
    """Return what is said where the tables of a file or server stay as they are."""
    return (
        f"cannot bring the tables of {place} up to date: {why}; "
        "a database of a newer deskbridge needs that one or a newer one"
    )
