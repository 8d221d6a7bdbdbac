"""Runs an emulator's `main` until the input ends, so that it never outlives the test that started it.

Arguments: the module that has `main`, then the emulator's own.
"""

import importlib
import os
import signal
import sys
import threading


def end_with_the_input():
    sys.stdin.buffer.read()
    # With whatever it has started: the emulator leads its process group.
    os.killpg(0, signal.SIGKILL)


threading.Thread(target=end_with_the_input, daemon=True).start()
module, arguments = sys.argv[1], sys.argv[2:]
sys.argv = [module, *arguments]
importlib.import_module(module).main()
