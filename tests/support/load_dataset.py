"""Loads a folder with `datasets.load_dataset`, without a network, and prints its rows as JSON lines."""

import json
import os
import socket
import sys
import tempfile


def refuse(*_):
    raise OSError("the test has no network")


socket.socket.connect = refuse
with tempfile.TemporaryDirectory() as cache:
    os.environ.update(HF_HOME=cache, HF_HUB_OFFLINE="1", HF_HUB_DISABLE_PROGRESS_BARS="1")
    import datasets

    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(sys.argv[1])
    assert list(loaded) == ["train"], loaded
    for row in loaded["train"]:
        print(json.dumps(row, ensure_ascii=False, default=str))
