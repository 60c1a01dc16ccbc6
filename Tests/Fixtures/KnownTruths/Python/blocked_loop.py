"""Coroutines that sleep in a blocking call stop their event loop: blocked_loop.py bad|fixed."""

import asyncio
import sys
import time


async def handle():
    if sys.argv[1] == "bad":
        time.sleep(0.25)
    else:
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.25)


async def main():
    await asyncio.gather(*(handle() for _ in range(6)))


asyncio.run(main())
