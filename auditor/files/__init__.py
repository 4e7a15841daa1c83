"""The one reader of each kind of file, and the one writer. It knows no command, no message and no cloud."""
