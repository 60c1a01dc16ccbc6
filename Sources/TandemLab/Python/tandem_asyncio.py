"""Work that is an `async def`: its calls together in one event loop, or one after the other."""

import asyncio


def gathered(function):
    """Calls the function with each argument, all in progress at once."""
    async def together(arguments):
        return await asyncio.gather(*[function(argument) for argument in arguments])

    return lambda arguments: asyncio.run(together(arguments))


def one_after_other(function):
    """Calls the function with each argument, and waits for each before the next."""
    async def in_turn(arguments):
        result = None
        for argument in arguments:
            result = await function(argument)
        return result

    return lambda arguments: asyncio.run(in_turn(arguments))
