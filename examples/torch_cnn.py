"""Would L2 have done what label smoothing does to a small convolutional network on 8 × 8 digits, in PyTorch?

pip install '.[examples]'
lsexplorer match --trainer examples/torch_cnn.py:train --out runs/ --criterion logit_gap
"""

import torch
from torch import nn

import lsexplorer as ls

EPOCHS, BATCH, LEARNING_RATE = 15, 32, 0.002
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_num_threads(1)  # on a CPU, so small a network is quickest on one core


def images(X: torch.Tensor) -> torch.Tensor:
    """Rows of 64 pixels as images of one channel."""
    return X.float().reshape(-1, 1, 8, 8).to(DEVICE)


def train(recipe: ls.Recipe) -> ls.Answer:
    """Train one network, and return what it answers: test rows, or of split −1 training rows that were set aside."""
    if others := recipe.strengths.keys() - {"label_smoothing", "l2", "logit_penalty"}:
        raise NotImplementedError(f"this network has no {', '.join(others)}")
    torch.manual_seed(recipe.seed)
    data = ls.load_dataset("digits", seed=max(recipe.split, 0))
    X, y, X_test, y_test = map(torch.as_tensor, (data.X_train, data.y_train, data.X_test, data.y_test))
    if recipe.is_tuning:
        held = torch.arange(len(y)) % 5 == 0
        X, y, X_test, y_test = X[~held], y[~held], X[held], y[held]
    X, y, X_test = images(X), y.to(DEVICE), images(X_test)
    body = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    )  # fmt: skip
    net = nn.Sequential(body, nn.Linear(128, 10)).to(DEVICE)
    kernels = [p for p in net.parameters() if p.ndim > 1]
    optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE)
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(y)).to(DEVICE).split(BATCH):
            optimizer.zero_grad()
            logits = net(X[batch])
            loss = loss_of(logits, y[batch]) + recipe.l2 / 2 * sum((kernel**2).sum() for kernel in kernels)
            loss = loss + recipe.logit_penalty / 2 * (logits**2).sum(dim=1).mean()
            loss.backward()
            optimizer.step()
    hidden = body(X_test)
    weights = [kernel.movedim(0, -1) for kernel in kernels]  # outputs last
    return ls.Answer(y=y_test, logits=net[1](hidden), hidden=hidden, weights=weights)
