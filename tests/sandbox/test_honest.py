"""Honest programs work behind the wall; what cannot work there is one sentence that says what to do instead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.sandbox import Limits, Pool, Program, Raised, Returned, Session
from grader.sandbox.near.wording import ADVICE
from tests.sandbox.conftest import linux

pytestmark = [linux, pytest.mark.slow]

WORKS = """
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F

def convolutions():
    body = [nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 16, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    model = nn.Sequential(*body, nn.Linear(16, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(torch.randn(4, 1, 28, 28)), torch.arange(4))
        loss.backward()
        optimizer.step()
    return loss.item() > 0

def lstm():
    outputs, _ = nn.LSTM(4, 8, 2, batch_first=True)(torch.randn(2, 5, 4))
    outputs.sum().backward()
    return tuple(outputs.shape) == (2, 5, 8)

def transformer_block():
    block = nn.TransformerEncoderLayer(16, 4, 32)
    block(torch.randn(5, 2, 16)).sum().backward()
    block.eval()
    with torch.no_grad():
        return tuple(block(torch.randn(5, 2, 16)).shape) == (5, 2, 16)

def gradcheck():
    return torch.autograd.gradcheck(torch.sin, (torch.randn(3, dtype=torch.double, requires_grad=True),))

def vmap():
    return tuple(torch.func.vmap(torch.func.grad(lambda x: (x**2).sum()))(torch.randn(3, 4)).shape) == (3, 4)

def threads():
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(4) as executor:
        return sum(executor.map(lambda k: float(torch.ones(k).sum()), range(10))) == 45

def threads_of_torch():
    torch.set_num_threads(2)
    return tuple((torch.randn(300, 300) @ torch.randn(300, 300)).shape) == (300, 300)

def asynchronous():
    import asyncio
    async def three():
        await asyncio.sleep(0.01)
        return 3
    return asyncio.run(three()) == 3

def large_prints():
    for number in range(5000):
        print(number, "x" * 50)
    return True

def scripted():
    return float(torch.jit.script(doubled)(torch.ones(2)).sum()) == 4

def doubled(x: torch.Tensor) -> torch.Tensor:
    return torch.relu(x) * 2

def loader():
    from torch.utils.data import DataLoader, TensorDataset
    return len(list(DataLoader(TensorDataset(torch.arange(4.0)), batch_size=2, shuffle=True))) == 2

def saved_in_memory():
    import copy, io, pickle
    model = nn.Linear(2, 2)
    copy.deepcopy(model)
    pickle.loads(pickle.dumps(model.state_dict()))
    buffer = io.BytesIO()
    torch.save(model.state_dict(), buffer)
    buffer.seek(0)
    return set(torch.load(buffer)) == {"weight", "bias"}

def schedulers():
    parameters = [nn.Parameter(torch.zeros(1))]
    optimizer = torch.optim.AdamW(parameters, foreach=True)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1, total_steps=5)
    optimizer.step()
    scheduler.step()
    return scheduler.get_last_lr()[0] > 0

def linear_algebra():
    return len(np.linalg.svd(np.random.randn(50, 50))[1]) == len(torch.linalg.svd(torch.randn(50, 50))[1]) == 50

def randomness():
    import random, secrets, uuid
    return len({secrets.token_hex(4), str(uuid.uuid4()), str(random.SystemRandom().random())}) == 3

def clocks():
    import datetime, time, timeit
    return datetime.datetime.now().year > 2000 and timeit.timeit(lambda: 1, number=10) > 0

def late_imports():
    import csv, dataclasses, decimal, fractions, json, sqlite3, statistics, zoneinfo, numpy.testing
    return str(zoneinfo.ZoneInfo("UTC")) == "UTC"

def tracebacks():
    import traceback, warnings
    warnings.warn("careful")
    try:
        1 / 0
    except ZeroDivisionError:
        return "1 / 0" in traceback.format_exc()

def checkpointing():
    from torch.utils.checkpoint import checkpoint
    x = torch.ones(2, requires_grad=True)
    checkpoint(torch.sin, x, use_reentrant=False).sum().backward()
    return x.grad is not None

def alarms():
    import signal
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.alarm(1)
    return signal.alarm(0) >= 0
"""

CANNOT = """
import numpy as np, torch

def asks():
    return input("? ")

def workers():
    from torch.utils.data import DataLoader, TensorDataset
    return list(DataLoader(TensorDataset(torch.arange(4.0)), batch_size=2, num_workers=2))

def multiprocessing_pool():
    import multiprocessing
    with multiprocessing.Pool(2) as pool:
        return pool.map(abs, [1])

def process_executor():
    from concurrent.futures import ProcessPoolExecutor
    with ProcessPoolExecutor(2) as executor:
        return list(executor.map(abs, [1]))

def commands():
    import subprocess
    subprocess.run(["ls"])

def compiled():
    return torch.compile(lambda x: x * 2)(torch.ones(2)).numpy()

def temporary():
    import tempfile
    with tempfile.TemporaryFile() as file:
        file.write(b"x")

def saves():
    torch.save(torch.ones(1), "model.pt")

def saves_arrays():
    np.save("a.npy", np.ones(1))

def writes():
    open("log.txt", "w")

def reads():
    open("data.csv")

def reads_itself():
    return open(__file__).read()

def downloads():
    import urllib.request
    urllib.request.urlopen("http://example.org")

def connects():
    import socket
    socket.create_connection(("192.0.2.1", 80))

def too_many_threads():
    import threading, time
    for _ in range(1000):
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()

def forks():
    import os
    os.fork()
"""

ADVISED = {
    "asks": "input",
    "workers": "processes",
    "multiprocessing_pool": "processes",
    "process_executor": "processes",
    "commands": "processes",
    "compiled": "compile",
    "temporary": "files",
    "saves": "files",
    "saves_arrays": "files",
    "writes": "files",
    "reads": "files",
    "reads_itself": "own_file",
    "downloads": "network",
    "connects": "network",
    "too_many_threads": "threads",
    "forks": "refused",
}
WORKING = [
    line.split("(")[0].removeprefix("def ") for line in WORKS.splitlines() if line.startswith("def ") and "():" in line
]
ROOMY = Limits(call_seconds=60, total_seconds=600, memory_mb=1024)


@pytest.fixture(scope="module")
def working(torch_pool: Pool) -> Iterator[Session]:
    with torch_pool.open(Program(WORKS, "answer.py", tuple(WORKING)), ROOMY, 0) as session:
        yield session


@pytest.fixture(scope="module")
def refused(torch_pool: Pool) -> Iterator[Session]:
    with torch_pool.open(Program(CANNOT, "answer.py", tuple(ADVISED)), ROOMY, 0) as session:
        yield session


@pytest.mark.parametrize("name", WORKING)
def test_honest_program_works(working: Session, name: str) -> None:
    """What a learner may well write gives its answer behind the wall."""
    assert working.call(name) == Returned(True)


@pytest.mark.parametrize("name", ADVISED)
def test_what_cannot_work_says_what_to_do(refused: Session, name: str) -> None:
    """An attempt at what cannot work raises, with advice in both languages."""
    ended = refused.call(name)
    assert isinstance(ended, Raised), ended
    assert ended.advice == ADVICE[ADVISED[name]]()


def test_versions_name_torch(torch_pool: Pool) -> None:
    """A torch pool says which torch it runs."""
    assert set(torch_pool.versions) == {"python", "numpy", "torch"}
