"""Turns a GGUF file into a Hugging Face folder, and makes LoRA adapters for it.

usage: make_model.py GGUF OUTPUT_FOLDER [ADAPTER_FOLDER ...]     (run with the Python of install_vllm.sh's environment)
The adapters hold random numbers: they prove the serving path, not a skill.
"""
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

RANK = 8


def main(gguf, output, *adapters):
    folder, name = os.path.split(gguf)
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name)
    write_model(model, output)
    tokenizer.save_pretrained(output)
    for seed, adapter in enumerate(adapters):
        torch.manual_seed(seed)
        write_adapter(model.config, output, adapter)


def write_model(model, output):
    config = model.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    config.dtype = "bfloat16"
    config.save_pretrained(output)
    tied = {"lm_head.weight"} if config.tie_word_embeddings else set()
    state = {key: value for key, value in model.state_dict().items() if key not in tied}
    weights = {key: value.to(torch.bfloat16).contiguous().clone() for key, value in state.items()}
    save_file(weights, os.path.join(output, "model.safetensors"), metadata={"format": "pt"})


def write_adapter(config, base, adapter):
    os.makedirs(adapter, exist_ok=True)
    head = config.hidden_size // config.num_attention_heads
    shapes = {"q_proj": config.num_attention_heads * head, "v_proj": config.num_key_value_heads * head}
    tensors = {}
    for layer in range(config.num_hidden_layers):
        for module, rows in shapes.items():
            prefix = f"base_model.model.model.layers.{layer}.self_attn.{module}"
            tensors[prefix + ".lora_A.weight"] = torch.randn(RANK, config.hidden_size) * 0.1
            tensors[prefix + ".lora_B.weight"] = torch.randn(rows, RANK) * 0.1
    save_file(tensors, os.path.join(adapter, "adapter_model.safetensors"))
    written = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": RANK, "lora_alpha": 16, "lora_dropout": 0.0, "bias": "none",
               "target_modules": list(shapes), "base_model_name_or_path": base}
    with open(os.path.join(adapter, "adapter_config.json"), "w") as file:
        json.dump(written, file)


main(*sys.argv[1:])
