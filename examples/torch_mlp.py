"""Would L2 have done what label smoothing does to a small PyTorch network on digits?

pip install '.[examples]'
lsexplorer match --trainer examples/torch_mlp.py:train --out runs/
"""

from itertools import count, islice

import torch
from torch import nn

import lsexplorer as ls

STEPS, BATCH, LEARNING_RATE = 2250, 32, 0.3  # those of `lsexplorer match digits`
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_num_threads(1)  # on a CPU, so small a network is quickest on one core


def rows(split: int) -> list[torch.Tensor]:
    """Predictors and classes to train on and to answer; of split −1 the latter are training rows set aside."""
    data = ls.load_dataset("digits", seed=max(split, 0))
    X, y, X_test, y_test = map(torch.as_tensor, (data.X_train, data.y_train, data.X_test, data.y_test))
    if split < 0:
        held = torch.arange(len(y)) % 5 == 0
        X, y, X_test, y_test = X[~held], y[~held], X[held], y[held]
    return [X.float().to(DEVICE), y.to(DEVICE), X_test.float().to(DEVICE), y_test.to(DEVICE)]


def train(recipe: ls.Recipe) -> ls.Answer:
    """Train one network, and return what it answers."""
    if others := recipe.strengths.keys() - {"label_smoothing", "l2", "l1"}:
        raise NotImplementedError(f"this network has no {', '.join(others)}")
    torch.manual_seed(recipe.seed)
    X, y, X_test, y_test = rows(recipe.split)
    body, head = nn.Sequential(nn.Linear(64, 32), nn.ReLU()), nn.Linear(32, 10)
    kernels = [body[0].weight, head.weight]
    for kernel, bias in zip(kernels, (body[0].bias, head.bias), strict=True):
        nn.init.xavier_uniform_(kernel)
        nn.init.zeros_(bias)
    net = nn.Sequential(body, head).to(DEVICE)
    biases = [p for p in net.parameters() if p.ndim == 1]
    decayed = [{"params": kernels, "weight_decay": recipe.l2}, {"params": biases}]
    optimizer = torch.optim.SGD(decayed, lr=LEARNING_RATE)
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    batches = (batch for _ in count() for batch in torch.randperm(len(y)).to(DEVICE).split(BATCH))
    for batch in islice(batches, STEPS):  # as many where there are fewer rows to train on
        optimizer.zero_grad()
        loss = loss_of(net(X[batch]), y[batch])
        if recipe.l1:
            loss = loss + recipe.l1 * sum(kernel.abs().sum() for kernel in kernels)
        loss.backward()
        optimizer.step()
    hidden = body(X_test)
    weights = [kernel.T for kernel in kernels]
    return ls.Answer(y=y_test, logits=head(hidden), hidden=hidden, weights=weights, y_train=y, hidden_train=body(X))
