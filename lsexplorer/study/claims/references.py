"""What is published on the claims: titles, years and addresses as they were looked up."""


def _cited(who: str, year: int, title: str, *where: str) -> str:
    return ", ".join((f"{who} {year}", title, *where))


SZEGEDY = _cited(
    "Szegedy and others",
    2016,
    "Rethinking the Inception Architecture for Computer Vision",
    "section 7",
    "arxiv.org/abs/1512.00567",
)
MCCAFFREY = _cited(
    "McCaffrey",
    2019,
    "Neural Network Back-Propagation Weight Update Equation: Mean Squared Error vs. Cross Entropy Error",
    "jamesmccaffreyblog.com/2019/09/23/"
    "neural-network-back-propagation-weight-update-equation-mean-squared-error-vs-cross-entropy-error/",
)
SOUDRY = _cited(
    "Soudry and others",
    2018,
    "The Implicit Bias of Gradient Descent on Separable Data",
    "JMLR 19",
    "arxiv.org/abs/1710.10345",
)
LYU = _cited(
    "Lyu, Li",
    2020,
    "Gradient Descent Maximizes the Margin of Homogeneous Neural Networks",
    "ICLR",
    "arxiv.org/abs/1906.05890",
)
LUKASIK = _cited(
    "Lukasik and others", 2020, "Does Label Smoothing Mitigate Label Noise?", "ICML", "arxiv.org/abs/2003.02819"
)
ZHOU_LOSSES = _cited(
    "Zhou and others",
    2022,
    "Are All Losses Created Equal: A Neural Collapse Perspective",
    "NeurIPS",
    "arxiv.org/abs/2210.02192",
)
GUO_COLLAPSE = _cited(
    "Guo and others",
    2024,
    "Cross Entropy versus Label Smoothing: A Neural Collapse Perspective",
    "arxiv.org/abs/2402.03979",
)
XIA = _cited(
    "Xia and others",
    2025,
    "Towards Understanding Why Label Smoothing Degrades Selective Classification and How to Fix It",
    "ICLR",
    "arxiv.org/abs/2403.14715",
)
KORNBLITH = _cited(
    "Kornblith and others",
    2021,
    "Why Do Better Loss Functions Lead to Less Transferable Features?",
    "NeurIPS",
    "arxiv.org/abs/2010.16402",
)
PEREYRA = _cited(
    "Pereyra and others",
    2017,
    "Regularizing Neural Networks by Penalizing Confident Output Distributions",
    "arxiv.org/abs/1701.06548",
)
ZHOU_MAXIMUM = _cited(
    "Zhou and others",
    2025,
    "MaxSup: Overcoming Representation Collapse in Label Smoothing",
    "arxiv.org/abs/2502.15798",
)
MUELLER = _cited(
    "Müller, Kornblith, Hinton",
    2019,
    "When Does Label Smoothing Help?",
    "NeurIPS",
    "arxiv.org/abs/1906.02629",
)
GUO_CALIBRATION = _cited("Guo and others", 2017, "On Calibration of Modern Neural Networks", "arxiv.org/abs/1706.04599")
