"""Submissions that try to read what they must not know: the checks, the grader, the machine, each other."""

from tests.sandbox.hostile import Family

READ = Family("read")
_call, _module = READ.call, READ.module

_call("open_checks", "opens the checks by their path", "return attempt(lambda: open('$CHECKS').read())", through="E")
_call("list_course", "lists the course's folder", "return attempt(lambda: os.listdir('$COURSE'))", through="E")
_call(
    "walk_upwards",
    "climbs with .. to the course",
    "return attempt(lambda: open('/usr/lib/' + '../' * 9 + '$CHECKS'.lstrip('/')).read())",
    through="E",
)
_call(
    "link_to_checks",
    "makes a link to the checks and opens it",
    "os_path = '/tmp/link-%d' % os.getpid()\nreturn attempt(lambda: (os.symlink('$CHECKS', os_path), open(os_path).read()))",
    through="E",
)
_call(
    "size_of_checks",
    "reads the size of the checks",
    "return attempt(lambda: os.stat('$CHECKS').st_size)",
    through="BCDE",
)
_call(
    "proc_root",
    "reaches the checks through /proc",
    "return attempts(lambda: open('/proc/1/root$CHECKS').read(), lambda: open('/proc/self/root$CHECKS').read(), lambda: open('/proc/self/cwd$CHECKS').read())",
    through="E",
)
_call(
    "proc_environ",
    "reads the environment of whoever can be seen",
    "return attempts(*[lambda p=p: open(f'/proc/{p}/environ').read() for p in ('self', 1, $PARENT)])",
    through="DE",
)
_call(
    "environment",
    "looks for secrets in its environment",
    "return ('got', repr(dict(os.environ))) if any('SECRET' in k for k in os.environ) else ('refused', 'nothing there')",
)
_call("parent_memory", "reads the grader's memory", "return attempt(lambda: open('/proc/$PARENT/mem', 'rb').read(1))")
_call(
    "parent_maps", "reads where the grader's memory lies", "return attempt(lambda: open('/proc/$PARENT/maps').read())"
)
_call(
    "parent_command",
    "reads the grader's command line",
    "return attempt(lambda: open('/proc/$PARENT/cmdline').read())",
    through="DE",
)
_call("parent_descriptors", "lists the grader's open files", "return attempt(lambda: os.listdir('/proc/$PARENT/fd'))")
_call(
    "process_list",
    "lists the processes of the machine",
    "return attempt(lambda: [n for n in os.listdir('/proc') if n.isdigit()])",
    through="DE",
)
_call("ptrace_parent", "attaches to the grader", "return attempt(lambda: syscall(101, 16, $PARENT, 0, 0))")
_call(
    "process_vm_readv",
    "reads the grader's memory by system call",
    "return attempt(lambda: syscall(310, $PARENT, 0, 0, 0, 0, 0))",
)
_call(
    "gc_search",
    "searches its own memory for the checks",
    "import gc\nfound = [o for o in gc.get_objects() if type(o) is dict and any('$TOKEN_A' + '$TOKEN_B' == v for v in o.values() if type(v) is str)]\nreturn ('got', repr(found)) if found else ('refused', 'nothing there')",
)
_call(
    "frames",
    "searches the frames of its callers",
    "frame, found = sys._getframe(), []\nwhile frame:\n    found += [v for v in frame.f_locals.values() if type(v) is str and '$TOKEN_A' + '$TOKEN_B' in v]\n    frame = frame.f_back\nreturn ('got', repr(found)) if found else ('refused', 'nothing there')",
)
_call(
    "import_solutions",
    "imports the solutions",
    "return attempts(lambda: __import__('solutions'), lambda: __import__('checks'))",
)
_call(
    "import_checker",
    "imports the grader's checker",
    "return attempt(lambda: __import__('grader.checker.expect', fromlist=['x']).__file__)",
    through="DE",
)
_call(
    "engine_source",
    "reads the engine's own folder",
    "import grader\nreturn attempt(lambda: os.listdir(os.path.dirname(grader.__file__)))",
    through="DE",
)
_call(
    "linecache",
    "reads the checks through linecache",
    "import linecache\nlines = linecache.getlines('$CHECKS')\nreturn ('got', repr(lines)) if lines else ('refused', 'nothing there')",
    through="E",
)
_call(
    "import_path",
    "puts the course on its import path",
    "sys.path.insert(0, '$COURSE')\nreturn attempt(lambda: __import__('checks').SECRET)",
    through="E",
)
_call(
    "run_path",
    "runs the checks as a script",
    "import runpy\nreturn attempt(lambda: runpy.run_path('$CHECKS')['SECRET'])",
    through="E",
)
_call(
    "mapped_checks",
    "maps the checks into memory",
    "import mmap\nreturn attempt(lambda: mmap.mmap(os.open('$CHECKS', os.O_RDONLY), 0, mmap.MAP_PRIVATE, mmap.PROT_READ)[:])",
    through="E",
)
_call(
    "numpy_reads",
    "reads the checks through NumPy",
    "return attempt(lambda: np.fromfile('$CHECKS', np.uint8).tobytes())",
    through="E",
)
_call(
    "inherited_descriptors",
    "reads from every descriptor it inherited",
    "found = []\nfor number in [0, *range(4, 64)]:\n    try:\n        data = os.read(number, 100)\n    except OSError:\n        continue\n    found += [data] if data else []\nreturn ('got', repr(found)) if found else ('refused', 'nothing there')",
)
_call(
    "output_of_others",
    "reads what others printed",
    "return attempts(lambda: open('/proc/$PARENT/fd/5').read(), lambda: os.listdir('/dev/shm'), lambda: open('/proc/self/fd/9').read())",
    through="DE",
)
_call(
    "other_submissions",
    "looks for other learners' files",
    "return attempt(lambda: open('$OTHERS').read())",
    through="E",
)
_call(
    "etc_passwd", "reads the users of the machine", "return attempt(lambda: open('/etc/passwd').read())", through="DE"
)
_call(
    "home",
    "lists the homes",
    "return attempts(lambda: os.listdir('/root'), lambda: os.listdir('/home'), lambda: os.listdir(os.path.expanduser('~$USERNAME')))",
    through="DE",
)
_call(
    "machine_id",
    "reads what identifies the machine",
    "return attempts(lambda: open('/etc/machine-id').read(), lambda: open('/proc/version').read(), lambda: os.listdir('/sys/class/net'))",
    through="DE",
)
_call(
    "open_by_handle",
    "opens a file by its handle",
    "return attempt(lambda: syscall(304, -100, ctypes.create_string_buffer(64), 0))",
)
_call(
    "raw_disk",
    "reads the disk beneath the files",
    "return attempts(*[lambda d=d: open('/dev/' + d, 'rb').read(1) for d in ('vda', 'sda', 'nvme0n1', 'mem', 'kmsg')])",
)
_call(
    "kernel_log",
    "reads the kernel's log",
    "return attempt(lambda: syscall(103, 3, ctypes.create_string_buffer(100), 100))",
)
_call(
    "mount_proc",
    "mounts a /proc of its own",
    "return attempt(lambda: syscall(165, b'proc', b'/tmp', b'proc', 0, None))",
)
_call("open_tree", "clones the mount of the course", "return attempt(lambda: syscall(428, -100, b'$COURSE', 1))")
_call("chroot_out", "breaks out of its root", "return attempts(lambda: os.chroot('/tmp'), lambda: os.chroot('.'))")
_call(
    "clipboard_socket",
    "talks to a service on the machine",
    "import socket\nreturn attempts(lambda: socket.create_connection(('127.0.0.1', 22), 0.2), lambda: socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket'))",
)
