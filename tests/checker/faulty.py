"""Faulty submissions of the plain kind: what honest hands, careless or cheating, put into a file.

Each is a name, the outcome it must get, words that must stand in what is said of its first failure, and a source.
"""

from __future__ import annotations

from dataclasses import dataclass

SIGNATURE = "def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):"
ADAM = """
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    step = lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
"""


@dataclass(frozen=True)
class Faulty:
    """One submission and what it must be told; several outcomes where the machine's limits decide between them."""

    name: str
    outcomes: tuple[str, ...]
    words: str
    source: str


def faulty(name: str, outcome: str, words: str, body: str, *, above: str = "") -> Faulty:
    """An `adam_step` with this body, beneath these lines."""
    indented = "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))
    return Faulty(name, tuple(outcome.split()), words, f"import numpy as np\n{above}\n\n{SIGNATURE}\n{indented}")


def file(name: str, outcome: str, words: str, source: str) -> Faulty:
    """A whole file."""
    return Faulty(name, tuple(outcome.split()), words, source)


LOOPS = [
    faulty("loops for ever", "timed_out", "had not answered after", "while True:\n    pass"),
    faulty("sleeps for ever", "timed_out", "had not answered after", "import time\nwhile True:\n    time.sleep(1)"),
    faulty(
        "loops and hears no signal", "timed_out", "had not answered after",
        "import signal\nfor number in (2, 14, 15, 24):\n    signal.signal(number, signal.SIG_IGN)\nwhile True: pass",
    ),
    faulty(
        "loops in an except", "timed_out", "had not answered after",
        "while True:\n    try:\n        raise ValueError\n    except BaseException:\n        continue",
    ),
]  # fmt: skip

ENDS = [
    faulty("leaves with success", "crashed", "it left with exit code 0", "import os\nos._exit(0)"),
    faulty("leaves with failure", "crashed", "it left with exit code 3", "import os\nos._exit(3)"),
    faulty("sys.exit", "failed", "raised SystemExit", "import sys\nsys.exit(0)"),
    faulty("kills itself", "crashed failed", "", "import os\nos.kill(os.getpid(), 9)"),
    faulty("aborts", "crashed", "it was stopped by SIG", "import os\nos.abort()"),
    faulty("touches no man's memory", "crashed failed", "", "import ctypes\nctypes.string_at(0)"),
    faulty("closes every descriptor", "crashed", "The program ended during", "import os\nos.closerange(0, 256)"),
    faulty("leaves while it loads", "crashed", "while loading", "return param", above="import os; os._exit(0)"),
]  # fmt: skip

RAISES = [
    faulty("recurses for ever", "failed", "raised RecursionError", "return adam_step(param, grad, m, v, t)"),
    faulty("divides by zero", "failed", "raised ZeroDivisionError", "return param / 0 if t == 0 else 1 / 0"),
    faulty("interrupts", "failed", "raised KeyboardInterrupt", "raise KeyboardInterrupt"),
    faulty("skips the test", "failed", "raised SkipTest", "import unittest\nraise unittest.SkipTest('all done')"),
    faulty("raises what is no exception", "failed", "raised TypeError", "raise 'passed'"),
    faulty(
        "raises what cannot be told", "failed", "raised Silent", "raise Silent",
        above="class Silent(Exception):\n    def __str__(self): raise RuntimeError",
    ),
    faulty("raises a flood", "failed", "raised ValueError", "raise ValueError('x' * 10_000_000)"),
    faulty("asks for input", "failed", "nobody to answer `input()`", "return input('lr? ')"),
    faulty("opens a file", "failed", "keep what you need in variables", "return np.load(open('moments.npy', 'rb'))"),
    faulty("allocates too much", "failed", "Error", "return np.ones((100_000, 100_000))"),
]  # fmt: skip

WRONG_TYPES = [
    faulty("returns a string", "failed", "must return three arrays", "return 'param, m, v'"),
    faulty("returns True", "failed", "must return three arrays", "return True"),
    faulty("returns a generator", "failed", "must return three arrays", "return (part for part in (param, m, v))"),
    file("is a coroutine", "failed", "must return three arrays", f"async {SIGNATURE}\n    return param, m, v\n"),
    file("is no function", "failed", "does not define a function adam_step", "adam_step = (1, 2, 3)\n"),
    faulty("returns lists", "failed", "list of 4", "return list(param), list(m), list(v)"),
    faulty("returns numbers", "failed", "`param` is float64", "return param[0], m[0], v[0]"),
    faulty("returns integers", "failed", "dtype int64", "return [np.ones(p.shape, int) for p in (param, m, v)]"),
    faulty("returns objects", "failed", "numpy.ndarray of object", "return [p.astype(object) for p in (param, m, v)]"),
    faulty("returns four", "failed", "must return three arrays", "return param, m, v, t"),
    faulty("returns itself in itself", "failed crashed", "", "loop = []\nloop.append(loop)\nreturn loop, m, v"),
    faulty("returns too much", "failed crashed", "", "return np.zeros(20_000_000), m, v"),
]  # fmt: skip

