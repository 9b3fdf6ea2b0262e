"""Whether more or less of a score is better: by the whole words of its name, or not at all."""

import re
from dataclasses import dataclass, replace

MAX, MIN = "max", "min"
_OTHER = {MAX: MIN, MIN: MAX}

# Of these no value is above 1 (or 100 %).
_SHARES = {
    MAX: """
        accuracy; acc; balanced accuracy; categorical accuracy; binary accuracy; exact match; subset accuracy;
        precision; recall; sensitivity; specificity; average precision; ap; map; m ap; f1; f2; f measure; f beta;
        fbeta; f score; f 1; auc; auroc; auprc; aucpr; roc; roc auc; pr auc; pr; iou; io u; miou; m iou; dice; jaccard;
        hit rate; hit ratio; hits; success rate; win rate; true positive rate; true negative rate; tpr; tnr; ndcg; mrr;
        mean reciprocal rank; v measure; nmi; ssim; ms ssim; concordance; c index; purity; homogeneity;
        completeness
    """,
    MIN: """
        error rate; misclassification; misclassification rate; misclassification error; inaccuracy; zero one loss;
        hamming; hamming loss; false positive rate; false negative rate; fpr; fnr; far; frr; eer; equal error rate;
        miss rate; ece; brier; calibration error; expected calibration error
    """,
}
OPEN = {
    MAX: """
        r2; r squared; d2; explained variance; cohen kappa; kappa; mcc; matthews correlation; matthews corrcoef;
        phi coefficient; correlation; corr; pearson; pearsonr; spearman; spearmanr; kendall; kendall tau; ari;
        adjusted rand; rand; adjusted mutual info; mutual info; fowlkes mallows; silhouette; calinski harabasz; bleu;
        sacrebleu; rouge; rouge l; meteor; chrf; cider; bertscore; psnr; snr; inception; reward; return;
        likelihood; log likelihood; loglik; log prob; elbo; lower bound; cosine similarity; similarity; success;
        wins; elo
    """,
    MIN: """
        loss; error; err; cost; mae; mse; rmse; msle; rmsle; mape; smape; mase; wape; mean absolute error; mean squared
        error; max error; deviance; perplexity; ppl; cross entropy; crossentropy; binary crossentropy; categorical
        crossentropy; bce; log loss; logloss; log cosh; logcosh; hinge; squared hinge; huber; nll; negative log
        likelihood; neg log likelihood; bpc; bpd; bits per dim; bits per character; bits per byte; pinball; quantile
        loss; crps; energy score; interval score; winkler; mce; fid; fvd; fad; kid; lpips; mmd; emd; wasserstein;
        wasserstein distance; earth mover; earth mover distance; kl; kl divergence; js divergence; kld; divergence;
        davies bouldin; wer; cer; ter; word error rate; character error rate; der; regret; hausdorff; hausdorff
        distance; chamfer; chamfer distance; frechet distance; frechet inception distance; kernel inception distance;
        dice loss; iou loss; ssim loss; violations
    """,
}
# Words that turn nothing round.
_NEUTRAL_WORDS = """
    val; valid; validation; test; testing; dev; eval; evaluation; holdout; train; training; cv; mean; avg; average;
    median; final; last; best; total; sum; overall; global; cumulative; accumulated; epoch; macro; micro; weighted;
    unweighted; samples; binary; multiclass; categorical; sparse; top; at; k; per; pixel; node; token; word; character;
    sequence; image; class; squared; absolute; percentage; logarithmic; log; root; relative; normalized;
    reconstruction; classification; regression; generator; discriminator; policy; critic; contrastive; triplet; focal;
    smooth; auxiliary; metric; metrics; summary; ovr; ovo; adjusted; balanced; dataset; set
"""
_GENERIC = {"loss", "error", "err", "cost"}  # a "score" made of these may be turned round
_NEGATIVE = {"neg", "negative", "minus"}


def phrases(text: str) -> list[tuple[str, ...]]:
    """The names of metrics in a table of them, semicolons between; each as its words."""
    return [tuple(phrase.split()) for phrase in " ".join(text.split()).split(";")]


