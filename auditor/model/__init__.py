"""The values of the program: packet sets, rules, clusters, baselines, findings. Uses the standard library alone."""
