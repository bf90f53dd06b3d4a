"""Fine-tunes the extractive reader: resumable at any step, on a CPU in bf16 or on a GPU where there is one."""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import DatasetError
from qa.training.data import Example

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the weights, apart from the data and the encoder; written beside them."""

    n_steps: int
    batch_tokens: int = 4096
    max_length: int = 256
    stride: int = 96
    learning_rate: float = 1.5e-4
    warmup_share: float = 0.06
    weight_decay: float = 0.01
    seed: int = 13


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the encoder: token ids, their segment, and the answer's first and last token (0, 0: none)."""

    input_ids: list[int]
    token_type_ids: list[int]
    first: int
    last: int


def make_windows(examples: list[Example], tokenizer: Any, recipe: Recipe) -> list[Window]:
    """Tokenise; a long passage gives several overlapping windows, those without the answer count as unanswerable."""
    windows = []
    for at in range(0, len(examples), 1000):
        part = examples[at : at + 1000]
        encoded = tokenizer(
            [e.question for e in part],
            [e.passage for e in part],
            truncation="only_second",
            max_length=recipe.max_length,
            stride=recipe.stride,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        for i, owner in enumerate(encoded["overflow_to_sample_mapping"]):
            first, last = _target(part[owner], encoded["offset_mapping"][i], encoded["token_type_ids"][i])
            windows.append(Window(encoded["input_ids"][i], encoded["token_type_ids"][i], first, last))
    return windows


def _target(example: Example, offsets: list[tuple[int, int]], segments: list[int]) -> tuple[int, int]:
    """Return the first and last token of the answer, or (0, 0), the no-answer token, where it isn't inside."""
    if example.answer is None:
        return 0, 0
    inside = [
        i
        for i, ((start, end), segment) in enumerate(zip(offsets, segments, strict=True))
        if segment == 1 and start < end and start < example.answer.end and example.answer.start < end
    ]
    whole = inside and offsets[inside[0]][0] <= example.answer.start and example.answer.end <= offsets[inside[-1]][1]
    return (inside[0], inside[-1]) if whole else (0, 0)


def batches(windows: list[Window], recipe: Recipe, *, epoch: int) -> Iterator[list[Window]]:
    """Yield batches of about `batch_tokens` padded tokens, windows of like length together, batches shuffled."""
    order = np.random.default_rng([recipe.seed, epoch])
    lengths = np.array([len(w.input_ids) for w in windows]) + order.uniform(0, 12, len(windows))
    ready: list[list[Window]] = []
    batch: list[Window] = []
    for i in np.argsort(lengths):
        if (len(batch) + 1) * len(windows[i].input_ids) > recipe.batch_tokens and batch:
            ready.append(batch)
            batch = []
        batch.append(windows[i])
    ready.append(batch)
    for i in order.permutation(len(ready)):
        yield ready[i]


def train(
    examples_of_epoch: Callable[[int], list[Example]],
    *,
    encoder_path: Path,
    recipe: Recipe,
    out: Path,
    checkpoint_every: int = 200,
    n_threads: int = 2,
) -> None:
    """Train from the encoder at `encoder_path`, or go on from the last checkpoint in `out`; write the reader to `out`.

    :param examples_of_epoch: function from the epoch's number to its list of examples, so that crops differ.
    :raises DatasetError: if there are no examples, or `out` holds the checkpoint of another recipe.
    """
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    torch.set_num_threads(n_threads)
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(encoder_path)
    model = AutoModelForQuestionAnswering.from_pretrained(encoder_path, dtype=torch.float32, attn_implementation="sdpa")
    # The word embeddings are half of all parameters and gain nothing from an epoch or two: leaving them as they
    # are saves their optimizer step.
    model.get_input_embeddings().weight.requires_grad_(False)
    model.to(device).train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in trained if p.ndim > 1], "weight_decay": recipe.weight_decay},
            {"params": [p for p in trained if p.ndim == 1], "weight_decay": 0.0},
        ],
        lr=recipe.learning_rate,
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, recipe))
    checkpoint = out / "checkpoint.pt"
    step = _resume(checkpoint, recipe, model, optimizer, schedule)
    position, epoch, n_tokens, losses, started = 0, 0, 0, [], time.monotonic()
    while step < recipe.n_steps:
        windows = make_windows(examples_of_epoch(epoch), tokenizer, recipe)
        if not windows:
            raise DatasetError("There is nothing to train on: the files hold no question outside the held-out part.")
        logger.info("epoch %d: %d windows, %d tokens", epoch, len(windows), sum(len(w.input_ids) for w in windows))
        for batch in batches(windows, recipe, epoch=epoch):
            position += 1
            if position <= step:  # done before the run was cut off
                continue
            inputs = _padded(batch, device)
            with torch.autocast(device, dtype=torch.bfloat16):
                output = model(**inputs)
            loss = span_loss(output.start_logits, output.end_logits, inputs, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            step += 1
            losses.append(loss.item())
            n_tokens += inputs["input_ids"].numel()
            if step % 50 == 0:
                speed = n_tokens / (time.monotonic() - started)
                logger.info("step %d/%d loss %.3f %.0f tokens/s", step, recipe.n_steps, np.mean(losses[-50:]), speed)
            if step % checkpoint_every == 0:
                _save(checkpoint, recipe, step, model, optimizer, schedule)
            if step >= recipe.n_steps:
                break
        epoch += 1
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n", encoding="utf-8")


def span_loss(start_logits: Any, end_logits: Any, inputs: dict[str, Any], batch: list[Window]) -> Any:
    """Return the mean cross-entropy of the answer's two ends over the passage's tokens and the no-answer token.

    The question's tokens can't be an answer, so they take no part in the softmax, as in decoding (`qa.spans`).
    """
    import torch

    legal = (inputs["token_type_ids"] == 1) & (inputs["attention_mask"] == 1)
    legal[:, 0] = True
    first = torch.tensor([w.first for w in batch], device=start_logits.device)
    last = torch.tensor([w.last for w in batch], device=start_logits.device)
    ends = ((start_logits, first), (end_logits, last))
    return (
        sum(
            torch.nn.functional.cross_entropy(logits.float().masked_fill(~legal, -1e4), target)
            for logits, target in ends
        )
        / 2
    )


def _padded(batch: list[Window], device: str) -> dict[str, torch.Tensor]:
    import torch

    width = max(len(w.input_ids) for w in batch)
    pad = [(w, [0] * (width - len(w.input_ids))) for w in batch]
    return {
        "input_ids": torch.tensor([w.input_ids + p for w, p in pad], device=device),
        "token_type_ids": torch.tensor([w.token_type_ids + p for w, p in pad], device=device),
        "attention_mask": torch.tensor([[1] * len(w.input_ids) + p for w, p in pad], device=device),
    }


def _rate(step: int, recipe: Recipe) -> float:
    """Linear warm-up, then cosine down to zero."""
    n_warmup = max(1, round(recipe.warmup_share * recipe.n_steps))
    if step < n_warmup:
        return (step + 1) / n_warmup
    return 0.5 * (1 + math.cos(math.pi * (step - n_warmup) / max(1, recipe.n_steps - n_warmup)))


def _save(checkpoint: Path, recipe: Recipe, step: int, model: Any, optimizer: Any, schedule: Any) -> None:
    import torch

    state = {
        "recipe": asdict(recipe),
        "step": step,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
    }
    torch.save(state, checkpoint.with_suffix(".tmp"))
    os.replace(checkpoint.with_suffix(".tmp"), checkpoint)


def _resume(checkpoint: Path, recipe: Recipe, model: Any, optimizer: Any, schedule: Any) -> int:
    """Load the checkpoint where there is one; return the number of steps already done.

    :raises DatasetError: if it is of a run with another recipe.
    """
    import torch

    if not checkpoint.exists():
        return 0
    state = torch.load(checkpoint, weights_only=True, map_location="cpu")
    if state["recipe"] != asdict(recipe):
        raise DatasetError(
            f"'{checkpoint}' is of a run with another recipe: {state['recipe']}. Give the same settings to go on, or "
            "another folder with --out to begin anew."
        )
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    logger.info("resumed at step %d", state["step"])
    return int(state["step"])
