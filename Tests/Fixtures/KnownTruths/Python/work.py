"""What the programs beside this file do: work measured in CPU time, so that what is true of them is
true on any machine. Everything here runs on Python 3.6 and later."""

import threading
import time


def spin(seconds):
    """Computes in Python until the calling thread has used so much more CPU time."""
    clock = time.CLOCK_THREAD_CPUTIME_ID
    end = time.clock_gettime(clock) + seconds
    number = 1
    while time.clock_gettime(clock) < end:
        for _ in range(200):
            number = number * 1103515245 + 12345 & 0x7FFFFFFF


def call_until(seconds, function, *arguments):
    """Calls something until the calling thread has used so much more CPU time."""
    clock = time.CLOCK_THREAD_CPUTIME_ID
    end = time.clock_gettime(clock) + seconds
    while time.clock_gettime(clock) < end:
        function(*arguments)


def spin_together(seconds):
    """Computes in Python until all threads of the process together have used so much CPU time: so
    each of them is there to the end, whoever got more of it."""
    number = 1
    while time.process_time() < seconds:
        for _ in range(200):
            number = number * 1103515245 + 12345 & 0x7FFFFFFF


def at_once(count, function, *arguments):
    """Calls something in threads, all at once, and waits for them."""
    threads = [threading.Thread(target=function, args=arguments) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
