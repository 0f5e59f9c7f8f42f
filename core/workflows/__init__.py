"""What the window and the command line share: pure of argparse and Qt."""
