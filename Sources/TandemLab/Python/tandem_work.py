"""The work: what is built in, the user's function, and what either is called with."""

import os
import sys

from tandem_clock import monotonic_ns, thread_time_ns


class Failure(Exception):
    """What goes into the answer instead of a result: a code of a closed list, and a sentence."""

    def __init__(self, code, message, traceback=None, worker=None, exit_code=None, signal=None):
        Exception.__init__(self, message)
        self.answer = {
            "code": code, "message": message, "traceback": traceback, "worker": worker,
            "exit_code": exit_code, "signal": signal,
        }


stage_file = None


def stage(kind, name):
    """Notes what begins, for the program that ends us when it takes too long."""
    if stage_file is not None:
        with open(stage_file, "w") as file:
            file.write("%s %s" % (kind, name))


def explain(error, code, what, worker=None):
    """The failure for an exception of the user's, with the frames of the user's own code."""
    import traceback

    frames = error.__traceback__
    own = ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")
    here = os.path.dirname(os.path.abspath(__file__))
    while frames is not None:
        file = frames.tb_frame.f_code.co_filename
        if file not in own and os.path.dirname(os.path.abspath(file)) != here:
            break
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames))
    detail = "".join(traceback.format_exception_only(type(error), error)).strip()
    return Failure(code, "%s: %s" % (what, detail.splitlines()[-1]), text[-16384:], worker)


def gil_enabled():
    """Whether the GIL is on; None when this interpreter can't tell."""
    if hasattr(sys, "_is_gil_enabled"):
        return sys._is_gil_enabled()
    # Before 3.13 no CPython could be built without.
    return True if sys.implementation.name == "cpython" else None


# The work ----------------------------------------------------------------------------------------


def squares(iterations):
    """The lesson's loop."""
    a = b = 0
    for i in range(iterations):
        a = i * i
        b = (i * i) + 1
    return a + b


def calibrate(seconds):
    """The iterations of `squares` that take about `seconds` of CPU time, at the best of three."""
    iterations, best = 1000, 0.0
    while True:
        began = thread_time_ns()
        squares(iterations)
        if thread_time_ns() - began >= 5000000:
            break
        iterations *= 2
    for _ in range(3):
        began = thread_time_ns()
        squares(iterations)
        best = max(best, iterations / float(thread_time_ns() - began))
    return max(1, int(best * seconds * 1e9))


def settle(work):
    """Makes work the same for every worker: where it is set by its CPU time, by giving it a number
    of iterations; where it names files, whatever folder a worker is in."""
    for key in ("path", "arguments_file", "arguments_module"):
        if work.get(key):
            work[key] = os.path.abspath(work[key])
    share = {"cpu": 1.0, "mixed": 0.5}.get(work["kind"])
    if share and not work.get("iterations"):
        work["iterations"] = calibrate(share * work["work_time_s"])


def wait_for_nobody(descriptor, seconds):
    """Waits on a pipe that nobody writes, and gives the nanoseconds of I/O.

    What comes after the kernel could first have woken the thread is waiting for a CPU or for the
    GIL, not I/O. The kernel may be late by a thousandth of the timeout or by the timer slack,
    50 microseconds (select_estimate_accuracy in fs/select.c).
    """
    import select

    began = monotonic_ns()
    select.select([descriptor], [], [], seconds)
    elapsed = monotonic_ns() - began
    return min(elapsed, int(seconds * 1e9) + max(int(seconds * 1e6), 50000))


