"""The first start on a machine: which kernels a run needs, and compiling them side by side.

`groups` names the kernels by what they are for, ``ready`` compiles those that are not kept yet,
with as many processes as there are cores, and ``screen`` says so.
"""
