"""`deskbridge`, and `python -m bridge`."""

from bridge.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
