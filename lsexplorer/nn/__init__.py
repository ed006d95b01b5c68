"""The equations: targets, activations, losses, regularisers, the network, its updates, and measures of networks."""
