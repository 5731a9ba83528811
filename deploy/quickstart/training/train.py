"""Trains the demo model on pictures that the Java generator draws, and exports it.

    python3 train.py MODEL_FOLDER [--steps N] [--processes N]
"""

import argparse
import math
import random
import tempfile
import time

import torch
from torch import distributed
from torch.nn import functional as F

from export import export
from muon import Muon
from pictures import Pictures
from vit import PATCH, VisionTransformer

# Width and height, and how often: small pictures are quick to learn from, large ones come late.
EARLY = {(48, 48): 6, (64, 64): 3, (96, 64): 1, (64, 96): 1}
LATE = {(48, 48): 2, (64, 64): 3, (96, 64): 1, (64, 96): 1, (96, 96): 3, (128, 128): 3}
EARLY_PART = 0.5

# Patches of a process's batch: as many at each size, so that each step takes as long.
BATCH = 3072
MUON_RATE, ADAM_RATE, WARM_UP, DECAY, SMOOTHING = 0.02, 2e-3, 100, 0.02, 0.05
REPORT = 200


def train(rank, steps, processes, meeting_point, folder):
    """One of several processes, each with its own pictures; their gradients are averaged."""
    distributed.init_process_group(
        "gloo", init_method=meeting_point, rank=rank, world_size=processes
    )
    torch.set_num_threads(1)
    torch.manual_seed(1)
    sizes = random.Random(1)
    pictures = Pictures(seed=1 + rank)
    model = VisionTransformer(len(pictures.classes))
    optimizers = optimizers_of(model)
    schedules = [torch.optim.lr_scheduler.LambdaLR(o, lambda s: rate(s, steps)) for o in optimizers]
    report = Report(steps) if rank == 0 else None
    coming = ask(pictures, sizes, 0)
    for step in range(1, steps + 1):
        (pixels, classes), coming = coming.result(), ask(pictures, sizes, step / steps)
        # Half as precise and, on a CPU that knows the format, more than twice as fast.
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(pixels)
        loss = F.cross_entropy(logits.float(), classes, label_smoothing=SMOOTHING)
        model.zero_grad()
        loss.backward()
        average_gradients(model, processes)
        for each in optimizers + schedules:
            each.step()
        if report:
            report.step(step, model, loss.item(), len(classes) * processes)
    if rank == 0:
        export(model, pictures.classes, folder)


def optimizers_of(model):
    """Muon for the matrices of the blocks, AdamW for all else."""
    matrices = [p for p in model.blocks.parameters() if p.dim() == 2]
    inside = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in inside]
    return [
        Muon(matrices, lr=MUON_RATE, weight_decay=DECAY),
        torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.98), weight_decay=0),
    ]


def rate(step, steps):
    return min(1, (step + 1) / WARM_UP) * (1 + math.cos(math.pi * step / steps)) / 2


def ask(pictures, sizes, done):
    """The next batch; all processes draw the same size."""
    choice = EARLY if done < EARLY_PART else LATE
    width, height = sizes.choices(list(choice), choice.values())[0]
    return pictures.ask(BATCH * PATCH * PATCH // (width * height), width, height)


def average_gradients(model, processes):
    gradients = [p.grad for p in model.parameters()]
    flat = torch.cat([gradient.flatten() for gradient in gradients]) / processes
    distributed.all_reduce(flat)
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients])):
        gradient.copy_(part.view_as(gradient))


class Report:
    """Prints how the training goes, on pictures of another seed."""

    def __init__(self, steps):
        self.steps, self.fresh, self.started = steps, Pictures(seed=0), time.time()
        self.losses, self.seen = [], 0

    def step(self, step, model, loss, pictures):
        self.losses.append(loss)
        self.seen += pictures
        if step % REPORT == 0 or step == self.steps:
            print(
                f"step {step} of {self.steps}, {self.seen} pictures,"
                f" {time.time() - self.started:.0f} s,"
                f" loss {sum(self.losses) / len(self.losses):.3f}, accuracy",
                *(f"{w}x{h} {self.accuracy(model, w, h):.3f}" for w, h in LATE),
                flush=True,
            )
            self.losses.clear()

    @torch.no_grad()
    def accuracy(self, model, width, height):
        pixels, classes = self.fresh.ask(128, width, height).result()
        return (model(pixels).argmax(1) == classes).float().mean().item()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--steps", type=int, default=2600)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        torch.multiprocessing.spawn(
            train,
            (arguments.steps, arguments.processes, f"file://{place}/ranks", arguments.folder),
            arguments.processes,
        )
