"""One swarm as PettingZoo has it, a robot an agent: dictionaries as a thin skin over arrays.

``environment`` is the ``ParallelEnv``; ``views`` makes an agent's observation of a row of arrays,
and ``actions`` makes an array of the agents' actions. Only ``environment`` needs PettingZoo;
`bildsim.pettingzoo` is the door to it.
"""