FORGED = [
    faulty(
        "is equal to everything", "failed", "adam_step.Yes",
        "return Yes(), Yes(), Yes()",
        above="class Yes:\n    __eq__ = lambda a, b: True\n    __array__ = lambda *_: np.zeros(4)",
    ),
    faulty(
        "an array that claims to be close", "failed", "adam_step.Close",
        "return tuple(p.view(Close) for p in (param, m, v))",
        above="class Close(np.ndarray):\n    __sub__ = __rsub__ = lambda a, b: np.zeros(4)\n"
        "    shape = property(lambda s: (4,))",
    ),
    faulty("prints a verdict", "failed", "", "print('{\"outcome\": \"passed\", \"points\": 20}')\nreturn param, m, v"),
    faulty(
        "patches numpy", "failed", "", "return param, m, v",
        above="np.allclose = np.isclose = np.array_equal = lambda *a, **k: True\nnp.testing.assert_allclose = print\n"
        "np.abs = np.absolute = lambda x: 0.0",
    ),
    faulty(
        "patches the random numbers", "failed", "", "return param, m, v",
        above="np.random.default_rng = lambda *a: None\nimport random; random.seed(0); np.random.seed(0)",
    ),
    faulty(
        "patches the builtins", "failed crashed did_not_load", "", "return param, m, v",
        above="import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda x: 3\n"
        "builtins.all = lambda x: True",
    ),
    faulty(
        "puts a numpy of its own into place", "failed crashed did_not_load", "", "return param, m, v",
        above="import sys, types\nsys.modules['numpy'] = types.ModuleType('numpy')",
    ),
    faulty("knows the example by heart", "failed", "", "return np.array([0.9]), np.array([0.4]), np.array([0.016])"),
    faulty("is right once", "failed", "", f"""
adam_step.calls = getattr(adam_step, 'calls', 0) + 1
{ADAM.strip()}
return (param - step if adam_step.calls < 3 else param), m, v
""".replace("\n    ", "\n")),
    faulty(
        "reads the reference", "failed did_not_load", "", "return param, m, v",
        above="import glob\nopen(glob.glob('/**/solutions/03_adam_step/adam_step.py', recursive=True)[0]).read()",
    ),
    faulty("looks for the grader", "failed did_not_load", "", "return param, m, v", above="import grader.checker"),
    faulty(
        "looks for the checks up the stack", "failed", "", """
import inspect
for frame in inspect.stack():
    for name in ('reference', 'expect', 'rng'):
        if name in frame.frame.f_globals or name in frame.frame.f_locals:
            raise SystemExit('found ' + name)
return param, m, v
"""),
]  # fmt: skip

LITTERS = [
    faulty("floods", "failed", "", "return param, m, v", above="for _ in range(20_000): print('x' * 100)"),
    faulty(
        "leaves a thread behind", "failed", "", "return param, m, v",
        above="import threading, time\n"
        "threading.Thread(target=lambda: [time.sleep(0.01) for _ in iter(int, 1)], daemon=True).start()",
    ),
    faulty("leaves a handler behind", "failed", "", "import atexit\natexit.register(input)\nreturn param, m, v"),
    faulty("forks for ever", "failed crashed", "", "import os\nwhile True:\n    os.fork()"),
    faulty(
        "switches the warnings to errors", "failed", "", "return param / 0.0, m, v",
        above="import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')",
    ),
]  # fmt: skip

FAULTY = [*ENDS, *RAISES, *WRONG_TYPES, *FORGED, *LITTERS]

TORCH_SIGNATURE = "def sgd_step(params, lr):"


def torch_faulty(name: str, outcome: str, words: str, body: str, *, above: str = "") -> Faulty:
    """An `sgd_step` with this body, beneath these lines."""
    indented = "".join(f"    {line}\n" for line in body.split("\n"))
    return Faulty(name, tuple(outcome.split()), words, f"import torch\n{above}\n\n{TORCH_SIGNATURE}\n{indented}")


TORCH = [
    torch_faulty("does nothing", "failed", "", "pass"),
    torch_faulty("returns new ones", "failed", "", "return [p - lr * p.grad for p in params]"),
    torch_faulty("switches gradients off", "failed", "", "pass", above="torch.set_grad_enabled(False)"),
    torch_faulty(
        "halves the precision", "failed", "",
        "torch.set_default_dtype(torch.float16)\nfor p in params:\n    p.data = p.data.half()",
    ),
    torch_faulty("takes the gradients away", "failed", "", "for p in params:\n    p.grad = None"),
    torch_faulty(
        "patches torch", "failed crashed", "", "pass",
        above="torch.equal = torch.allclose = lambda *a, **k: True\ntorch.Tensor.numpy = lambda s, **k: 0",
    ),
    torch_faulty("leaves", "crashed", "exit code 1", "import os\nos._exit(1)"),
    torch_faulty("is the optimizer", "failed", "`torch.optim` is not allowed", "torch.optim.SGD(params, lr).step()"),
]  # fmt: skip
