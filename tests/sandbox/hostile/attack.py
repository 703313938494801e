"""Submissions that attack the grader, the kernel's border, or whoever comes next."""

from tests.sandbox.hostile import Family

ATTACK = Family("attack")
_call, _module = ATTACK.call, ATTACK.module

_call("kill_grader", "kills the grader", "return attempt(lambda: os.kill($PARENT, 9))")
_call(
    "kill_zygote",
    "kills the process that forked it",
    "parent = os.getppid()\nreturn attempt(lambda: os.kill(parent, 9)) if parent > 1 else ('refused', 'not to be seen')",
)
_call(
    "kill_everything",
    "signals every process it may",
    "return attempts(lambda: os.kill(-1, 9), lambda: os.kill(0, 0), lambda: os.killpg(1, 9))",
)
_call("tgkill_grader", "signals a thread of the grader", "return attempt(lambda: syscall(234, $PARENT, $PARENT, 9))")
_call("tkill", "signals a thread by the old system call", "return attempt(lambda: syscall(200, $PARENT, 9))")
_call(
    "sigqueue",
    "signals with a value",
    "return attempts(lambda: syscall(129, $PARENT, 9, ctypes.create_string_buffer(128)), lambda: syscall(297, $PARENT, $PARENT, 9, ctypes.create_string_buffer(128)))",
)
_call(
    "pidfd",
    "takes hold of the grader as a descriptor",
    "return attempts(lambda: os.pidfd_open($PARENT), lambda: syscall(438, 3, 0, 0))",
)
_call(
    "sigio_owner",
    "has the kernel send the signal for it",
    "import fcntl\nr, w = os.pipe()\nreturn attempts(lambda: fcntl.fcntl(r, 8, $PARENT), lambda: fcntl.fcntl(r, 10, 9))",
)
_call("stop_grader", "stops the grader for good", "return attempt(lambda: os.kill($PARENT, 19))")
_call(
    "slow_grader",
    "pins the grader to one processor and makes it last",
    "return attempts(lambda: os.sched_setaffinity($PARENT, {0}), lambda: os.setpriority(0, $PARENT, 19))",
)
_call(
    "limit_grader",
    "lowers the grader's limits",
    "import resource\nreturn attempt(lambda: resource.prlimit($PARENT, resource.RLIMIT_NOFILE, (3, 3)))",
)
_call(
    "raise_limits",
    "raises its own limits",
    "import resource\nreturn attempts(lambda: resource.setrlimit(resource.RLIMIT_DATA, (-1, -1)), lambda: resource.setrlimit(resource.RLIMIT_CPU, (-1, -1)))",
)
_call("ptrace_me", "asks to be traced", "return attempt(lambda: syscall(101, 0, 0, 0, 0))")
_call(
    "write_memory",
    "writes into the grader's memory",
    "return attempts(lambda: syscall(311, $PARENT, 0, 0, 0, 0, 0), lambda: open('/proc/$PARENT/mem', 'r+b'))",
)
_call(
    "user_namespace",
    "makes itself root in a namespace",
    "return attempts(lambda: syscall(272, 0x10000000), lambda: syscall(272, 0x20000))",
)
_call(
    "enter_namespace",
    "enters the grader's namespaces",
    "return attempt(lambda: syscall(308, os.open('/proc/$PARENT/ns/mnt', 0), 0))",
)
_call(
    "new_mounts",
    "mounts and unmounts",
    "return attempts(lambda: syscall(165, b'none', b'/tmp', b'tmpfs', 0, None), lambda: syscall(166, b'/', 2), lambda: syscall(155, b'/', b'/tmp'))",
)
_call(
    "become_root",
    "asks to be root",
    "return attempts(lambda: syscall(117, 0, 0, 0), lambda: syscall(105, 0), lambda: syscall(116, 1, ctypes.byref(ctypes.c_uint(0))))",
)
_call(
    "capabilities",
    "takes its privileges back",
    "import struct\nreturn attempt(lambda: syscall(126, struct.pack('Ii', 0x20080522, 0), b'\\xff' * 24))",
)
_call(
    "dumpable",
    "opens itself to others and survives its parent",
    "return attempts(lambda: syscall(157, 4, 1, 0, 0, 0), lambda: syscall(157, 1, 0, 0, 0, 0))",
)
_call(
    "io_uring",
    "does its calls through a ring that no filter sees",
    "return attempt(lambda: syscall(425, 8, ctypes.create_string_buffer(120)))",
)
_call(
    "x32",
    "uses the other calling convention",
    "return attempt(lambda: syscall(0x40000000 + 39))",
    "refused",
    "died signal",
)
_call(
    "i386",
    "uses 32-bit system calls",
    "import mmap\ncode = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\ncode.write(bytes.fromhex('b814000000cd80c3'))\nreturn attempt(lambda: ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))())",
    "refused",
    "died signal",
    "raised",
)
_call(
    "internet",
    "calls home",
    "import socket\nreturn attempts(lambda: socket.socket(), lambda: socket.socket(socket.AF_INET6), lambda: socket.socket(type=socket.SOCK_DGRAM))",
)
_call(
    "raw_sockets",
    "opens sockets to the kernel",
    "import socket\nreturn attempts(lambda: socket.socket(16, 3, 0), lambda: socket.socket(17, 3, 0), lambda: socket.socket(40, 1, 0))",
)
_call(
    "abstract_socket",
    "listens where others may connect",
    "import socket\nreturn attempt(lambda: socket.socket(socket.AF_UNIX).bind('\\0descenso'))",
)
_call(
    "bind_the_pair",
    "turns the sockets it may have into ones it may not",
    "import socket\na, b = socket.socketpair()\nreturn attempts(lambda: a.bind('\\0descenso'), lambda: a.connect('\\0descenso'), lambda: a.listen())",
)
_call(
    "pass_descriptors",
    "sends descriptors up the channel",
    "import socket, array\nline = socket.socket(fileno=3)\nfor _ in range(20):\n    line.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1]))])\nline.detach()\ntime.sleep(9)",
    "died protocol",
    "refused",
    "timed out",
)
_call(
    "exec",
    "becomes another program",
    "return attempt(lambda: os.execv(sys.executable, [sys.executable, '-c', 'print(1)']))",
)
_call(
    "exec_at",
    "becomes another program by descriptor",
    "return attempt(lambda: syscall(322, os.open('/usr/lib', 0), b'/bin/true', None, None, 0))",
)
_call(
    "poison_bytecode",
    "writes into the caches of modules",
    "import numpy\nhere = os.path.dirname(numpy.__file__)\nreturn attempts(lambda: open(here + '/__pycache__/version.cpython-311.pyc', 'r+b'), lambda: open(here + '/evil.py', 'w'))",
)
_call(
    "poison_packages",
    "writes a module that the next one would import",
    "return attempts(*[lambda p=p: open(p + '/sitecustomize.py', 'w') for p in sys.path if p])",
)
_call(
    "poison_zygote",
    "tries to change the process it was forked from",
    "import numpy\nnumpy.zeros = None\nsys.modules['math'] = None\nctypes.memset(id(numpy), 0, 0)\nreturn 0",
    "wrong",
)
_call(
    "poison_tmp",
    "leaves files where the next one looks",
    "return attempts(*[lambda d=d: open(d + '/descenso-left', 'w') for d in ('/tmp', '/dev/shm', '/var/tmp', '/run')])",
)
_call(
    "truncate_checks",
    "empties the checks",
    "return attempts(lambda: os.open('$CHECKS', os.O_RDONLY | os.O_TRUNC), lambda: os.truncate('$CHECKS', 0), lambda: open('$CHECKS', 'w'))",
)
_call(
    "chmod_checks",
    "changes permissions",
    "return attempts(lambda: os.chmod('$CHECKS', 0o777), lambda: os.chown('$CHECKS', os.getuid(), -1), lambda: os.utime('$CHECKS'))",
)
_call(
    "delete_checks",
    "deletes and renames",
    "return attempts(lambda: os.unlink('$CHECKS'), lambda: os.rename('$CHECKS', '/tmp/x'), lambda: os.rmdir('$COURSE'))",
)
_call(
    "link_checks",
    "links the checks to where it may read",
    "return attempts(lambda: os.link('$CHECKS', '/tmp/l'), lambda: os.symlink('$CHECKS', '/tmp/s'))",
)
_call(
    "make_device",
    "makes a device",
    "return attempts(lambda: os.mknod('/tmp/d', 0o20666, os.makedev(1, 1)), lambda: os.mkfifo('/tmp/f'))",
)
_call("close_and_linger", "closes the channel and stays", "os.close(3)\ntime.sleep(60)", "died protocol")
_call(
    "steal_the_channel",
    "replaces the channel by one of its own",
    "import socket\na, b = socket.socketpair()\nos.dup2(a.fileno(), 3)\ntime.sleep(60)",
    "died protocol",
    "timed out",
)
_call(
    "shut_down",
    "shuts the channel down",
    "import socket\nsocket.socket(fileno=3).shutdown(2)\ntime.sleep(60)",
    "died protocol",
)
_call(
    "read_the_channel",
    "reads the questions instead of the worker",
    "import threading\ndef thief():\n    while True: os.read(3, 1)\nthreading.Thread(target=thief, daemon=True).start()\nreturn 0",
    "wrong",
    "timed out",
    "died",
)
_call(
    "signal_handlers",
    "kills itself by every signal in turn",
    "for number in (15, 6, 11, 9):\n    os.kill(os.getpid(), number)\nreturn 0",
    "wrong",
    "died signal",
    "died protocol",
)
_call(
    "terminal",
    "types into the instructor's terminal",
    "import fcntl\nreturn attempts(lambda: open('/dev/tty', 'w'), lambda: fcntl.ioctl(0, 0x5412, b'x'))",
)
_call(
    "bpf",
    "loads a program into the kernel",
    "return attempt(lambda: syscall(321, 0, ctypes.create_string_buffer(128), 128))",
)
_call(
    "perf",
    "watches other processes run",
    "return attempt(lambda: syscall(298, ctypes.create_string_buffer(128), $PARENT, -1, -1, 0))",
)
_call(
    "keyring",
    "reads the keys of the session",
    "return attempts(lambda: syscall(250, 0, -3, 0), lambda: syscall(248, b'user', b'x', b'y', 1, -3))",
)
_call("userfaultfd", "stops the kernel in mid-copy", "return attempt(lambda: syscall(323, 0))")
_call(
    "message_queue",
    "leaves messages and semaphores",
    "return attempts(lambda: syscall(240, b'/left', 0o102, 0o666, None), lambda: syscall(68, 4242, 0o1666), lambda: syscall(64, 4242, 1, 0o1666))",
)
_call("inotify", "watches the files of others", "return attempts(lambda: syscall(294, 0), lambda: syscall(300, 0, 0))")
_call(
    "clock",
    "sets the clock",
    "return attempts(lambda: time.clock_settime(0, 0), lambda: syscall(159, ctypes.create_string_buffer(208)))",
)
_call(
    "second_filter",
    "puts a filter of its own over the first",
    "return attempts(lambda: syscall(317, 1, 0, ctypes.create_string_buffer(16)), lambda: syscall(444, None, 0, 1))",
)
_call("host_name", "renames the machine", "return attempt(lambda: syscall(170, b'owned', 5))")
_call(
    "swap_and_reboot",
    "turns the machine off",
    "return attempts(lambda: syscall(169, 0xfee1dead, 672274793, 0, None), lambda: syscall(168, b'/'))",
)
