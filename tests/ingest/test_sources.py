import os

import pytest

from assistant.errors import InputError, UnsupportedFile
from assistant.ingest import sources
from assistant.ingest.sources import find_sources


def make_tree(root, names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"words of {name}", encoding="utf-8")


def test_documents_are_found_in_path_order_and_the_rest_passed_over(tmp_path):
    make_tree(
        tmp_path,
        [
            "b.md",
            "a/c.TXT",
            "a/README.md",
            ".hidden.md",
            "_draft.md",
            "_src/x.md",
            ".git/y.md",
            "b.md.yaml",
            "z.py",
        ],
    )
    found = find_sources(tmp_path)
    assert [source.path for source in found.sources] == ["a/c.TXT", "b.md"]
    assert found.failed == []
    assert found.sources[1].media_type == "text/markdown"
    assert found.sources[1].size_bytes == len("words of b.md")


def test_the_same_bytes_give_the_same_hash_and_a_sidecar_changes_it(tmp_path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("same", encoding="utf-8")
    first, second = find_sources(tmp_path).sources
    assert first.sha256 == second.sha256
    (tmp_path / "a.yaml").write_text("id: a", encoding="utf-8")
    with_sidecar = find_sources(tmp_path).sources[0]
    assert with_sidecar.sha256 != second.sha256
    (tmp_path / "a.yaml").write_text("id: b", encoding="utf-8")
    assert find_sources(tmp_path).sources[0].sha256 != with_sidecar.sha256


def test_one_file_can_be_named_even_a_readme(tmp_path):
    make_tree(tmp_path, ["README.md"])
    assert [source.path for source in find_sources(tmp_path / "README.md").sources] == ["README.md"]


def test_a_named_file_without_a_reader_is_refused(tmp_path):
    make_tree(tmp_path, ["a.odt"])
    with pytest.raises(UnsupportedFile, match=r"a\.odt") as caught:
        find_sources(tmp_path / "a.odt")
    assert ".docx" in caught.value.hint


def test_nothing_there_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="nothing at"):
        find_sources(tmp_path / "missing")


def failed(path):
    found = find_sources(path)
    assert found.sources == []
    (failure,) = found.failed
    assert failure.hint
    return failure


@pytest.mark.parametrize("name", ["empty.md", "empty.pdf"])
def test_a_file_of_zero_bytes_is_reported(tmp_path, name):
    (tmp_path / name).touch()
    failure = failed(tmp_path)
    assert failure.path == name
    assert failure.error == f"'{name}' is empty (0 bytes)."


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_out_of_the_folder_is_reported_and_not_read(tmp_path, kind):
    outside, root = tmp_path / "outside", tmp_path / "root"
    make_tree(outside, ["secret.md"])
    root.mkdir()
    if kind == "file":
        (root / "link.md").symlink_to(outside / "secret.md")
    else:
        (root / "link.md").symlink_to(outside)
    assert "leaves the folder" in failed(root).error


def test_a_sidecar_that_is_a_link_out_of_the_folder_is_not_read(tmp_path):
    outside, root = tmp_path / "outside.yaml", tmp_path / "root"
    outside.write_text("id: stolen", encoding="utf-8")
    make_tree(root, ["a.md"])
    (root / "a.md.yaml").symlink_to(outside)
    assert "a.md.yaml" in failed(root).error


def test_links_inside_count_files_once_and_loops_end(tmp_path):
    make_tree(tmp_path, ["a/x.md"])
    (tmp_path / "again").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    found = find_sources(tmp_path)
    assert [source.path for source in found.sources] == ["a/x.md"]
    assert [failure.path for failure in found.failed] == ["loop.md"]


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    assert "regular file" in failed(tmp_path).error


def test_a_large_file_is_reported_without_reading_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 10)
    make_tree(tmp_path, ["large.md"])
    assert "limit" in failed(tmp_path).error


def test_a_file_name_that_is_not_utf8_is_reported(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x", encoding="utf-8")
    failure = failed(tmp_path)
    assert failure.path.encode() == b"caf?.md"
    assert "UTF-8" in failure.error