def make_body(work):
    """What a worker calls with its item; for built-in work it returns its nanoseconds of I/O."""
    kind = work["kind"]
    if kind == "function":
        return load(work["path"], work["function"])
    if kind in ("squares", "cpu"):
        iterations = work["iterations"]

        def compute(_):
            squares(iterations)

        return compute
    if kind not in ("io", "mixed"):
        raise Failure("bad-request", "no work is called %r" % (kind,))
    import select  # noqa: F401 - imported here, so that no body pays for it

    descriptor, _ = os.pipe()
    seconds = work["work_time_s"]
    if kind == "io":
        return lambda _: wait_for_nobody(descriptor, seconds)
    iterations = work["iterations"]

    def alternate(_):
        waited = 0
        for part in range(5):
            squares(iterations * (part + 1) // 5 - iterations * part // 5)
            waited += wait_for_nobody(descriptor, seconds / 10.0)
        return waited

    return alternate


def is_async(body):
    """Whether calling it gives a coroutine."""
    code = getattr(body, "__code__", None)
    return code is not None and bool(code.co_flags & 0x80)  # CO_COROUTINE


def for_each(body, waits, together=False, keep=False):
    """Calls the body with each of a worker's arguments, and adds up what it waited.

    Coroutines run in an event loop, all together or one after the other. Results are kept where a
    program would have them in a list.
    """
    if is_async(body):
        import tandem_asyncio

        return (tandem_asyncio.gathered if together else tandem_asyncio.one_after_other)(body)

    def share(arguments):
        waited = result = 0
        for argument in arguments:
            result = body(argument)
            if waits:
                waited += result
        return waited if waits else result

    return (lambda arguments: [body(argument) for argument in arguments]) if keep else share


def shares(arguments, workers):
    """The arguments of each worker: neighbours, as equal in number as can be."""
    count = len(arguments)
    return [
        arguments[count * worker // workers:count * (worker + 1) // workers]
        for worker in range(workers)
    ]


def arguments_of(work, count):
    """The first `count` arguments, or as many as there are when `count` is None."""
    if work["kind"] == "function" and work.get("arguments_module"):
        return generated(work["arguments_module"], work["arguments_function"], count)
    source = work.get("arguments_file")
    if work["kind"] != "function" or source is None:
        return list(range(work.get("items", 0) if count is None else count))
    import json

    try:
        with open(source, "rb") as file:
            items = json.loads(file.read().decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        code = "no-such-file" if isinstance(error, OSError) else "bad-arguments"
        raise Failure(code, "can't read the arguments from %s: %s" % (source, error))
    except ValueError as error:
        raise Failure("bad-arguments", "%s is not JSON: %s" % (source, error))
    if not isinstance(items, list) or not items:
        raise Failure("bad-arguments", "%s must hold a JSON array with an element a call" % source)
    if count is not None and count > len(items):
        raise Failure(
            "bad-arguments", "%d calls, but %s has %d elements" % (count, source, len(items)))
    return items[:count]


# Without a number of calls, more arguments than this are taken for an endless generator.
MOST_ARGUMENTS = 1000000


def generated(path, name, count):
    """What the user's generator gives; a list or another iterable does as well."""
    import itertools

    label = "%s:%s" % (os.path.basename(path), name)
    source = find(path, name)
    stage("arguments", label)
    if not callable(source) and not hasattr(source, "__iter__"):
        kind = type(source).__name__
        raise Failure("bad-arguments", "%s gives no arguments: it is of type %s" % (label, kind))
    try:
        source = iter(source() if callable(source) else source)
        items = list(itertools.islice(source, MOST_ARGUMENTS + 1 if count is None else count))
    except TypeError as error:
        raise explain(error, "bad-arguments", "%s gives no arguments" % label)
    except BaseException as error:
        raise explain(error, "bad-arguments", "%s raised" % label)
    if count is None and len(items) > MOST_ARGUMENTS:
        raise Failure(
            "bad-arguments",
            "%s gives more than %d arguments: say with --items how many to take"
            % (label, MOST_ARGUMENTS))
    if not items or (count is not None and len(items) < count):
        raise Failure(
            "bad-arguments",
            "%s gives %d arguments%s"
            % (label, len(items), "" if count is None else ", fewer than %d calls need" % count))
    return items


# The user's function -----------------------------------------------------------------------------

loaded = {}


def load(path, name):
    """Imports the file at `path` and gives its function `name`.

    The module is registered under the name that an import from its own folder would use, so that
    siblings, packages and the user's own use of multiprocessing find it; where the name is taken
    by another module, under one of ours.
    """
    if (path, name) not in loaded:
        loaded[path, name] = check(find(path, name), "%s:%s" % (os.path.basename(path), name))
    return loaded[path, name]


def find(path, name):
    import importlib
    import importlib.machinery
    import importlib.util

    full = os.path.abspath(path)
    if not os.path.isfile(full):
        raise Failure("no-such-file", "there is no file %s" % path)
    root, stem = os.path.split(os.path.splitext(full)[0])
    names = [stem]
    while os.path.isfile(os.path.join(root, "__init__.py")):
        root, package = os.path.split(root)
        names.insert(0, package)
    if root not in sys.path:
        sys.path.insert(0, root)
    dotted = ".".join(names)
    stage("import", os.path.basename(path))
    try:
        if len(names) > 1:
            importlib.import_module(".".join(names[:-1]))
        elif not stem.isidentifier() or stem in sys.modules or stem in sys.builtin_module_names:
            dotted = "tandem_work_" + "".join(c if c.isalnum() else "_" for c in stem)
        spec = importlib.util.spec_from_file_location(dotted, full)
        if spec is None:
            source = importlib.machinery.SourceFileLoader(dotted, full)
            spec = importlib.util.spec_from_loader(dotted, source)
        module = importlib.util.module_from_spec(spec)
        sys.modules[dotted] = module
        spec.loader.exec_module(module)
    except BaseException as error:  # a module may call sys.exit
        raise explain(error, "import-failed", "importing %s failed" % path)
    found = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise Failure("no-such-function", "%s has no function %s" % (path, name))
        found = getattr(found, part)
    return found


def check(function, label):
    """Refuses what can't be called with one argument, or would do nothing when called."""
    if not callable(function):
        kind = type(function).__name__
        raise Failure("not-callable", "%s is not a function: it is of type %s" % (label, kind))
    code = getattr(function, "__code__", None)
    if code is None or hasattr(function, "__self__"):
        return function
    if code.co_flags & 0x220:  # CO_GENERATOR | CO_ASYNC_GENERATOR
        raise Failure(
            "not-callable", "%s is a generator: calling it would run nothing of it" % label)
    required = code.co_argcount - len(function.__defaults__ or ())
    required_keywords = code.co_kwonlyargcount - len(function.__kwdefaults__ or ())
    takes_one = code.co_argcount > 0 or code.co_flags & 0x04  # CO_VARARGS
    if required > 1 or required_keywords > 0 or not takes_one:
        raise Failure("wrong-arguments", "%s can't be called with exactly one argument" % label)
    return function
