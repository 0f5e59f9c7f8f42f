"""`main.py` as it is, except that the model's process hosts a fake model."""

import multiprocessing
import sys

import core.commands
import core.commands.chat
import core.commands.propose
from core.grounding.host import HostedGrounder
from tests.fakes_chat import CHAT_LOADER
from tests.fakes_grounder import LOADER

if __name__ == "__main__":
    multiprocessing.freeze_support()
    core.commands.propose.open_grounder = lambda args: HostedGrounder("fake", args.device, loader=LOADER)
    core.commands.chat.open_grounder = lambda args: HostedGrounder("fake", args.device, loader=CHAT_LOADER)
    sys.exit(core.commands.main(sys.argv[1:]))
