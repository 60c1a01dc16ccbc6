"""Work that is an `async def`: its calls together in one event loop, or one after the other."""

import asyncio


def run(coroutine):
    """What `asyncio.run` does, which came with 3.7."""
    if hasattr(asyncio, "run"):
        return asyncio.run(coroutine)
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


def gathered(function):
    """Calls the function with each argument, all in progress at once."""
    async def together(arguments):
        return await asyncio.gather(*[function(argument) for argument in arguments])

    return lambda arguments: run(together(arguments))


def one_after_other(function):
    """Calls the function with each argument, and waits for each before the next."""
    async def in_turn(arguments):
        return [await function(argument) for argument in arguments]

    return lambda arguments: run(in_turn(arguments))
