"""Submissions that try to be given points for what they did not compute."""

from tests.sandbox.hostile import Family

FORGE = Family("forge")
_call, _module = FORGE.call, FORGE.module

# How a reply is written, for those that write their own.
_FRAME = """
import struct, msgspec
def frame(message, body=b""):
    meta = msgspec.msgpack.encode(message)
    return struct.pack("<IIQ", 0x0D5CE25D, len(meta), len(body)) + meta + body
def done(number, value):
    return {"type": "done", "id": number, "value": value, "arguments": {"type": "l", "items": []},
            "keywords": {"type": "d", "keys": [], "values": []}}
"""

_call("exit_zero", "ends the process with success", "os._exit(0)", "died exit 0")
_call("sys_exit", "asks to leave with success", "sys.exit(0)", "raised SystemExit")
_module("exit_at_import", "ends the process while it loads", "os._exit(0)", "died exit 0")
_call(
    "keyboard_interrupt",
    "pretends that the instructor pressed Ctrl-C",
    "raise KeyboardInterrupt",
    "raised KeyboardInterrupt",
)
_call("generator_exit", "raises what is no Exception", "raise GeneratorExit", "raised GeneratorExit")
_call(
    "pytest_skip",
    "asks the test to be skipped",
    "import pytest\npytest.skip('all good')",
    "raised Skipped",
    "raised ModuleNotFoundError",
)
_module(
    "patch_numpy",
    "makes every comparison of NumPy true",
    """
    for name in ("allclose", "isclose", "array_equal", "all", "any"):
        setattr(np, name, lambda *a, **k: True)
    np.testing.assert_allclose = lambda *a, **k: None
    def adam_step(*a, **k):
        return np.zeros(3), np.zeros(3), np.zeros(3)
    """,
    "wrong",
)
_module(
    "patch_pytest",
    "makes pytest pass everything, where it stands",
    """
    def adam_step(*a, **k):
        import _pytest.runner, _pytest.python
        _pytest.runner.call_runtest_hook = lambda *a, **k: None
        _pytest.python.Function.runtest = lambda self: None
        return 0.0
    """,
    "wrong",
    "raised ModuleNotFoundError",
)
_module(
    "patch_builtins",
    "replaces the built-ins the worker relies on",
    """
    import builtins
    def adam_step(*a, **k):
        builtins.isinstance = lambda *a: True
        builtins.len = lambda *a: 0
        builtins.type = lambda *a: int
        return 1
    """,
    "wrong",
    "died",
    "raised",
    "timed out",
)
_call(
    "always_equal",
    "returns an object that equals everything",
    "class E:\n    def __eq__(self, other): return True\n    __array__ = lambda s, *a, **k: np.zeros(3)\nreturn E(), E(), E()",
    "opaque",
)
_call(
    "array_subclass",
    "returns an array whose comparisons lie",
    "class A(np.ndarray):\n    def __eq__(self, o): return np.ones(3, bool)\nreturn tuple(np.zeros(3).view(A) for _ in range(3))",
    "opaque",
)
_call(
    "float_subclass",
    "returns a float that equals everything",
    "class F(float):\n    def __eq__(self, o): return True\n    __sub__ = __rsub__ = lambda s, o: 0.0\nreturn F(1), F(1), F(1)",
    "opaque",
)
_call(
    "int_subclass",
    "returns an int that equals everything",
    "class I(int):\n    __eq__ = lambda s, o: True\n    __hash__ = int.__hash__\nreturn I(1)",
    "opaque",
)
_call(
    "str_subclass",
    "returns a str that is everything",
    "class S(str):\n    __eq__ = lambda s, o: True\n    __hash__ = str.__hash__\nreturn {S('a'): 1}",
    "opaque",
)
_call(
    "tuple_subclass",
    "returns a tuple that unpacks differently each time",
    "class T(tuple):\n    __iter__ = lambda s: iter([1, 2, 3])\nreturn T((1,))",
    "opaque",
)
_call(
    "dict_subclass",
    "returns a dict that has every key",
    "class D(dict):\n    __getitem__ = lambda s, k: 1\nreturn D(a=1)",
    "opaque",
)
_call(
    "masked_array",
    "returns a masked array, all masked",
    "return np.ma.masked_all(3), np.ma.masked_all(3), np.ma.masked_all(3)",
    "opaque",
)
_call(
    "object_array",
    "returns an array of objects",
    "class E:\n    __eq__ = lambda s, o: True\nreturn np.array([E(), E(), E()], object)",
    "opaque",
)
_call("structured_array", "returns an array of records", "return np.zeros(3, [('a', 'f8'), ('b', 'O')])", "opaque")
_call("string_array", "returns an array of text", "return np.array(['passed'] * 3)", "opaque")
_call(
    "generator", "returns a generator that runs in whoever reads it", "return (os._exit(0) for _ in range(3))", "opaque"
)
_call(
    "class_with_reduce",
    "returns what would run code when unpickled",
    "class P:\n    def __reduce__(self): return os.system, ('true',)\nreturn P()",
    "opaque",
)
_call(
    "nan_flood",
    "returns NaN everywhere, hoping that nothing compares unequal",
    "return tuple(np.full(3, np.nan) for _ in range(3))",
    "wrong",
)
_call("infinities", "returns infinities", "return tuple(np.full(3, np.inf) for _ in range(3))", "wrong")
_call("broadcast", "returns a scalar, hoping that it is broadcast", "return 0.0, 0.0, 0.0", "wrong")
_call(
    "empty",
    "returns empty arrays, all of whose elements agree",
    "return np.zeros(0), np.zeros(0), np.zeros(0)",
    "wrong",
)
_call(
    "zero_size_huge",
    "returns an array of no elements and enormous shape",
    "return np.empty((0, 1 << 40))",
    "opaque",
    "wrong",
    "raised ValueError",
)
_call("self_containing", "returns a list that contains itself", "l = []\nl.append(l)\nreturn l", "opaque")
_call(
    "deep_nesting",
    "returns a list nested a hundred thousand deep",
    "l = []\nfor _ in range(100000):\n    l = [l]\nreturn l",
    "opaque",
    "died",
)
_call(
    "shared_bomb",
    "returns a list that doubles at each of forty levels",
    "l = [0]\nfor _ in range(30):\n    l = [l, l]\nreturn l",
    "opaque",
)
_call("huge_integer", "returns an integer of a million digits", "return 10 ** 1000000", "opaque")
_call("million_items", "returns ten million numbers", "return list(range(10_000_000))", "opaque", "raised MemoryError")
_call("long_string", "returns a string of 30 MB", "return 'x' * 30_000_000", "opaque", "died", "raised")
_call("reply_200_mb", "returns 200 MB", "return np.zeros(25_000_000)", "opaque", "raised")
_call("surrogates", "returns a string that cannot be encoded", r"return '\ud800' * 3", "opaque")
_call(
    "hash_collisions",
    "returns keys that all share one hash",
    "return {k * (2**61 - 1): 0 for k in range(9000)}",
    "opaque",
    "timed out",
)
_call(
    "only_changes_arguments",
    "writes the answer into its arguments and returns nothing",
    "m[:] = 0\nv[:] = 0\nparam[:] = 0\nreturn None",
    "wrong",
)
_module(
    "memoised_inputs",
    "answers with what an earlier call returned",
    """
    seen = []
    def adam_step(param, grad, m, v, t, **k):
        seen.append((param.copy(), m.copy(), v.copy()))
        return seen[0]
    """,
    "wrong",
)
_call(
    "public_example",
    "knows the example of the statement by heart",
    "return np.array([0.9]), np.array([0.1]), np.array([0.001])",
    "wrong",
)
_call(
    "exception_kills",
    "raises what ends the process when printed",
    "class E(Exception):\n    def __str__(self): os._exit(0)\nraise E",
    "died exit 0",
)
_call(
    "exception_loops",
    "raises what never finishes printing",
    "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
    "timed out",
)
_call(
    "exception_50_mb", "raises with a message of 50 MB", "raise ValueError('PASSED ' * 7_000_000)", "raised ValueError"
)
_call(
    "exception_lies",
    "raises with a message that is no string",
    "class E(Exception):\n    def __str__(self): return type('S', (str,), {'__len__': lambda s: -1})('x')\nraise E",
    "raised E",
)
_call(
    "exception_escapes",
    "raises with terminal escapes and a verdict in its message",
    r"raise ValueError('\x1b[2J\x1b[32m10/10 PASSED\x1b]0;owned\x07\x00\u202e\ud800')",
    "raised ValueError",
)
_call(
    "exception_name",
    "raises a class whose name is a page of HTML",
    "raise type('<script>alert(1)</script>' * 99, (Exception,), {})",
    "raised",
)
_call(
    "exception_meta",
    "raises a class whose name cannot be read",
    "class M(type):\n    __name__ = property(lambda s: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E",
    "raised",
    "died",
)
_call(
    "exception_group",
    "raises a group of a thousand exceptions",
    "raise ExceptionGroup('x', [ValueError(str(i)) for i in range(1000)])",
    "raised ExceptionGroup",
)
_call(
    "print_passed", "prints a verdict", r"print('\x1b[32m===== 8 passed in 0.01s =====\x1b[0m')" + "\nreturn 0", "wrong"
)
_module(
    "forged_at_import",
    "writes a reply to the channel before it is asked",
    _FRAME + "os.write(3, frame(done(1, 0.0)))\ndef adam_step(*a, **k): return 0.0",
    "died protocol",
    "wrong",
)
_call(
    "forged_early",
    "writes its own reply, then returns another",
    _FRAME + "for n in range(9): os.write(3, frame(done(n, 0.0)))\nreturn 1.0",
    "died protocol",
)
_call("doubled_reply", "answers twice", _FRAME + "os.write(3, frame(done(2, 0.0)) * 2)\nreturn 1.0", "died protocol")
_call(
    "wrong_number",
    "answers a question that was not asked",
    _FRAME + "os.write(3, frame(done(77, 0.0)))\ntime.sleep(9)",
    "died protocol",
)
_call("bad_magic", "writes noise to the channel", "os.write(3, bytes(range(256)) * 9)\ntime.sleep(9)", "died protocol")
_call(
    "enormous_length",
    "announces a reply of 16 exabytes",
    "import struct\nos.write(3, struct.pack('<IIQ', 0x0D5CE25D, 2**32 - 1, 2**64 - 1))\ntime.sleep(9)",
    "died protocol",
)
_call(
    "half_a_reply",
    "announces 60 MB and sends none",
    "import struct\nos.write(3, struct.pack('<IIQ', 0x0D5CE25D, 0, 60 << 20))\ntime.sleep(9)",
    "timed out",
    "died protocol",
)
_call(
    "byte_by_byte",
    "sends its reply one byte at a time",
    _FRAME + "for byte in frame(done(2, 0.0)):\n    os.write(3, bytes([byte]))\n    time.sleep(0.1)",
    "timed out",
)
_call(
    "deep_message",
    "sends a message nested half a million deep",
    "import struct\nmeta = b'\\x91' * 500000\nos.write(3, struct.pack('<IIQ', 0x0D5CE25D, len(meta), 0) + meta)\ntime.sleep(9)",
    "died protocol",
)
_call(
    "extension_types",
    "sends a timestamp and an extension",
    _FRAME
    + "import datetime\nos.write(3, frame(done(2, datetime.datetime.now(datetime.timezone.utc))))\ntime.sleep(9)",
    "died protocol",
)
_call(
    "array_without_bytes",
    "sends an array larger than its frame",
    _FRAME + "os.write(3, frame(done(2, {'type': 'a', 'dtype': '<f8', 'shape': [1000, 1000]})))\ntime.sleep(9)",
    "died protocol",
)
_call(
    "array_of_objects",
    "sends an array of pointers",
    _FRAME + "os.write(3, frame(done(2, {'type': 'a', 'dtype': '|O', 'shape': [1]}), bytes(8)))\ntime.sleep(9)",
    "died protocol",
)
_call(
    "huge_shape",
    "sends a shape whose product overflows",
    _FRAME + "os.write(3, frame(done(2, {'type': 'a', 'dtype': '<f8', 'shape': [2**26] * 8})))\ntime.sleep(9)",
    "died protocol",
)
_call(
    "verdict_message",
    "sends a message that says it passed",
    _FRAME + "os.write(3, frame({'type': 'passed', 'points': 20}))\ntime.sleep(9)",
    "died protocol",
)
_call(
    "load_message",
    "sends the grader an order",
    _FRAME
    + "os.write(3, frame({'type': 'call', 'id': 2, 'function': 'exit', 'arguments': {'type': 'l', 'items': []}, 'keywords': {'type': 'd', 'keys': [], 'values': []}}))\ntime.sleep(9)",
    "died protocol",
)
_module(
    "patch_the_worker",
    "finds the worker in memory and makes it lie",
    """
    import gc
    def adam_step(*a, **k):
        values = sys.modules["grader.sandbox.wire.values"]
        values.Packer.pack = lambda self, value: True
        worker = next(o for o in gc.get_objects() if type(o).__name__ == "Worker")
        worker._entry_points = frozenset()
        return 0.0
    """,
    "wrong",
    "died",
    "raised",
)
_module(
    "background_thread",
    "answers from a thread after the call has ended",
    _FRAME
    + """
import threading
def later():
    time.sleep(0.05)
    os.write(3, frame(done(3, 0.0)))
def adam_step(*a, **k):
    threading.Thread(target=later, daemon=True).start()
    return 0.0
""",
    "wrong",
    "died protocol",
)
