"""Writes a model as Hugging Face's save_pretrained does."""

import json
from pathlib import Path

import torch

from vit import EPSILON, HEADS, HIDDEN, IMAGE, LAYERS, MLP, PATCH


def export(model, classes, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", config(classes))
    write_json(folder / "preprocessor_config.json", preprocessing())
    write_safetensors(folder / "model.safetensors", tensors(model))


def config(classes):
    return {
        "architectures": ["ViTForImageClassification"],
        "hidden_act": "gelu",
        "hidden_size": HIDDEN,
        "id2label": {str(number): name for number, name in enumerate(classes)},
        "image_size": IMAGE,
        "intermediate_size": MLP,
        "label2id": {name: number for number, name in enumerate(classes)},
        "layer_norm_eps": EPSILON,
        "model_type": "vit",
        "num_attention_heads": HEADS,
        "num_channels": 3,
        "num_hidden_layers": LAYERS,
        "patch_size": PATCH,
        "qkv_bias": True,
        "torch_dtype": "float16",
    }


def preprocessing():
    return {
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_processor_type": "ViTImageProcessor",
        "image_std": [0.5, 0.5, 0.5],
        "resample": 2,
        "rescale_factor": 1 / 255,
        "size": {"height": IMAGE, "width": IMAGE},
    }


def tensors(model):
    """The weights under the names of transformers."""
    embeddings = "vit.embeddings."
    named = {
        embeddings + "cls_token": model.class_token,
        embeddings + "position_embeddings": model.positions,
    }
    put(named, embeddings + "patch_embeddings.projection", model.patches)
    for number, block in enumerate(model.blocks):
        layer = f"vit.encoder.layer.{number}."
        put(named, layer + "layernorm_before", block.attention_norm)
        for part in ("query", "key", "value"):
            put(named, layer + "attention.attention." + part, getattr(block, part))
        put(named, layer + "attention.output.dense", block.attention_output)
        put(named, layer + "layernorm_after", block.mlp_norm)
        put(named, layer + "intermediate.dense", block.mlp_hidden)
        put(named, layer + "output.dense", block.mlp_output)
    put(named, "vit.layernorm", model.norm)
    put(named, "classifier", model.classifier)
    return named


def put(named, name, module):
    named[name + ".weight"] = module.weight
    named[name + ".bias"] = module.bias


def write_json(file, content):
    file.write_text(json.dumps(content, indent=2) + "\n")


def write_safetensors(file, named):
    """The length of the header in eight bytes, the header in JSON, the numbers in float16."""
    header, data = {"__metadata__": {"format": "pt"}}, bytearray()
    for name, tensor in sorted(named.items()):
        numbers = tensor.detach().to(torch.float16).contiguous().numpy().tobytes()
        offsets = [len(data), len(data) + len(numbers)]
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": offsets}
        data += numbers
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(len(text).to_bytes(8, "little") + text + data)
