"""Repairs security groups: finds a small ordered change of rules that resolves findings, and proves it by an audit.

``component`` works on stacks that share groups, ``positions`` computes where a rule can be inserted, ``candidates``
enumerates rules, ``search`` chooses the fewest insertions by minimum set cover, ``edits`` turns edited lists into
steps, and ``repair`` selects the goals that can be reached together and proves the result.
"""
