"""What is raised where the database cannot be used."""


class DatabaseError(Exception):
    """The database cannot be used; the message says why and what to do."""
