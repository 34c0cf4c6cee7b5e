"""Tables in LaTeX."""

import re
import shutil
import subprocess

import pytest

from bildsim.programs.supplement.latex import escaped, latex
from bildsim.programs.supplement.table import Cell, Column, Row, Table

ODD = r"50%_of & {a} $x^2$ #1 \cmd ~ <b> | 2*3"
TABLE = Table(
    "by_target",
    "w2 (m) ↓ of 50 % — and −1.",
    "planner",
    [
        Column("must know"),
        Column("ring", "", "less", "w2 (m) ↓"),
        Column("lab_1.npy", "", "less", "w2 (m) ↓"),
        Column("way", "m", "less", ranked=False),
    ],
    [
        Row("ot_lloyd", [Cell(words="p*, N"), Cell(0.1, 0.05, 0.2), Cell(0.3), Cell(1.5)]),
        Row(ODD, [Cell(words="✓"), Cell(0.2, 0.1, 0.3, mark="*"), Cell(0.3), Cell(2.5)]),
        Row("third", [Cell(words=""), Cell(words="failed"), Cell(0.4), Cell(-3.5)]),
        Row("best known placement", [Cell(words="")] + [Cell(0.05)] * 3, ranked=False),
    ],
)


def unescaped(text):
    """Count what LaTeX reads as a sign of its own."""
    return {sign: len(re.findall(rf"(?<!\\){re.escape(sign)}", text)) for sign in "&#%_{}$"}


def columns_of(spec):
    return len(re.sub(r"@\{.*?\}", "", spec))


def cells_of(line):
    spans = [int(count) for count in re.findall(r"\\multicolumn\{(\d+)\}", line)]
    return len(re.findall(r"(?<!\\)&", line)) + 1 + sum(spans) - len(spans)


def test_it_is_a_whole_table_with_the_lines_of_booktabs():
    text = latex(TABLE)
    for word in ("toprule", "midrule", "bottomrule", "cmidrule(lr){3-5}", "caption{", "label{tab:"):
        assert f"\\{word}" in text
    for name in ("table", "tabular"):
        assert text.count(f"\\begin{{{name}}}") == text.count(f"\\end{{{name}}}") == 1


def test_every_row_has_as_many_cells_as_there_are_columns():
    text = latex(TABLE)
    (spec,) = re.findall(r"\\begin\{tabular\}\{(.*)\}\n", text)
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert len(rows) == 2 + 4
    assert {cells_of(row) for row in rows} == {columns_of(spec)} == {6}


def test_braces_and_dollars_come_in_pairs_and_nothing_else_is_left():
    body = latex(TABLE).split("\n", 1)[1]
    found = unescaped(body)
    assert found["{"] == found["}"]
    assert found["$"] % 2 == 0
    assert found["#"] == found["%"] == found["_"] == 0


def test_names_are_printed_as_they_are():
    assert escaped("ot_lloyd") == r"ot\_lloyd"
    assert escaped("a\\b") == r"a\textbackslash{}b"
    assert escaped("2 % & #") == r"2 \% \& \#"
    assert escaped("−1 ↓ ✓ ∞") == r"$-$1 $\downarrow$ $\bullet$ $\infty$"
    assert escaped("caf\udce9\n") == r"caf\textbackslash{}xe9\textbackslash{}n"


def test_the_best_is_bold_and_ties_are_marked():
    text = latex(TABLE)
    assert r"\textbf{0.1500}" not in text
    assert re.search(r"\\textbf\{0\.1\d*\} & 0\.05", text)
    assert text.count(r"\textbf{0.300}$^{=}$") == 2
    assert "$^{*}$" in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
def test_latex_takes_it(tmp_path):
    document = (
        "\\documentclass{article}\\usepackage[utf8]{inputenc}\\usepackage{booktabs}\n"
        f"\\begin{{document}}\n{latex(TABLE)}\\end{{document}}\n"
    )
    (tmp_path / "paper.tex").write_text(document, encoding="utf-8")
    ended = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout[-2000:]
