"""Runs a program in a terminal of its own until it asks, answers, and tells how that ended, as JSON.

Arguments: the folder, what is asked, the answer (`^C` interrupts, `^T` terminates the program, `^H` closes the terminal,
`^K` kills the program), then
the program with its arguments.
"""

import json
import os
import pty
import select
import signal
import sys
import time

SECONDS = 60

folder, question, answer, *program = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.chdir(folder)
    os.environ["HOME"] = folder
    os.environ["TERM"] = "dumb"
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.execv(program[0], program)

shown, asked = b"", False
end = time.monotonic() + SECONDS
while time.monotonic() < end:
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        some = os.read(terminal, 65536)
    except OSError:
        break  # So does a terminal say on Linux that the program has ended.
    if not some:
        break
    shown += some
    if not asked and question.encode() in shown:
        asked = True
        if answer == "^H":
            os.close(terminal)
            break
        if answer == "^K":
            os.kill(child, signal.SIGKILL)
            break
        if answer == "^T":
            os.kill(child, signal.SIGTERM)
            continue
        os.write(terminal, b"\x03" if answer == "^C" else answer.encode() + b"\n")
else:
    os.kill(child, signal.SIGKILL)
while time.monotonic() < end:
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        break
    time.sleep(0.05)
else:
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
text = shown.decode(errors="replace").replace("\r\n", "\n")
print(json.dumps({"status": os.waitstatus_to_exitcode(status), "asked": asked, "shown": text}))
