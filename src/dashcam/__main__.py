"""`python -m dashcam`: the program, where it is not on the path."""

from dashcam.cli.entry import main

if __name__ == "__main__":
    main()
