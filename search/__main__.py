"""`python -m search` is the command `dateline`."""

from search.cli import main

if __name__ == "__main__":
    main(prog_name="dateline")
