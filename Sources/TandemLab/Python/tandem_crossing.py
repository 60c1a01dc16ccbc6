"""What crosses between processes when the work goes through a pool, and what that costs.

It is found out before anything is timed: some calls in this process, the pickles of what they take
and give, and messages through a pool that is up.
"""

import os
import sys
import time

from tandem_items import extend_path
from tandem_pools import chunk, context_of, process_executor
from tandem_work import arguments_of, explain, is_async, make_body, settle, stage
from tandem_worker import RunQueue

# Seconds for calls of the function, for pickling, and for each trial of a pool.
CALLS_FOR = 0.25
PICKLES_FOR = 0.1
TRIAL_FOR = 0.15
MOST_CALLS = 256
MOST_PICKLES = 16
# Values with pickles of this many bytes are pickled many at once, as those of a chunk are.
SMALL = 4096
# Of several readings of the time for small values, the shortest counts: others use the CPUs too.
READINGS = 3
MOST_THREAD_CALLS = 4096
# Shorter calls than this are timed many in a row.
SHORT_CALL = 20e-6
# With calls that take longer, what is around them hardly matters.
LONG_CALL = 0.05
# Messages may cost this share of the work.
SHARE_FOR_MESSAGES = 0.05
# What is sent to learn how long large data takes on its way: so many bytes, so many times.
MIB = 1 << 20
LARGE_MESSAGES = 4
# An attribute that is named has this many bytes, and this share of all.
LARGE, MOST_OF_IT = 65536, 0.5


def nothing(argument):
    """What is sent to learn what a message costs."""
    return argument


def crossing(request):
    work = request["work"]
    settle(work)
    began = time.monotonic()
    function = make_body(work)
    import_s = time.monotonic() - began
    items = arguments_of(work, request.get("items"))
    stage("calls", work["function"])
    # Without a number of calls, the indices are tried until the time is over.
    sample = items or list(range(MOST_CALLS))
    calls = timed_calls(function, sample)
    answer = {
        "import_s": import_s, "item_s": calls["seconds"], "calls": calls["count"],
        "on_cpu_share": calls["on_cpu_share"], "function": None, "argument": None, "result": None,
        "refused": None, "message_s": None, "send_mib_s": None, "pool_call_s": None,
        "chunk_wanted": None, "trial": None, "thread_variables": thread_variables(),
    }
    if is_async(function):
        return answer
    try:
        answer["function"] = crossed("the function", [function])
        answer["argument"] = crossed("the argument of call %d", sample[:MOST_CALLS])
        answer["result"] = crossed("the result of call %d", calls["results"])
    except Refused as refused:
        answer["refused"] = str(refused)
        return answer
    try:
        answer.update(messages(
            function, sample, request["workers"], answer, bool(items) and len(items)))
    except Exception as error:
        # It will fail in the same way when it is timed, and is explained there.
        answer["refused"] = explain(error, "raised", "a pool of processes failed").answer["message"]
    return answer


def timed_calls(function, sample):
    """Calls the function with the first arguments until the time is over."""
    if is_async(function):
        import tandem_asyncio

        function = (lambda plain: lambda argument: plain([argument]))(
            tandem_asyncio.one_after_other(function))
    spent, cpu, results = [], [], []
    most = MOST_PICKLES
    queue = RunQueue()
    deadline = time.monotonic() + CALLS_FOR
    for argument in sample[:MOST_CALLS]:
        # Ready for a CPU counts like having one: others may be busy.
        wanted = time.process_time() + max(0, queue.read()) / 1e9
        began = time.monotonic()
        try:
            result = function(argument)
        except BaseException as error:
            raise explain(error, "raised", "the function raised")
        spent.append(time.monotonic() - began)
        cpu.append(time.process_time() + max(0, queue.read()) / 1e9 - wanted)
        # Large results are not kept: there may be gigabytes of them.
        if len(results) < most:
            results.append(result)
            if len(results) == MOST_PICKLES and are_small(results):
                most = MOST_CALLS
        if time.monotonic() > deadline:
            break
    queue.close()
    # What the first call does once a program isn't an item's.
    later = slice(1, None) if len(spent) > 2 else slice(None)
    seconds = sum(spent[later]) / len(spent[later])
    if seconds < SHORT_CALL:
        seconds = min(seconds, in_a_row(function, sample[:len(spent)]))
    share = min(1.0, sum(cpu[later]) / max(sum(spent[later]), 1e-9))
    return {
        "seconds": seconds, "count": len(spent), "on_cpu_share": share, "results": results}


def in_a_row(function, arguments):
    """Seconds of a short call: reading the clock for each would take longer than the calls."""
    readings = []
    for _ in range(READINGS):
        began = time.perf_counter()
        for argument in arguments:
            function(argument)
        readings.append(time.perf_counter() - began)
    return min(readings) / len(arguments)


