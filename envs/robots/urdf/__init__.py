"""A robot of the user's own from its URDF: what bildsim must know of it, read from the file.

``parts`` reads links and joints, ``tree`` how they hang together, ``meshes`` the files of shapes,
``shapes`` where shapes reach, ``wheels`` finds the driven wheels and checks them, ``figures`` makes
a body of it all and ``prepared`` the text that the engine loads; ``chosen`` says which file a
setting names, ``naming`` which one a description does.
"""
