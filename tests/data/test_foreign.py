"""Formats that are not read are known by their first bytes."""

import io
import pickle
import sqlite3
import tarfile
from pathlib import Path

import numpy as np
import pytest

import lsexplorer as ls


def database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (a)")
    connection.commit()
    return connection.serialize()


def npy() -> bytes:
    out = io.BytesIO()
    np.save(out, np.eye(3))
    return out.getvalue()


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"))
    return out.getvalue()


FILES = {
    "a single .npy array": [npy()],
    "a pickle, which is never read": [pickle.dumps({"a": np.eye(2)}, protocol) for protocol in (2, 3, 4, 5)],
    "a database": [database(), b"\0" * 8 + b"DUCK" + bytes(20)],
    "an HDF5 file": [b"\x89HDF\r\n\x1a\n"],
    "a MATLAB file": [b"MATLAB 5.0 MAT-file, Platform: GLNXA64", b"MATLAB 7.3 MAT-file"],
    "a NetCDF file": [b"CDF\x01" + bytes(8)],
    "R's own format": [b"RDX3\nX\n", b"RDX2\nX\n", b"X\n\0\0\0\3\0\4"],
    "a Stata file": [b"<stata_dta><header>", b"\x72\x02\x01\x00", b"\x73\x01\x01\x00"],
    "an SPSS file": [b"$FL2@(#) IBM SPSS", b"ASCII SPSS PORT FILE"],
    "a SAS file": [bytes(12) + b"\xc2\xea\x81\x60\xb3\x14", b"HEADER RECORD*******LIBRARY HEADER"],
    "a document": [b"%PDF-1.7\n", b"%!PS-Adobe", b"{\\rtf1\\ansi"],
    "a web page": [b"<!DOCTYPE html>\n<html>", b"\n  <html lang='en'>", b"<table><tr><td>1</td></tr></table>"],
    "XML": [b"<?xml version='1.0'?>\n<a/>"],
    "JSON": [b'{"a": [1, 2]}', b'[{"a": 1}]', b'[[1, "a"]]', b'{\n  "a": 1}', b'["a", "b"]'],
    "the pointer of Git LFS": [b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"],
    "one image, sound or film": [b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\0\0\0\0WAVE", b"II*\0\x08"],
    "an archive": [tar(), b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd"],
    "a program": [b"\x7fELF\x02\x01"],
}


@pytest.mark.parametrize(
    ("kind", "content"), [pytest.param(kind, content, id=f"{kind} {content[:4]!r}")
                          for kind, contents in FILES.items() for content in contents]
)  # fmt: skip
def test_a_format_is_named(tmp_path: Path, kind: str, content: bytes) -> None:
    (tmp_path / "own.csv").write_bytes(content)
    with pytest.raises(ls.InputError, match=f"own.csv is {kind}") as caught:
        ls.load_dataset(tmp_path / "own.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "header",
    ["ORCHID,class", "BMI,class", "RIFFLE,class", "CDF,class", "[1],class", "{a},class", "MZ,class", "X,class"],
)
def test_headers_that_begin_alike(tmp_path: Path, header: str) -> None:
    (tmp_path / "own.csv").write_text(f"{header}\n" + "".join(f"{i}.5,{'ab'[i % 2]}\n" for i in range(12)))
    assert ls.load_dataset(tmp_path / "own.csv").class_names == ("a", "b")
