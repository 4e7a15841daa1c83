"""``python -m auditor`` is ``sgaudit``."""

from auditor.cli.main import main

if __name__ == "__main__":
    main()
