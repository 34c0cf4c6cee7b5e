"""``python -m bildsim.warm_up``: compile all that a run may need ahead of the first one."""

from bildsim.programs.warm_up import main

if __name__ == "__main__":
    main()
