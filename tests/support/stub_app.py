"""Stands in for the explorer in a session: says hello, draws what it is told to, and echoes what it gets.

python stub_app.py BEHAVIOUR RUN
"""

import json
import os
import signal
import sys
import time

REFUSALS = {"refuses": ("lsexplorer: no run of that name", 2), "fails": ("Traceback: a secret of the server", 1)}


def write(kind: bytes, payload: bytes) -> None:
    os.write(1, kind + len(payload).to_bytes(4, "big") + payload)


def frame(text: str) -> None:
    write(b"D", text.ljust(100).encode())


def exactly(size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = os.read(0, size - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data


def packed(*texts: bytes) -> bytes:
    return b"t" + b"".join(b"%d:%s" % (len(text), text) for text in texts) + b"e"


def main() -> None:
    behaviour, run = sys.argv[1], sys.argv[-1]
    if behaviour in REFUSALS:
        complaint, status = REFUSALS[behaviour]
        print(complaint, file=sys.stderr)
        sys.exit(status)
    os.write(1, b"what comes before\n__GANGLION__\n")
    if behaviour.startswith("waits for "):
        while not os.path.exists(behaviour.removeprefix("waits for ")):
            time.sleep(0.01)
    size = f"{os.environ['COLUMNS']}x{os.environ['ROWS']}"
    frame(json.dumps({"run": run, "size": size, "pid": os.getpid(), "environment": sorted(os.environ)}))
    if behaviour == "stopped":
        os.kill(os.getpid(), signal.SIGSTOP)
    if behaviour == "pours":
        while True:
            frame("x" * 100_000)
    answer(behaviour)


def answer(behaviour: str) -> None:
    contents = [b"\0contents", b""]
    while True:
        head = exactly(5)
        payload = exactly(int.from_bytes(head[1:], "big"))
        message = json.loads(payload) if head[:1] == b"M" else {}
        if message.get("type") == "quit" and behaviour != "stays":
            write(b"M", b'{"type": "exit"}')
            sys.exit(0)
        if message.get("type") == "deliver_chunk_request":
            write(b"P", packed(b"deliver_chunk", b"key", contents.pop(0)))
        elif payload == b"file":
            meta = {"type": "deliver_file_start", "key": "key", "path": "/home/me/../.ssh/../run\n.json"}
            write(b"M", json.dumps(meta).encode())
        elif payload == b"leave":
            write(b"M", b'{"type": "exit"}')
            sys.exit(0)
        elif payload == b"crash":
            sys.exit(1)
        elif payload == b"address":
            write(b"M", b'{"type": "open_url", "url": "http://elsewhere.example", "new_tab": true}')
        else:
            frame(f"{head[:1].decode()} {payload.decode()}")


main()
