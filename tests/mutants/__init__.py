"""A mutation tester: small faults put into the program, and which of them no test notices.

Off unless asked for::

    python -m tests.mutants --count 20 --seed 1

``mutations`` has the faults that a file allows, ``targets`` the files and the tests of each, ``worker`` runs the tests
against one fault in a forked process, ``__main__`` draws the sample and prints the survivors.
"""
