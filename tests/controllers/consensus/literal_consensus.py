"""Consensus robot by robot, as objects with inboxes: slow, plain, and for comparison only.

Nothing here is shared with the arrays: messages are dictionaries, and every robot knows only its
own memory, its neighbours' names and degrees, and what reached it.
"""

import numpy as np


class AdmmRobot:
    """One robot of ADMM consensus."""

    def __init__(self, own, neighbours, degrees, penalty=6.0, relaxation=0.9):
        self.own, self.relaxation = own, relaxation
        self.rho = {j: penalty / max(len(neighbours), degrees[j]) for j in neighbours}
        self.z = {j: self.rho[j] * own for j in neighbours}

    def estimate(self):
        return (self.own + sum(self.z.values(), 0.0 * self.own)) / (1.0 + sum(self.rho.values()))

    def letters(self):
        return {j: 2.0 * self.rho[j] * self.estimate() - self.z[j] for j in self.z}

    def read(self, j, letter):
        self.z[j] = (1.0 - self.relaxation) * self.z[j] + self.relaxation * letter


class PushSumRobot:
    """One robot of push-sum with running sums; the weight is the last entry."""

    def __init__(self, own, shares):
        self.own, self.shares = own, shares
        self.mass = np.append(own, 1.0)
        self.given = {j: np.zeros_like(self.mass) for j in shares}
        self.heard = {j: np.zeros_like(self.mass) for j in shares}

    def estimate(self):
        return self.mass[:-1] / self.mass[-1]

    def letters(self):
        for j, share in self.shares.items():
            self.given[j] = self.given[j] + share * self.mass
        self.mass = self.mass * (1.0 - sum(self.shares.values()))
        return dict(self.given)

    def read(self, j, letter):
        self.mass = self.mass + letter - self.heard[j]
        self.heard[j] = letter

    def feel(self, own):
        self.mass[:-1] += own - self.own
        self.own = own


def neighbours_of(network, i):
    row = slice(network.indptr[i], network.indptr[i + 1])
    return {
        int(j): float(a)
        for j, a in zip(network.indices[row], network.weights[row], strict=True)
        if j != i
    }


def admm_robots(network, inputs):
    degrees = network.degree
    return [AdmmRobot(own, neighbours_of(network, i), degrees) for i, own in enumerate(inputs)]


def push_sum_robots(network, inputs, laziness):
    everyone = []
    for i, own in enumerate(inputs):
        shares = {j: (1.0 - laziness) * a for j, a in neighbours_of(network, i).items()}
        everyone.append(PushSumRobot(own, shares))
    return everyone


def play_round(robots, inputs, arrives, post, delay):
    """Do a round: write, post, deliver what was posted ``delay`` rounds ago, feel the new input.

    Args:
        robots: the robots.
        inputs: (N, k) after the round.
        arrives: set of (receiver, sender) that gets through.
        post: letters of earlier rounds, the oldest first; is added to.
        delay: rounds that a letter takes.
    """
    post.append([robot.letters() for robot in robots])
    letters = post[-1 - delay] if len(post) > delay else None
    for i, robot in enumerate(robots):
        for j in robot.shares if isinstance(robot, PushSumRobot) else robot.z:
            if letters is not None and (i, j) in arrives:
                robot.read(j, letters[j][i])
    for robot, own in zip(robots, inputs, strict=True):
        if isinstance(robot, PushSumRobot):
            robot.feel(own)
        robot.own = own
