"""Submissions that try to use up what others need: time, memory, processes, files, patience."""

from tests.sandbox.hostile import Family

EXHAUST = Family("exhaust")
_call, _module = EXHAUST.call, EXHAUST.module

_call("loop", "never returns", "while True: pass", "timed out")
_module("loop_at_import", "never finishes loading", "while True: pass", "timed out")
_call("sleep", "sleeps for an hour", "time.sleep(3600)", "timed out")
_call(
    "deaf_loop",
    "blocks every signal and loops",
    "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nfor n in (1, 2, 3, 14, 15):\n    signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
    "timed out",
)
_call(
    "swallow_everything",
    "catches whatever should stop it",
    "while True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass",
    "timed out",
)
_call(
    "regex_bomb",
    "matches a regular expression that backtracks for ever",
    "import re\nre.match('(a+)+$$', 'a' * 64 + 'b')",
    "timed out",
)
_call(
    "integer_bomb",
    "computes a power with a billion digits",
    "return len(str(7 ** 7 ** 7 ** 7))",
    "timed out",
    "raised",
    "died memory",
)
_call(
    "long_numpy",
    "starts an operation that Python cannot interrupt",
    "np.sort(np.random.rand(3000, 3000).repeat(3, 0).T.copy(), axis=None)\nwhile True:\n    np.linalg.svd(np.ones((900, 900)))",
    "timed out",
    "raised",
)
_module(
    "source_bomb", "is a source that takes for ever to compile", "x = " + "(" * 300 + "1" + ")" * 300, "did not load"
)
_module(
    "constant_bomb",
    "is a source whose constants are folded",
    "def adam_step(*a, **k): return 0\n" + "x = ((((((1 << 100) << 100) << 100) << 100) << 100) << 100) * 'x'",
    "did not load",
)
_call(
    "fork_bomb",
    "forks for ever",
    "n = 0\ntry:\n    while True:\n        if os.fork() == 0:\n            time.sleep(60)\n        n += 1\nexcept OSError as e:\n    return ('refused', repr(e)) if n == 0 else ('got', n)",
)
_call(
    "daemon",
    "leaves a process behind",
    "return attempt(lambda: os.fork() or (os.setsid(), os.fork() or time.sleep(600)))",
)
_call(
    "vfork",
    "forks by system call",
    "return attempts(lambda: syscall(57), lambda: syscall(58), lambda: syscall(56, 17, 0, 0, 0, 0))",
)
_call(
    "clone3",
    "forks by the newest system call",
    "return attempt(lambda: syscall(435, ctypes.create_string_buffer(88), 88))",
)
_call(
    "spawn",
    "starts programs",
    "import subprocess\nreturn attempts(lambda: subprocess.run(['/bin/sleep', '600']), lambda: os.posix_spawn('/bin/sleep', ['sleep', '600'], {}), lambda: os.execv('/bin/sleep', ['sleep', '600']))",
)
_call(
    "threads",
    "starts threads for ever",
    "import threading\nn = 0\ntry:\n    while n < 5000:\n        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n        n += 1\nexcept Exception as e:\n    return ('refused', repr(e))\nreturn ('got', n)",
    "refused",
    "died",
    "timed out",
    "raised",
)
_call(
    "memory",
    "takes memory for ever",
    "kept = []\nwhile True:\n    kept.append(np.ones(4_000_000))",
    "raised MemoryError",
    "raised _ArrayMemoryError",
    "died memory",
)
_call(
    "memory_objects",
    "takes memory in small objects",
    "kept = []\nwhile True:\n    kept.append(bytearray(1 << 20))",
    "raised MemoryError",
    "died memory",
)
_call("memory_string", "builds one enormous string", "return len('x' * (1 << 40))", "raised MemoryError", "died memory")
_call(
    "memory_mapped",
    "maps anonymous memory",
    "import mmap\nkept = []\nwhile True:\n    m = mmap.mmap(-1, 64 << 20, mmap.MAP_PRIVATE)\n    m.write(b'x' * (64 << 20))\n    kept.append(m)",
    "raised",
    "died memory",
)
_call(
    "memory_shared",
    "maps shared memory, which no limit of a process counts",
    "import mmap\nreturn attempt(lambda: mmap.mmap(-1, 1 << 30))",
)
_call(
    "memory_stacks",
    "maps memory that grows as a stack does, which no limit on data counts",
    "return attempt(lambda: syscall(9 if os.uname().machine == 'x86_64' else 222, 0, 1 << 26, 3, 0x122, -1, 0))",
)
_call(
    "memory_made_writable",
    "maps memory to read and then makes it writable",
    "libc = ctypes.CDLL(None, use_errno=True)\nlibc.mmap.restype = ctypes.c_void_p\nn = 64 << 20\nwhile True:\n    p = libc.mmap(None, ctypes.c_size_t(n), 1, 0x22, -1, ctypes.c_long(0))\n    if p in (None, 2**64 - 1) or libc.mprotect(ctypes.c_void_p(p), ctypes.c_size_t(n), 3):\n        raise MemoryError\n    ctypes.memset(p, 1, n)",
    "raised MemoryError",
    "died memory",
)
_call(
    "memory_of_files",
    "maps a file to itself again and again and writes to all its pages",
    "libc = ctypes.CDLL(None, use_errno=True)\nlibc.mmap.restype = ctypes.c_void_p\nfd = os.open(np.linalg._umath_linalg.__file__, os.O_RDONLY)\nn = os.fstat(fd).st_size & -4096\nwhile True:\n    p = libc.mmap(None, ctypes.c_size_t(n), 3, 2, fd, ctypes.c_long(0))\n    if p in (None, 2**64 - 1):\n        raise MemoryError\n    ctypes.memset(p, 1, n)",
    "raised MemoryError",
    "died memory",
)
_call(
    "memory_remapped",
    "maps little memory and lets it grow",
    "import mmap\nm = mmap.mmap(-1, 1 << 20, mmap.MAP_PRIVATE)\nsize = 1 << 20\nwhile True:\n    size *= 2\n    m.resize(size)\n    m[size // 2:] = bytes(1) * (size - size // 2)",
    "raised",
    "died memory",
)
_call(
    "memory_of_page_tables",
    "reserves address space for the tables that it takes",
    "libc = ctypes.CDLL(None, use_errno=True)\nlibc.mmap.restype = ctypes.c_void_p\nfor n in range(100_000):\n    if libc.mmap(None, ctypes.c_size_t(1 << 30), 1, 0x4022, -1, ctypes.c_long(0)) in (None, 2**64 - 1):\n        return ('refused', n)\nreturn ('got', n)",
)
_call(
    "memory_of_sockets",
    "keeps data in the kernel's sockets",
    "import socket\nkept = []\ntry:\n    while True:\n        a, b = socket.socketpair()\n        a.setblocking(False)\n        kept.append((a, b))\n        try:\n            while True: a.send(bytes(1 << 16))\n        except BlockingIOError: pass\nexcept OSError as e:\n    return ('refused', repr(e))",
)
_call("memfd", "keeps files in memory", "return attempt(lambda: os.memfd_create('x'))")
_call(
    "shared_memory",
    "makes a segment that outlives it",
    "from multiprocessing import shared_memory\nreturn attempts(lambda: shared_memory.SharedMemory('descenso-left', True, 4096), lambda: syscall(29, 4242, 4096, 0o1666))",
)
_call(
    "huge_allocation",
    "asks for more than there is address space",
    "return np.empty(1 << 50)",
    "raised MemoryError",
    "raised _ArrayMemoryError",
    "raised ValueError",
)
_call("print_flood", "prints for ever", "while True: print('x' * 1000)", "timed out")
_call(
    "print_much", "prints 20 MB and goes on", "for _ in range(2000): print('y' * 10000)\nreturn 0", "wrong", "timed out"
)
_call(
    "write_flood",
    "writes to its output beneath Python",
    "for _ in range(3000):\n    try:\n        os.write(1, b'z' * 65536)\n    except OSError as e:\n        return ('refused', repr(e))\nreturn ('got', 'all')",
)
_call("stderr_flood", "writes to its error output for ever", "while True: sys.stderr.write('e' * 1000)", "timed out")
_call(
    "output_truncate",
    "truncates its output and grows it again",
    "return attempts(lambda: os.ftruncate(1, 1 << 30), lambda: os.posix_fallocate(1, 0, 1 << 30), lambda: os.pwrite(1, b'x', 1 << 30))",
)
_call(
    "disk",
    "fills the disk",
    "return attempts(*[lambda d=d: open(d + '/fill', 'wb').write(b'x' * (1 << 20)) for d in ('/tmp', '/var/tmp', '/dev/shm', '.', '/')])",
)
_call(
    "inodes",
    "makes files without end",
    "return attempts(*[lambda d=d: [open(f'{d}/f{i}', 'w').close() for i in range(9)] for d in ('/tmp', '/var/tmp', '/dev/shm', '.')])",
)
_call(
    "folders",
    "makes folders",
    "return attempts(*[lambda d=d: os.mkdir(d + '/left') for d in ('/tmp', '/var/tmp', '/dev/shm', '.')])",
)
_call(
    "descriptors",
    "opens descriptors without end",
    "n = 0\ntry:\n    while n < 5000:\n        os.pipe()\n        n += 1\nexcept OSError as e:\n    return ('refused', repr(e))\nreturn ('got', n)",
)
_call(
    "recursion",
    "recurses without end",
    "def deeper(n): return deeper(n + 1)\nreturn deeper(0)",
    "raised RecursionError",
)
_call(
    "recursion_unlimited",
    "recurses with the limit taken off",
    "sys.setrecursionlimit(1 << 30)\ndef deeper(n): return [deeper(n + 1)]\nreturn deeper(0)",
    "died",
    "raised",
    "timed out",
)
_call("segfault", "reads address nought", "return ctypes.string_at(0)", "died signal SIGSEGV")
_call("abort", "aborts", "os.abort()", "died signal")
_call(
    "corrupt_heap",
    "writes over its own memory",
    "ctypes.memset(id(sys.modules), 0x41, 4096)\nreturn str(sys.modules)",
    "died signal",
    "died",
    "raised",
    "timed out",
)
_call(
    "cpu_threads",
    "keeps every processor busy",
    "import threading\nfor _ in range(8):\n    threading.Thread(target=lambda: [np.linalg.svd(np.ones((300, 300))) for _ in range(10**6)], daemon=True).start()\ntime.sleep(60)",
    "timed out",
    "raised",
    "died",
)
_call(
    "timers",
    "is woken thousands of times a second",
    "import signal\nsignal.signal(signal.SIGALRM, lambda *a: None)\nsignal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)\nwhile True: pass",
    "timed out",
)
_call(
    "pipe_buffers",
    "keeps data in the kernel's pipes",
    "import fcntl\nkept = []\ntry:\n    while True:\n        r, w = os.pipe()\n        fcntl.fcntl(w, 1031, 1 << 20)\n        kept.append((r, w))\nexcept OSError as e:\n    return ('refused', repr(e))",
)
_call(
    "slow_destructor",
    "never finishes being forgotten",
    "class D:\n    def __del__(self):\n        while True: pass\nD()\nreturn 0",
    "timed out",
)
