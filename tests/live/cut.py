#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""cut.py IP PORT TARGET-PORT BYTES: passes TCP connections on to IP:TARGET-PORT and
is gone, with all of them, once that many bytes have come back.  Prints "ready" when it
listens."""
import contextlib
import selectors
import socket
import sys


def main():
    ip, port, target, left = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    listener = socket.create_server((ip, port))
    ends = selectors.DefaultSelector()
    ends.register(listener, selectors.EVENT_READ)
    print("ready", flush=True)
    while left > 0:
        ready = ends.select(60)
        if not ready:
            return
        for key, _ in ready:
            if key.fileobj is listener:
                client, _ = listener.accept()
                server = socket.create_connection((ip, target))
                ends.register(client, selectors.EVENT_READ, (server, False))
                ends.register(server, selectors.EVENT_READ, (client, True))
                continue
            other, from_server = key.data
            data = key.fileobj.recv(65536)
            if not data:
                ends.unregister(key.fileobj)
                with contextlib.suppress(OSError):      # it may be gone, too
                    other.shutdown(socket.SHUT_WR)
                continue
            if from_server:
                data = data[:max(left, 0)]
                left -= len(data)
            other.sendall(data)


main()
