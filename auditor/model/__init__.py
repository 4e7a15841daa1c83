"""Pure values: packet sets, rules, clusters, baseline, findings. Standard library alone."""
