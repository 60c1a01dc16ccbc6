"""A server that isn't observed: answers each connection after 20 ms. slow_server.py SECONDS.

Writes its port to standard output, and ends after so many seconds without a connection.
"""

import socket
import sys
import threading
import time


def answer(connection):
    with connection:
        connection.recv(1)
        time.sleep(0.02)
        connection.sendall(b"x")


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        server.settimeout(float(sys.argv[1]))
        print(server.getsockname()[1], flush=True)
        try:
            while True:
                connection, _ = server.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()
        except socket.timeout:
            pass