_KNOWN = {phrase: way for table in (OPEN, _SHARES) for way, text in table.items() for phrase in phrases(text) if phrase}
_NEUTRAL = {word for (word,) in phrases(_NEUTRAL_WORDS)}
SHARE = {phrase for text in _SHARES.values() for phrase in phrases(text)}
_LONGEST = max(map(len, _KNOWN))
_HEADS = {word for phrase in _KNOWN for word in phrase}


@dataclass(frozen=True)
class Direction:
    """way: `max` or `min`. why: the words that say so. share: whether no value is above 1. metrics: those it names."""

    way: str
    why: str
    share: bool
    metrics: tuple[tuple[str, ...], ...] = ()


def direction_of(name: str) -> Direction | None:
    """What the name of a score says; None where it does not, or says both.

    Every word must be known: a metric's name, or one that turns nothing round. `neg` or a minus before a metric turns
    it round. scikit-learn maximizes its scorers, so of `mean_test_…` less is never better.

    >>> direction_of("val_brier_score").way, direction_of("mean_test_neg_log_loss").way, direction_of("-loss").way
    ('min', 'max', 'max')
    >>> direction_of("anomaly_score"), direction_of("distance_return"), direction_of("val_loss_score")
    (None, None, None)
    """
    arrows = {way for sign, way in (("↑", MAX), ("↓", MIN)) if sign in name}
    of_scorer = re.fullmatch(r"(?:mean|split\d+)_test_(.+)", name)
    read = _read(_words(of_scorer[1] if of_scorer else name), name)
    if of_scorer and of_scorer[1] == "score":
        read = Direction(MAX, "scikit-learn maximizes its scores", False)
    elif of_scorer and read is not None:
        why = f"{read.why}, as scikit-learn has it"
        read = replace(read, why=why) if read.way == MAX else None
    if arrows:
        way = arrows.pop() if len(arrows) == 1 else None
        known = way is not None and (read is None or read.way == way)
        named = read or Direction("", "", False)
        return replace(named, way=way, why="the arrow") if way and known else None
    return read


def _words(name: str) -> list[str]:
    """The words of a name in small letters, a minus before a word as the word `minus`.

    >>> _words("val_top5Accuracy"), _words("-loss"), _words("mAP@50")
    (['val', 'top', '5', 'accuracy'], ['minus', 'loss'], ['map', '50'])
    """
    words = ["minus"] if re.search(r"(?:^|[\s_/.])[-−–](?=[^\W\d])", name) else []
    for part in re.findall(r"[^\W_]+", name):
        if part.casefold() in _HEADS | _NEUTRAL | _NEGATIVE | {"score"}:
            words.append(part.casefold())
            continue
        for piece in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z]+", part):
            words.append(piece.casefold())
    return words


def _read(words: list[str], name: str) -> Direction | None:
    """The direction that all words together say."""
    phrases: list[tuple[str, ...]] = []
    turned, at = False, 0
    while at < len(words):
        phrase = next(
            (tuple(words[at : at + size]) for size in range(_LONGEST, 0, -1) if tuple(words[at : at + size]) in _KNOWN),
            None,
        )
        word = words[at]
        if phrase:
            phrases.append(phrase)
            at += len(phrase)
            continue
        if word in _NEGATIVE and not phrases and not turned:
            turned = True
        elif not _turns_nothing(word, words[:at], phrases):
            return None
        at += 1
    ways = {_KNOWN[words] for words in phrases}
    if len(ways) != 1:
        return None
    way = ways.pop()
    why = ("negative " if turned else "") + " ".join(" ".join(words) for words in phrases)
    share = not turned and any(words in SHARE for words in phrases)
    return Direction(_OTHER[way] if turned else way, why, share, tuple(phrases))


def _turns_nothing(word: str, before: list[str], phrases: list[tuple[str, ...]]) -> bool:
    """Whether a word beside metrics leaves their direction: a number behind one, or a `score` that is one's name."""
    if word == "score":
        return bool(phrases) and not {*phrases[-1]} & _GENERIC
    if word.isdigit():
        return bool(phrases) or before[-1:] in (["top"], ["at"])
    return word in _NEUTRAL
