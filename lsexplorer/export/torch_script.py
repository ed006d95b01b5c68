"""A run as a PyTorch script."""

from lsexplorer.export import parts
from lsexplorer.export.expressions import loss_lines, target_lines, weight_terms
from lsexplorer.export.followed_run import FollowedRun

WORDS = {
    "log_softmax": "{}.log_softmax(dim=1)",
    "softmax": "{}.softmax(dim=1)",
    "sigmoid": "{}.sigmoid()",
    "tanh": "{}.tanh()",
    "logsumexp": "{}.logsumexp(dim=1)",
    "relu": "F.relu({})",
    "logaddexp": "torch.logaddexp({}, torch.zeros_like({}))",
    "abs": "({}).abs()",
    "sign": "({}).sign()",
    "sum": "({}).sum(dim=1)",
    "mean": "{}.mean(dim=1)",
    "max": "{}.amax(dim=1)",
    "max_column": "{}.amax(dim=1, keepdim=True)",
    "where_class": "torch.where(t > 0, -torch.inf, z)",
    "constant": "({}).detach()",
}
LAYERS = {"tanh": "torch.nn.Tanh()", "relu": "torch.nn.ReLU()", "logistic": "torch.nn.Sigmoid()"}


def torch_script(run: FollowedRun) -> list[str]:
    """The script's lines."""
    by_class = _is_torchs_own(run)
    expression = loss_lines(run, WORDS)
    if by_class:
        a = f", label_smoothing={run.value('label_smoothing')}" if run.on("label_smoothing") else ""
        expression = [f"return F.cross_entropy(z, t{a})"]
    targets = ["t = y[rows]"] if by_class else target_lines(run, f"torch.eye({run.classes}, dtype=X.dtype)")
    mean = "" if by_class else ".mean()"
    needs_f = by_class or any("F." in line for line in expression)
    return [
        parts.docstring(run, "torch", " to about 12 digits"),
        "",
        "from pathlib import Path",
        "",
        "import numpy as np",
        "import torch",
        *(["import torch.nn.functional as F"] if needs_f else []),
        "",
        *parts.constants(run, parts.used_names(run)),
        *parts.soft_matrix(run, "torch.tensor({}, dtype=torch.float64)"),
        "",
        *parts.rows_lines(run, "torch.from_numpy({})"),
        "",
        "model = torch.nn.Sequential(",
        *(f"    {module}," for module in _modules(run)),
        ").double()",
        "layers = [layer for layer in model if isinstance(layer, torch.nn.Linear)]",
        "weights, biases = [layer.weight for layer in layers], [layer.bias for layer in layers]",
        "rng = np.random.default_rng((SEED, 0))  # draws the first weights as lsexplorer does",
        "with torch.no_grad():",
        "    for W, b in zip(weights, biases):",
        "        fan_out, fan_in = W.shape",
        *(f"        {line}" for line in parts.draws(run)[0]),
        f"        W.copy_(torch.from_numpy({parts.draws(run)[1]}.T))",
        "        b.zero_()",
        *_optimizer(run),
        "",
        "",
        "def loss_of(z, t):",
        *(f"    {line}" for line in expression),
        "",
        "",
        *parts.loop(
            run,
            [
                *(
                    ["for group in optimizer.param_groups:", f'    group["lr"] = {run.value("learning_rate")}']
                    if "learning_rate" in run.changing
                    else []
                ),
                *targets,
                "optimizer.zero_grad()",
                f"loss = loss_of(model(X[rows]), t){mean}",
                *(f"loss = loss + {term}" for term in _in_loss(run)),
                "loss.backward()",
                *_decay(run),
                "optimizer.step()",
            ],
        ),
        "",
        "with torch.no_grad():",
        f"    accuracy = float(({parts.predicted(run, 'model(X_test)')} == y_test).double().mean())",
        "    norm = float(sum((W**2).sum() for W in weights) ** 0.5)",
        *parts.ending(run),
    ]


def _is_torchs_own(run: FollowedRun) -> bool:
    """Whether the loss of z is torch's own cross-entropy of classes."""
    hp = run.hp
    penalties = ("logit_penalty", "confidence_penalty", "max_suppression", "margin_smoothing", "z_loss", "focal_gamma")
    return (
        hp.loss == "cross_entropy"
        and hp.softmax_jacobian == "exact"
        and hp.soft_targets is None
        and not run.soft_rows
        and not any(run.on(name) for name in penalties)
    )


def _optimizers_own(run: FollowedRun) -> str:
    """The penalty that the optimiser's own weight_decay stands for: 'l2', 'weight_decay' (AdamW), or none.

    In PyTorch weight_decay is L2, coupled with momentum and Adam's moments; only AdamW decouples it.
    """
    if run.on("l2") and not run.on("weight_decay") and "l2" not in run.changing:
        return "l2"
    alone = run.on("weight_decay") and not run.on("l2") and run.hp.optimizer == "adam"
    return "weight_decay" if alone and not run.changing & {"weight_decay", "learning_rate"} else ""


def _in_loss(run: FollowedRun) -> list[str]:
    own = _optimizers_own(run)
    names = tuple(name for name in ("l2", "l1", "last_layer_l2") if name != own)
    return weight_terms(run, names, "weights", "weights[-1]", "W.abs()")


def _optimizer(run: FollowedRun) -> list[str]:
    hp, own = run.hp, _optimizers_own(run)
    is_adamw = own == "weight_decay"
    lines, groups = [], "model.parameters()"
    if own:
        of_biases = '{"params": biases, "weight_decay": 0}' if is_adamw else '{"params": biases}'
        lines = [f'groups = [{{"params": weights, "weight_decay": {run.value(own)}}}, {of_biases}]']
        groups = "groups"
    arguments = f"{groups}, lr={run.value('learning_rate')}"
    if hp.optimizer == "adam":
        return [*lines, f"optimizer = torch.optim.{'AdamW' if is_adamw else 'Adam'}({arguments})"]
    arguments += ", momentum=MOMENTUM" if hp.momentum else ""
    arguments += ", nesterov=True" if hp.nesterov else ""
    return [*lines, f"optimizer = torch.optim.SGD({arguments})"]


def _decay(run: FollowedRun) -> list[str]:
    if not run.on("weight_decay") or _optimizers_own(run) == "weight_decay":
        return []
    factor = f"1 - {run.value('learning_rate')} * {run.value('weight_decay')}"
    return ["with torch.no_grad():", "    for W in weights:", f"        W *= {factor}"]


def _modules(run: FollowedRun) -> list[str]:
    modules = []
    for fan_in, fan_out in run.layers:
        modules.append(f"torch.nn.Linear({fan_in}, {fan_out})")
        if run.hp.activation in LAYERS:
            modules.append(LAYERS[run.hp.activation])
    return modules[: -1 if run.hp.activation in LAYERS else None]
