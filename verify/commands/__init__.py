"""The subcommands of `referee`, one file each; `cli` finds and runs them."""
