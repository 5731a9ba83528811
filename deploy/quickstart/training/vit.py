"""A Vision Transformer, Dosovitskiy et al. 2020, as Hugging Face's ViTForImageClassification."""

import torch
from torch import nn
from torch.nn import functional as F

IMAGE, PATCH, HIDDEN, LAYERS, HEADS, MLP = 64, 8, 128, 5, 4, 512
EPSILON = 1e-6


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)
        self.attention_output = nn.Linear(HIDDEN, HIDDEN)
        self.mlp_norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.mlp_hidden = nn.Linear(HIDDEN, MLP)
        self.mlp_output = nn.Linear(MLP, HIDDEN)

    def forward(self, x):  # [images, tokens, HIDDEN]
        x = x + self.attention(self.attention_norm(x))
        return x + self.mlp_output(F.gelu(self.mlp_hidden(self.mlp_norm(x))))

    def attention(self, x):
        q, k, v = (heads(linear(x)) for linear in (self.query, self.key, self.value))
        weights = (q @ k.transpose(-1, -2) * (HIDDEN // HEADS) ** -0.5).softmax(-1)
        return self.attention_output((weights @ v).transpose(1, 2).flatten(2))


def heads(x):
    """[images, tokens, HIDDEN] to [images, HEADS, tokens, HIDDEN / HEADS]."""
    return x.unflatten(2, (HEADS, -1)).transpose(1, 2)


class VisionTransformer(nn.Module):
    def __init__(self, classes):
        super().__init__()
        grid = IMAGE // PATCH
        self.patches = nn.Conv2d(3, HIDDEN, PATCH, PATCH)
        self.class_token = nn.Parameter(torch.zeros(1, 1, HIDDEN))
        self.positions = nn.Parameter(0.02 * torch.randn(1, 1 + grid * grid, HIDDEN))
        self.blocks = nn.Sequential(*(Block() for _ in range(LAYERS)))
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.classifier = nn.Linear(HIDDEN, classes)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, pixels):  # [images, 3, height, width], both whole patches
        patches = self.patches(pixels)
        positions = self.interpolated(*patches.shape[2:])
        class_token = self.class_token.expand(len(pixels), -1, -1)
        x = torch.cat([class_token, patches.flatten(2).transpose(1, 2)], 1) + positions
        return self.classifier(self.norm(self.blocks(x)[:, 0]))

    def interpolated(self, rows, columns):
        """The positions for a grid, [1, 1 + rows * columns, HIDDEN]."""
        grid = IMAGE // PATCH
        if (rows, columns) == (grid, grid):
            return self.positions
        table = self.positions[:, 1:].transpose(1, 2).view(1, HIDDEN, grid, grid)
        table = F.interpolate(table, (rows, columns), mode="bicubic", align_corners=False)
        return torch.cat([self.positions[:, :1], table.flatten(2).transpose(1, 2)], 1)
