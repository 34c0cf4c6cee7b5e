"""The first start on a machine: which kernels a run needs, and compiling them side by side.

`groups` names the kernels by what they are for, ``runs`` has those ready that runs need, ``ready``
compiles what is not kept yet, ``beside`` does so on all cores at once, and ``screen`` says it.
"""
