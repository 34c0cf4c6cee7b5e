// Without a font for mathematics, as on many a Linux machine, browsers set indices on the line. Then
// style.css lowers them.
const trial = document.createElement("div")
trial.innerHTML = "<math><msub><mi>x</mi><mi>x</mi></msub></math>"
trial.style.visibility = "hidden"
document.body.append(trial)
const [base, index] = trial.querySelector("msub").children
const lowered = index.getBoundingClientRect().bottom - base.getBoundingClientRect().bottom
document.documentElement.classList.toggle("without-mathematics", lowered < 1)
trial.remove()
