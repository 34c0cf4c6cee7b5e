"""``bildsim completion``: scripts by which shells complete the words of the command.

`vocabulary` knows which words may follow which, from the dataclasses that are the command lines;
`bash`, `zsh` and `fish` each write them down in the language of a shell; `main` prints.
"""
