"""A policy that was learned, run as a planner.

``senses`` says what its network is shown of what a robot knows, ``policy`` runs the network in
plain NumPy, ``policy_file`` reads and writes it, ``planner`` leads a swarm by it.
``examples/learn_policy.py`` trains one.
"""
