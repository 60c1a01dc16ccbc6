"""Awaits ten sleeps of 100 ms, one after the other, or all together in the fixed form:
awaits_in_turn.py bad|fixed."""

import asyncio
import sys


async def main():
    if sys.argv[1] == "fixed":
        await asyncio.gather(*[asyncio.sleep(0.1) for _ in range(10)])
    else:
        for _ in range(10):
            await asyncio.sleep(0.1)


asyncio.run(main())
