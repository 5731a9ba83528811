"""How far one gets without a model: logistic regression on 16x16 pixels, and on histograms of the
colours. Prints the accuracy of each on fresh pictures.

    python3 baselines.py [--pictures N]
"""

import argparse

import torch
from torch.nn import functional as F

from pictures import Pictures

SIZE, BINS = 64, 4


def small(pixels):
    return F.interpolate(pixels, (16, 16), mode="area").flatten(1)


def histogram(pixels):
    """Of BINS x BINS x BINS colours, how much of the picture each covers."""
    level = ((pixels + 1) / 2 * BINS).long().clamp(0, BINS - 1).flatten(2)
    colour = (level[:, 0] * BINS + level[:, 1]) * BINS + level[:, 2]
    share = torch.full(colour.shape, 1 / colour.shape[1])
    return torch.zeros(len(pixels), BINS**3).scatter_add(1, colour, share)


def accuracy(features, train, test):
    """Of softmax regression, trained to its end; the best of several weight decays."""
    x, mean, deviation = standardised(features(train[0]))
    fresh = (features(test[0]) - mean) / deviation
    return max(fit(x, train[1], fresh, test[1], decay) for decay in (1e-4, 1e-3, 1e-2, 1e-1))


def standardised(x):
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    return (x - mean) / deviation, mean, deviation


def fit(x, classes, fresh, truths, decay):
    weights = torch.zeros(x.shape[1] + 1, int(classes.max()) + 1, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=150, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        value = F.cross_entropy(x @ weights[1:] + weights[0], classes)
        value = value + decay * (weights[1:] ** 2).sum() / 2
        value.backward()
        return value

    optimizer.step(loss)
    right = (fresh @ weights[1:] + weights[0]).argmax(1) == truths
    return right.float().mean().item()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=20_000)
    arguments = parser.parse_args()
    pictures = Pictures(seed=10)
    train = pictures.ask(arguments.pictures, SIZE, SIZE).result()
    test = pictures.ask(2_000, SIZE, SIZE).result()
    print(f"16x16 pixels: {accuracy(small, train, test):.3f}")
    print(f"colour histogram: {accuracy(histogram, train, test):.3f}")
