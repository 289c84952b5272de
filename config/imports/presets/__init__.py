"""What is known of files that other programs write: where their columns go.

A preset is a TOML file, ours (`files/`) or the user's own; a few files of other
programs must be taken apart before they are tables (`shaping`).
"""
