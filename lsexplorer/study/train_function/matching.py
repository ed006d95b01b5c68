"""Could another means have done what label smoothing does, in anyone's network? A function of the user's trains it.

As in every match, the strength is found on some seeds and judged on others; trainings are dear here, so it is found by
few. Every network's answers go to a file at once, and what is there is not trained again.
"""
