"""Asks a server outside 60 times: one request after the other, or in eight threads.

asks_server.py bad|fixed; the server's port is in KNOWN_TRUTH_PORT.
"""

import concurrent.futures
import os
import socket
import sys


def ask(_):
    address = ("127.0.0.1", int(os.environ["KNOWN_TRUTH_PORT"]))
    with socket.create_connection(address) as connection:
        connection.sendall(b"x")
        return connection.recv(1)


if __name__ == "__main__":
    if sys.argv[1] == "bad":
        for number in range(60):
            ask(number)
    else:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(ask, range(240)))
