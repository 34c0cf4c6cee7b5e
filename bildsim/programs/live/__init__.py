"""Live views: a run in Rerun's viewer while it goes on, or as a recording that opens later.

`view.LiveView` is told of every tick and row; ``layout`` says what stands where, ``marks`` what it
looks like, ``stream`` where it goes, and ``sdk`` loads Rerun where it is installed.
"""
