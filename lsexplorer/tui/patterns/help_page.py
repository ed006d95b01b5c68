"""The patterns screen's page of the help."""

from lsexplorer.tui.patterns import neuron_table, pattern_table
from lsexplorer.tui.screen import HelpPage

_TEXT = """\
The pattern of a class says which hidden neurons, the hidden nodes of the explorer, are active for it. f is the share \
of the class's training samples for which a neuron is active (h > 0; under logistic h > .5). Its bit is 1 where f is \
above the threshold τ; the real-valued pattern ø is the mean activation. A dead neuron has the same activation for \
every training sample.

One neuron alone: with all others at 0 the logits are z = b + w·h, a line for each class, and the highest line wins. \
The table has every class that wins for some h which the activation can give, and where the next one takes over; this \
is exact. Without a neuron: its h is 0, or its mean. A class is lost if its recall falls from 50% or more to below 50%.

Hamming distance: the number of bits in which two classes differ. Cosine: the cosine similarity of their mean \
activations. ρ (Spearman) says whether similar classes are also confused with each other: they are if the ρ of the \
Hamming distance is below 0 and that of the cosine above 0.
"""

HELP_PAGE = HelpPage("Patterns", _TEXT, {"Patterns": pattern_table.COLUMNS, "Neurons": neuron_table.COLUMNS})
