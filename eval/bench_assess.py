"""The evaluator's figures on the gold splits, its robustness, and its speed: `python -m eval.bench_assess`."""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Hashable, Sequence

import numpy as np

from coach.assess.codes import CODES
from coach.assess.verdict import Assessor, Item
from coach.domain import LANGUAGES
from coach.evals.gold import SPLITS, Split, Utterance, every
from eval import scores, variants
from eval.scores import Judged

_DRAWS = 5  # which letters are mistyped is chance: of one draw the kappa moves by 0.02
MEASURED: tuple[Split, ...] = tuple(s for s in SPLITS if s != "train")
_HEADLINES: tuple[tuple[str, Callable[[Sequence[Judged]], float], Callable[[Judged], Hashable]], ...] = (
    ("kappa clean", scores.clean_kappa, lambda r: r.gold.setting),
    ("false alarms on clean", scores.false_alarms, lambda r: r.gold.setting),
    ("F1 not solution_free", scores.solution_f1, lambda r: r.gold.setting),
    ("macro F1 seven codes", scores.macro_f1, lambda r: r.gold.setting),
    ("both of a pair right", scores.pairs, lambda r: r.gold.pair or r.gold.id),
    ("  turned by context", scores.turned, lambda r: r.gold.pair or r.gold.id),
    ("Brier score", scores.brier, lambda r: r.gold.setting),
)


def judge(
    assessor: Assessor, rows: Sequence[Utterance], text: Callable[[Utterance], str] = lambda u: u.text
) -> list[Judged]:
    """Each utterance, as `text` gives it, with the evaluator's verdict."""
    found = assessor.assess_many([Item(text(u), u.lang, u.context) for u in rows])
    return [Judged(u, a) for u, a in zip(rows, found, strict=True)]


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def print_split(name: str, rows: Sequence[Judged]) -> None:
    """All figures of one split and language, with 95 % intervals."""
    _say("", f"== {name}: {len(rows)} utterances")
    for label, score, unit in _HEADLINES:
        if np.isnan(score(rows)):
            _say(f"{label:24}   none")
            continue
        value, low, high = scores.interval(rows, score, unit)
        _say(f"{label:24}{value:7.3f}  [{low:.3f}, {high:.3f}]")
    if any(r.gold.evidence for r in rows):
        value, low, high = scores.interval(rows, scores.marked_words, lambda r: r.gold.setting)
        _say(f"{'marked words, F1':24}{value:7.3f}  [{low:.3f}, {high:.3f}]")
    sure = [r for r in rows if r.found.sure]
    _say(f"{'sure':24}{len(sure) / len(rows):7.3f}  kappa where sure {scores.clean_kappa(sure):.3f}")
    for claim in scores.CLAIMS:
        p, r, f1 = scores.precision_recall_f1(*scores.broken(rows, claim))
        _say(f"not {claim:20}{f1:7.3f}  precision {p:.3f}  recall {r:.3f}")
    for code in CODES:
        count = sum(code in r.gold.codes for r in rows)
        _, low, high = scores.interval(
            rows, lambda part, c=code: scores.code_f1(part, c), lambda r: r.gold.setting, 200
        )
        _say(f"{code:24}{scores.code_f1(rows, code):7.3f}  [{low:.3f}, {high:.3f}]  n={count}")
    _say(scores.confusion(rows), scores.reliability(rows))


def print_robustness(assessor: Assessor, rows: Sequence[Utterance]) -> None:
    """Kappa of the test items in other spellings, and how many verdicts an appended instruction changes."""
    _say("", "== robustness (test)")
    plain = judge(assessor, rows)
    _say(f"{'as written':24}" + _kappas([plain]))
    for name, variant in variants.ROBUSTNESS.items():
        drawn = [random.Random(seed) for seed in range(_DRAWS)]
        _say(
            f"{name:24}"
            + _kappas([judge(assessor, rows, lambda u, v=variant, g=g: v(u.text, u.lang, g)) for g in drawn])
        )
    rng = random.Random(4)
    chosen = sorted(rng.sample(range(len(rows)), 200))
    told = judge(assessor, [rows[i] for i in chosen], lambda u: variants.instructed(u.text, u.lang, rng))
    changed = sum(_verdicts(plain[i]) != _verdicts(j) for i, j in zip(chosen, told, strict=True))
    _say(f"{'instruction appended':24}{changed} of 200 verdicts change")


def _kappas(draws: Sequence[Sequence[Judged]]) -> str:
    """Per language the mean kappa of `clean` over `draws`, and the lowest where there are several."""
    parts = []
    for lang in LANGUAGES:
        found = [scores.clean_kappa([j for j in judged if j.gold.lang == lang]) for judged in draws]
        parts.append(f"{lang} {np.mean(found):.3f}" + (f" (lowest {min(found):.3f})" if len(found) > 1 else ""))
    return "  ".join(parts)


def _verdicts(row: Judged) -> tuple[bool, bool, bool]:
    return row.found.solution_free, row.found.neutral, row.found.in_step


def print_speed(assessor: Assessor, rows: Sequence[Utterance]) -> None:
    """Milliseconds for one utterance with context, utterances a second in a batch, cold start, memory."""
    told = [u for u in rows if u.context][:400]
    assessor.assess(told[0].text, told[0].lang, told[0].context)
    for label, clock in (("wall", time.perf_counter), ("CPU", time.process_time)):
        took = []
        for u in told:
            start = clock()
            assessor.assess(u.text, u.lang, u.context)
            took.append((clock() - start) * 1000)
        _say(f"one with context, {label:5}  p50 {np.median(took):.1f} ms  p99 {np.quantile(took, 0.99):.1f} ms")
    start, cpu = time.perf_counter(), time.process_time()
    assessor.assess_many([Item(u.text, u.lang, u.context) for u in rows])
    wall, used = time.perf_counter() - start, time.process_time() - cpu
    _say(f"batch of {len(rows)}: {len(rows) / wall:.0f} a second (wall), {len(rows) / used:.0f} a second of CPU")
    code = "from coach.assess.verdict import Assessor; Assessor().assess('How is the work shared out?', 'en')"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    _say(f"cold start of a process: {time.perf_counter() - start:.2f} s")
    _say(f"memory of this process at its peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def run(splits: Sequence[Split] = MEASURED, speed: bool = True) -> None:
    """Print the figures of `splits`, the robustness on the test split, and, if wanted, the speed."""
    gold, assessor = every(), Assessor()
    if speed:
        _say("== speed")
        print_speed(assessor, gold["test"])
    for split in splits:
        rows = judge(assessor, gold[split])
        for lang in LANGUAGES:
            print_split(f"{split} {lang}", [r for r in rows if r.gold.lang == lang])
        print_split(f"{split}, both languages", rows)
    print_robustness(assessor, gold["test"])


def main() -> None:
    """`run`, with what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=SPLITS, action="append")
    parser.add_argument("--no-speed", action="store_true")
    options = parser.parse_args()
    run(options.split or MEASURED, speed=not options.no_speed)


if __name__ == "__main__":
    main()
