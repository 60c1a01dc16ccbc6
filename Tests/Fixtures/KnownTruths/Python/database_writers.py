"""Processes write to one database, which has one writer at a time: database_writers.py bad|fixed.

In the bad form each row is a transaction; who finds the database locked sleeps and tries again.
In the fixed form each process has one transaction.
"""

import multiprocessing
import sqlite3
import sys


def write(rows, is_bad):
    connection = sqlite3.connect("rows.db", timeout=60, isolation_level=None)
    if is_bad:
        for number in range(rows):
            connection.execute("insert into rows values (?)", (number,))
    else:
        connection.execute("begin immediate")
        connection.executemany("insert into rows values (?)", ((n,) for n in range(rows)))
        connection.execute("commit")
    connection.close()


if __name__ == "__main__":
    connection = sqlite3.connect("rows.db")
    connection.execute("create table rows (number integer)")
    connection.commit()
    connection.close()
    is_bad = sys.argv[1] == "bad"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write, args=(60, is_bad)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
