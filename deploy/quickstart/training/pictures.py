"""Pictures for training, drawn by the Java generator as they are needed."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import torch

CLASSES = Path(__file__).parent.parent / "target" / "classes"
FEED = "io.patchstream.quickstart.pictures.PictureFeed"


class Pictures:
    """The endless pictures of a seed."""

    def __init__(self, seed):
        command = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-cp", str(CLASSES), FEED, str(seed)]
        self.feed = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.classes = self.feed.stdout.readline().decode().split()
        self.reader = ThreadPoolExecutor(1)

    def ask(self, count, width, height):
        """A future of (pixels from -1 to 1 [count, 3, height, width], classes [count])."""
        return self.reader.submit(self._read, count, width, height)

    def _read(self, count, width, height):
        self.feed.stdin.write(f"{count} {width} {height}\n".encode())
        self.feed.stdin.flush()
        answer = self.feed.stdout.read(count * (1 + 3 * height * width))
        rows = numpy.frombuffer(answer, numpy.uint8).reshape(count, -1)
        rgb = torch.tensor(rows[:, 1:]).view(count, height, width, 3)
        return rgb.permute(0, 3, 1, 2) / 127.5 - 1, torch.tensor(rows[:, 0]).long()
