"""The subcommands of `python -m hwlib`: one module each.

A module gives `add_arguments(parser)` and `run(arguments) -> exit status`. It is
imported only when its command is called, so that a quick command stays quick.
"""
