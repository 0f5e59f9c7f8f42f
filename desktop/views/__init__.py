"""What shows a medium and its regions."""
