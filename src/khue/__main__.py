"""`python -m khue` is the same as `khue`."""

from khue.cli import main

if __name__ == "__main__":
    main()
