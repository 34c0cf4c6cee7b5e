"""The notebook runs from top to bottom, in a kernel of this environment."""

import asyncio
import json
import re
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PATH = Path(__file__).resolve().parents[2] / "examples" / "notebook.ipynb"


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook with what its cells left."""
    # The kernel is this interpreter, whatever kernels the system has.
    kernels = tmp_path_factory.mktemp("jupyter")
    place = kernels / "kernels" / "bildsim-test"
    place.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "bildsim", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec))
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # Those of Jupyter's own packages about each other.
        warnings.simplefilter("ignore")
        patch.setenv("JUPYTER_PATH", str(kernels))
        notebook = nbformat.read(PATH, as_version=4)
        client = NotebookClient(
            notebook,
            kernel_name="bildsim-test",
            timeout=240,
            resources={"metadata": {"path": str(tmp_path_factory.mktemp("cwd"))}},
        )
        client.execute()
        # Jupyter leaves a loop behind that nobody closes.
        loop = asyncio.get_event_loop_policy()._local._loop
        if loop is not None and not loop.is_running():
            loop.close()
            asyncio.set_event_loop(None)
    return notebook


def shown(notebook, kind):
    """Return what cells show, of a kind."""
    outputs = (out for cell in notebook.cells for out in cell.get("outputs", ()))
    return [out["data"][kind] for out in outputs if kind in out.get("data", {})]


def test_it_is_stored_without_outputs():
    notebook = json.loads(PATH.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_every_cell_runs(executed):
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    said = [out for cell in code for out in cell.outputs if out.output_type == "stream"]
    assert [out.text for out in said if out.name == "stderr"] == []


def test_results_show_pictures_and_tables(executed):
    tables = [html for html in shown(executed, "text/html") if "<table" in html]
    assert any("KL to the target" in html for html in tables)
    assert any("KL (nats)" in html for html in tables)
    assert len(shown(executed, "image/png")) >= 2


def test_bars_are_gone_when_a_run_is_over(executed):
    assert not any("<progress" in html for html in shown(executed, "text/html"))


def test_it_speaks_of_names_that_there_are(executed):
    text = "".join(cell.source for cell in executed.cells if cell.cell_type == "markdown")
    assert re.search(r"`simulate`", text)
    assert re.search(r"`compare`", text)
