#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""cut.py IP PORT TARGET-PORT BYTES: passes one TCP connection on to IP:TARGET-PORT
and cuts it once that many bytes have come back.  Prints "ready" when it listens."""
import selectors
import socket
import sys


def main():
    ip, port, target, left = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    listener = socket.create_server((ip, port))
    listener.settimeout(60)
    print("ready", flush=True)
    client, _ = listener.accept()
    server = socket.create_connection((ip, target))
    both = selectors.DefaultSelector()
    both.register(client, selectors.EVENT_READ, server)
    both.register(server, selectors.EVENT_READ, client)
    while left > 0:
        ready = both.select(60)
        if not ready:
            return
        for key, _ in ready:
            data = key.fileobj.recv(65536)
            if not data:
                return
            if key.fileobj is server:
                data = data[:left]
                left -= len(data)
            key.data.sendall(data)


main()
