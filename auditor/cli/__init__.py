"""Options in, exit code out: the only place that prints, exits and looks at the terminal."""
