"""Planners side by side: the same starts and seeds, medians, paired differences, and a plot."""

from bildsim import compare

found = compare(
    ["bild-macro", "cvt", "ot_assign"],
    targets=["gmm3"],
    seeds=3,
    robots=20,
    dynamics="ideal",
    duration=5,
    jobs=1,  # leave it out, and every core works
)

print(found)
for row in found.paired("kl_fit", against="bild-macro"):
    more = row["pairs"] - row["less"]
    print(f"{row['label']}: {row['median']:+.3f} nats, more in {more} of {row['pairs']} pairs")

found.plot().savefig("compare_planners.png")