def are_small(results):
    """Whether the results are small, so that many can be kept."""
    size = pickled_size(results)
    return size is not None and size <= SMALL * len(results)


def thread_variables():
    """The environment variables that set the threads of the libraries that are loaded."""
    known = {
        "openblas": "OPENBLAS_NUM_THREADS", "libmkl_": "MKL_NUM_THREADS", "libblis":
        "BLIS_NUM_THREADS", "libgomp": "OMP_NUM_THREADS", "libomp": "OMP_NUM_THREADS",
        "libiomp": "OMP_NUM_THREADS",
    }
    try:
        with open("/proc/self/maps") as file:
            names = {os.path.basename(line.split()[-1]) for line in file}
    except OSError:
        return []
    return sorted({
        variable for part, variable in known.items() if any(part in name for name in names)})


# Pickles -----------------------------------------------------------------------------------------


class Refused(Exception):
    """Something can't be pickled: a sentence that says what, of which type, and what to do."""


def crossed(what, values):
    """Bytes and seconds of pickling a value, a mean over the values.

    Small ones are pickled in one list, as a chunk is: the call of the pickler would cost more than
    they do.
    """
    import pickle
    from multiprocessing.reduction import ForkingPickler

    sizes = []
    pickling = unpickling = 0
    deadline = time.monotonic() + PICKLES_FOR
    for index, value in enumerate(values):
        name = what % index if "%" in what else what
        began = time.perf_counter()
        try:
            data = ForkingPickler.dumps(value)
        except BaseException as error:
            raise refusal(name, value, error)
        pickled = time.perf_counter()
        try:
            pickle.loads(data)
        except BaseException as error:
            raise refusal(name, value, error)
        unpickling += time.perf_counter() - pickled
        pickling += pickled - began
        sizes.append(len(data))
        if time.monotonic() > deadline:
            break
    count = len(sizes)
    tried = values[:count]
    biggest = tried[sizes.index(max(sizes))]
    size = sum(sizes)
    if size <= SMALL * count:
        size, pickling, unpickling = together(tried)
    return {
        "type": type_name(biggest), "bytes": size / float(count),
        "pickle_s": pickling / count, "unpickle_s": unpickling / count,
        "dragged": dragged(biggest, size / float(count)),
    }


def together(values):
    """Bytes and seconds of pickling and unpickling all values as one."""
    import pickle
    from multiprocessing.reduction import ForkingPickler

    pickling, unpickling = [], []
    for _ in range(READINGS):
        began = time.perf_counter()
        data = ForkingPickler.dumps(values)
        pickled = time.perf_counter()
        pickle.loads(data)
        unpickling.append(time.perf_counter() - pickled)
        pickling.append(pickled - began)
    return len(data), min(pickling), min(unpickling)


def refusal(name, value, error):
    """The sentence for what can't be pickled."""
    kind = type(value).__name__
    where = ""
    for path, part in parts(value):
        if pickled_size(part) is None:
            where = ", because of %s (%s)" % (path, type_name(part))
            break
    if callable(value) and name == "the function":
        cure = "write it as a 'def' at the top level of its module"
    elif name.startswith("the result"):
        cure = "return plain data, or use threads"
    else:
        cure = "pass a path, a name or plain data and open it in the worker, or use threads"
    said = str(error).strip().splitlines() or [type(error).__name__]
    return Refused(
        "%s can't be pickled for another process: it is of type %s%s (%s): %s"
        % (name, kind, where, said[-1], cure))


def type_name(value):
    kind = type(value)
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__name__
    return "%s.%s" % (kind.__module__, kind.__name__)


def pickled_size(value):
    """Bytes of its pickle; None when it has none."""
    from multiprocessing.reduction import ForkingPickler

    try:
        return len(ForkingPickler.dumps(value))
    except BaseException:
        return None


def parts(value):
    """What a value consists of, with the names by which its user knows them."""
    import functools

    if isinstance(value, functools.partial):
        for path, part in parts(value.func):
            yield path, part
        for index, part in enumerate(value.args):
            yield "argument %d of the partial" % index, part
        for name, part in value.keywords.items():
            yield "%s=" % name, part
    elif hasattr(value, "__self__") and not isinstance(value.__self__, type(sys)):
        for name, part in attributes(value.__self__):
            yield "self." + name, part
    elif isinstance(value, dict):
        for key, part in list(value.items())[:64]:
            yield "[%r]" % (key,), part
    elif isinstance(value, (list, tuple)):
        for index, part in enumerate(value[:64]):
            yield "[%d]" % index, part
    else:
        for name, part in attributes(value):
            yield "." + name, part


