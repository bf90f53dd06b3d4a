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
from qa.reading import READS_TITLES, first_segment
from qa.training.data import MIXTURES, Example, TrainingPassage

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)

_NEVER = -1e4  # a logit that no softmax notices


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
    mixture: str = "joint"
    seed: int = 13


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the encoder: token ids, their segment, and the answer's first and last token (0, 0: none)."""

    input_ids: list[int]
    token_type_ids: list[int]
    first: int
    last: int


def make_windows(examples: list[Example], tokenizer: Any, recipe: Recipe) -> list[list[Window]]:
    """Tokenise; return the windows of each example together.

    A long passage gives several overlapping windows; those without the answer count as having none.
    """
    groups = []
    for at in range(0, len(examples), 1000):
        part = examples[at : at + 1000]
        pairs = [(owner, passage) for owner, example in enumerate(part) for passage in example.passages]
        encoded = tokenizer(
            [first_segment(part[owner].question, passage.title) for owner, passage in pairs],
            [passage.text for _, passage in pairs],
            truncation="only_second",
            max_length=recipe.max_length,
            stride=recipe.stride,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        windows: list[list[Window]] = [[] for _ in part]
        for i, pair in enumerate(encoded["overflow_to_sample_mapping"]):
            owner, passage = pairs[pair]
            first, last = _target(passage, encoded["offset_mapping"][i], encoded["token_type_ids"][i])
            windows[owner].append(Window(encoded["input_ids"][i], encoded["token_type_ids"][i], first, last))
        groups += windows
    return groups


def _target(passage: TrainingPassage, offsets: list[tuple[int, int]], segments: list[int]) -> tuple[int, int]:
    """Return the first and last token of the answer, or (0, 0), the no-answer token, where it isn't inside."""
    answer = passage.answer
    if answer is None:
        return 0, 0
    inside = [
        i
        for i, ((start, end), segment) in enumerate(zip(offsets, segments, strict=True))
        if segment == 1 and start < end and start < answer.end and answer.start < end
    ]
    whole = inside and offsets[inside[0]][0] <= answer.start and answer.end <= offsets[inside[-1]][1]
    return (inside[0], inside[-1]) if whole else (0, 0)


def batches(groups: list[list[Window]], recipe: Recipe, *, epoch: int) -> Iterator[list[list[Window]]]:
    """Yield batches of about `batch_tokens` padded tokens, groups of like length together, batches shuffled."""
    order = np.random.default_rng([recipe.seed, epoch])
    longest = [max(len(window.input_ids) for window in group) for group in groups]
    ready: list[list[list[Window]]] = []
    batch: list[list[Window]] = []
    n_windows = 0
    for i in np.argsort(np.array(longest) + order.uniform(0, 12, len(groups))):
        if batch and (n_windows + len(groups[i])) * longest[i] > recipe.batch_tokens:
            ready.append(batch)
            batch, n_windows = [], 0
        batch.append(groups[i])
        n_windows += len(groups[i])
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
        groups = make_windows(examples_of_epoch(epoch), tokenizer, recipe)
        if not groups:
            raise DatasetError("There is nothing to train on: the files hold no question outside the held-out part.")
        windows = [window for group in groups for window in group]
        n_of_epoch = sum(len(window.input_ids) for window in windows)
        logger.info("epoch %d: %d questions, %d windows, %d tokens", epoch, len(groups), len(windows), n_of_epoch)
        for batch in batches(groups, recipe, epoch=epoch):
            position += 1
            if position <= step:  # done before the run was cut off
                continue
            inputs = _padded([window for group in batch for window in group], device)
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
    setattr(model.config, READS_TITLES, MIXTURES[recipe.mixture].titled > 0)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n", encoding="utf-8")


def span_loss(start_logits: Any, end_logits: Any, inputs: dict[str, Any], batch: list[list[Window]]) -> Any:
    """Return the mean loss of the answer's two ends, in nats, each normalised over all windows of its question.

    Shared normalisation (Clark and Gardner 2018) with an explicit choice of no answer: an end's score is its log-odds
    against its own window's no-answer token, which is what decoding compares between passages (`qa.spans`), and one
    softmax runs over the scores of all windows of the question and 0, the score of "none of them". With one window
    that is the plain cross-entropy over its tokens. Question tokens can't be an answer and take no part.
    """
    import torch

    legal = (inputs["token_type_ids"] == 1) & (inputs["attention_mask"] == 1)
    windows = [window for group in batch for window in group]
    rows = torch.full((len(batch), max(len(group) for group in batch)), -1)
    at = 0
    for i, group in enumerate(batch):
        rows[i, : len(group)] = torch.arange(at, at + len(group))
        at += len(group)
    rows = rows.to(start_logits.device)
    first = torch.tensor([w.first for w in windows], device=start_logits.device)
    last = torch.tensor([w.last for w in windows], device=start_logits.device)
    ends = ((start_logits, first), (end_logits, last))
    return sum(_shared_loss(logits.float(), legal, target, rows) for logits, target in ends) / 2


def _shared_loss(logits: Any, legal: Any, target: Any, rows: Any) -> Any:
    """Return the mean over questions of -log p(target), which is 0 for "no answer" in every window.

    :param logits: `(windows, length)`; `legal` of the same shape; `target` `(windows,)`.
    :param rows: `(questions, most windows)`, the windows of each question, -1 where there are fewer.
    """
    import torch

    def over_question(of_window: Any) -> Any:
        """Gather `(windows,)` scores into `(questions, 1 + most windows)`; the first column is "no answer"."""
        gathered = of_window[rows.clamp(min=0)].masked_fill(rows < 0, _NEVER)
        return torch.cat([torch.zeros_like(gathered[:, :1]), gathered], dim=1)

    scores = (logits - logits[:, :1]).masked_fill(~legal, _NEVER)
    everything = over_question(torch.logsumexp(scores, dim=1)).logsumexp(dim=1)
    of_target = scores.gather(1, target[:, None])[:, 0].masked_fill(target == 0, _NEVER)
    gold = over_question(of_target)
    is_answered = (gold[:, 1:] > _NEVER / 2).any(dim=1)
    right = torch.where(is_answered, gold[:, 1:].logsumexp(dim=1), gold[:, 0])
    return (everything - right).mean()


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
