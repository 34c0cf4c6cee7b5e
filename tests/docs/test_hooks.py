"""The hooks of the site, each by itself: equations, links to sources, options, pages of the top."""

import pytest

from tests.docs.hooks_loaded import hook

pytest.importorskip("mkdocs", reason="the site is built with the extra docs")
pytest.importorskip("latex2mathml", reason="the site is built with the extra docs")


class TestEquations:
    def test_a_line_and_a_block(self):
        found = hook("equations").on_page_content(
            r'<p>So <span class="arithmatex">\(x_i &lt; 1\)</span>, and</p>'
            r'<div class="arithmatex">\[y = 2 \tag{7}\]</div>'
        )
        assert "<msub><mi>x</mi><mi>i</mi></msub>" in found
        assert "&#x0003C;" in found or "&lt;" in found
        assert "</math>,</span>" in found, "a comma stays with its equation"
        assert 'display="block"' in found
        assert '<span class="number">(7)</span></div>' in found
        assert "tag" not in found

    def test_an_unknown_command_ends_the_build(self):
        from mkdocs.exceptions import PluginError

        with pytest.raises(PluginError, match="nosuch"):
            hook("equations").mathml(r"\nosuch x", block=False)

    def test_other_text_stays(self):
        text = "<p>costs $5, <code>$x$</code></p>"
        assert hook("equations").on_page_content(text) == text


class TestSources:
    def test_links_out_of_docs_lead_to_pages(self):
        text = "[a](../controllers/planner.py) [b](running.md) [c](https://x.org/../y) [d](#here)"
        assert hook("sources").rewritten("a.md", text) == text.replace(
            "../controllers/planner.py", "source/controllers/planner.py.md"
        )

    def test_from_a_folder(self):
        found = hook("sources").rewritten("api/envs.md", "[e](../../envs)")
        assert found == "[e](../source/envs/index.md)"

    def test_a_file_is_shown_whole(self):
        shown = hook("sources").shown("controllers/planner.py")
        assert "# controllers/planner.py\n\n~~~~~~~~python\n" in shown
        assert "class ChecksState" in shown

    def test_a_folder_lists_its_modules(self):
        shown = hook("sources").shown("controllers/baselines")
        assert (
            "- [controllers/baselines/transport/ot_assign.py](transport/ot_assign.py.md): " in shown
        )

    def test_what_is_not_there_stays_for_the_build_to_complain(self):
        text = "[a](../no_such.py)"
        assert hook("sources").rewritten("a.md", text) == text


class TestOptionLists:
    def test_a_mark_gives_way_to_a_list(self):
        text = "Before\n\n<!-- options of bildsim.run -->\n\nafter"
        found = hook("option_lists").on_page_markdown(text)
        assert found.startswith("Before\n\n### What is run")
        assert found.endswith("</dl>\n\nafter")
        assert "<code>--network KIND[:PARAMETER]</code>" in found
        assert '<span class="default">default: <code>gmm3</code></span>' in found
        assert "<code>--contacts, --no-contacts</code>" in found

    def test_a_program_that_is_not_there(self):
        with pytest.raises(KeyError, match=r"bildsim\.nobody"):
            hook("option_lists").on_page_markdown("<!-- options of bildsim.nobody -->")

    def test_signs_of_html_are_words(self):
        found = hook("option_lists").listed("bildsim.run")
        assert "&gt; 0" in found
        assert "<number" not in found.lower().replace("<code>--", "")


class TestRootPages:
    def test_links_lead_to_the_same_places(self):
        text = (
            "[a](docs/metrics.md#w2) [b](CONTRIBUTING.md) [c](bildsim/run.py) [d](https://x.org/z)"
        )
        assert hook("root_pages").moved(text) == (
            "[a](metrics.md#w2) [b](contributing.md) [c](../bildsim/run.py) [d](https://x.org/z)"
        )

    def test_docs_link_to_the_page_of_the_site(self):
        found = hook("sources").rewritten("README.md", "[a](../CHANGELOG.md)")
        assert found == "[a](changelog.md)"


class TestPackage:
    def test_everything_lies_where_it_is_imported_from(self, tmp_path):
        hook("package").copy_package(tmp_path)
        for name in ("__init__", "controllers/planner", "envs/swarm", "targets/target"):
            assert (tmp_path / "bildsim" / f"{name}.py").exists()