def attributes(value):
    """The attributes that a pickle of the value would take along."""
    named = dict(getattr(value, "__dict__", None) or {})
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(value, name):
                named[name] = getattr(value, name)
    return [
        (name, part) for name, part in named.items()
        if not callable(part) or hasattr(part, "__self__")
    ] if not isinstance(value, type) else []


def dragged(value, size):
    """The part that makes up most of a large pickle; None when no part does."""
    if size < LARGE:
        return None
    sizes = [(pickled_size(part) or 0, path, part) for path, part in parts(value)]
    if not sizes:
        return None
    most, path, part = max(sizes, key=lambda entry: entry[0])
    if most < LARGE or most < MOST_OF_IT * size:
        return None
    return {"path": path, "type": type_name(part), "bytes": most}


# Messages ----------------------------------------------------------------------------------------


def messages(function, sample, workers, known, items):
    """What a message through a pool costs, the chunk to take, what that brings, and what a call
    costs through the slowest pool."""
    context, _ = context_of(None)
    number = items or MOST_CALLS
    function_s, function_mib = pickled_whole(known, "function")
    data_s, data_mib = pickled_whole(known, "argument", "result")
    with process_executor(workers, context) as pool:
        through(pool, nothing, range(2 * workers))
        message = through(pool, nothing, range(128)) / 128
        large = through(pool, nothing, [bytes(MIB)] * LARGE_MESSAGES) / LARGE_MESSAGES
        send = max(0.0, large - message) / 2
        each = max(known["item_s"] + data_s, 1e-9)
        around = message + function_s + function_mib * send
        wanted = int(around / (SHARE_FOR_MESSAGES * (each + data_mib * send))) + 1
        answer = {
            "message_s": message, "send_mib_s": send, "pool_call_s": None,
            "chunk_wanted": wanted, "trial": None}
        if known["item_s"] > LONG_CALL:
            return answer
        first = cycled(sample, min(number, 2 * workers))
        # What it takes to send large data shows only when it is sent.
        call_s = through(pool, function, first) / len(first)
        arguments, size = first, 1
        if wanted > 1:
            tried = min(number, max(4 * workers, int(TRIAL_FOR / call_s)))
            arguments = cycled(sample, tried)
            size = max(1, min(chunk(wanted, number, workers), -(-tried // workers)))
            one_s = through(pool, function, arguments)
            chunk_s = through(pool, function, arguments, size)
            call_s = chunk_s / tried
            answer["trial"] = {
                "items": tried, "chunksize": size, "one_s": one_s, "chunk_s": chunk_s}
    if data_mib * MIB >= LARGE:
        # Large data in a chunk can take longer on its way than alone.
        answer["send_mib_s"] = max(
            send, (call_s - each / workers - around / size) / data_mib)
    answer["pool_call_s"] = max(
        call_s, thread_call(function, arguments, workers),
        known["item_s"] + interpreter_message(workers))
    return answer


def pickled_whole(known, *parts):
    """Seconds of pickling and unpickling these parts, and their MiB."""
    found = [known[part] for part in parts]
    return (
        sum(part["pickle_s"] + part["unpickle_s"] for part in found),
        sum(part["bytes"] for part in found) / MIB)


def cycled(sample, count):
    """So many arguments."""
    return [sample[index % len(sample)] for index in range(count)]


def through(pool, function, arguments, chunksize=1):
    """Seconds for mapping the function over the arguments."""
    began = time.monotonic()
    list(pool.map(function, arguments, chunksize=chunksize))
    return time.monotonic() - began


def thread_call(function, arguments, workers):
    """Seconds of one call through a pool of threads; 0 where that fails."""
    from concurrent.futures import ThreadPoolExecutor

    try:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            # Threads that are just started may wait long for each other: the better of two counts.
            call_s = min(through(pool, function, arguments) for _ in range(2)) / len(arguments)
            # With few short calls, starting the threads is most of it.
            count = min(MOST_THREAD_CALLS, int(TRIAL_FOR / 2 / call_s))
            if count < 2 * len(arguments):
                return call_s
            return through(pool, function, cycled(arguments, count)) / count
    except Exception:
        return 0  # It will fail in the same way when it is timed.


def interpreter_message(workers):
    """Seconds for a message to another interpreter and back; 0 where there are none.

    The user's function isn't called: not every module can be imported there.
    """
    try:
        from concurrent.futures import InterpreterPoolExecutor
    except ImportError:
        return 0
    try:
        with InterpreterPoolExecutor(
                max_workers=workers, initializer=extend_path, initargs=(list(sys.path),)) as pool:
            through(pool, nothing, range(2 * workers))
            return through(pool, nothing, range(128)) / 128
    except Exception:
        return 0  # It will fail in the same way when it is timed.
