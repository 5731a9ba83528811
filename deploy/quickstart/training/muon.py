"""Muon: momentum whose every update is made nearly orthogonal (Jordan et al. 2024)."""

import torch


class Muon(torch.optim.Optimizer):
    """For the matrices inside the blocks; a matrix [out, in] moves alike in all its directions."""

    def __init__(self, matrices, lr, momentum=0.95, weight_decay=0.0):
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for matrix in group["params"]:
                average = self.state[matrix].setdefault("average", torch.zeros_like(matrix))
                average.lerp_(matrix.grad, 1 - group["momentum"])
                ahead = matrix.grad.lerp(average, group["momentum"])
                tall = max(1, matrix.shape[0] / matrix.shape[1]) ** 0.5
                matrix.mul_(1 - group["lr"] * group["weight_decay"])
                matrix.sub_(orthogonal(ahead), alpha=group["lr"] * tall)


def orthogonal(matrix, steps=5):
    """Newton-Schulz: drives the singular values towards 1 (into 0.7 to 1.2); needs no precision."""
    if matrix.shape[0] > matrix.shape[1]:
        return orthogonal(matrix.T, steps).T
    x = (matrix / (matrix.norm() + 1e-7)).bfloat16()
    for _ in range(steps):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.to(matrix.dtype)
