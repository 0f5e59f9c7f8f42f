"""One file per sub-command: arguments in, workflow called, report out."""
