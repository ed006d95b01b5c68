"""Formats that are not read, known by their first bytes, and what is said of each."""

import re

_PICKLE = "is a pickle, which is never read, since it could run code: save numbers with numpy.savez, tables as CSV"
_CSV = "save the table as CSV"
_KINDS: tuple[tuple[bytes, str], ...] = (
    (rb"\x93NUMPY", "is a single .npy array: save predictors and classes together with numpy.savez(path, X=X, y=y)"),
    (rb"\x89HDF", "is an HDF5 file: save its arrays with numpy.savez(path, X=X, y=y)"),
    (rb"MATLAB \d", "is a MATLAB file: save the table as CSV, as with writetable"),
    (rb"CDF[\x01\x02\x05]", f"is a NetCDF file: {_CSV}"),
    (rb"SQLite format 3|.{8}DUCK", f"is a database: {_CSV}"),
    (rb"ORC[\x00-\x08\x80-\xff]|Obj\x01|FEA1", f"is an ORC, Avro or old Feather file: {_CSV}, or as Parquet"),
    (rb"\x80[\x02-\x05][\x00-\x7f\x8c\x95]", _PICKLE),
    (rb"(RDX|RDA)\d\n|[XA]\n\x00\x00\x00[\x02\x03]|A\n[23]\n", f"is R's own format: {_CSV}, with write.csv"),
    (rb"<stata_dta>|[\x69-\x73][\x01\x02]\x01\x00", f"is a Stata file: {_CSV}, with export delimited"),
    (rb"\$FL[23]@\(#\)|ASCII SPSS PORT", f"is an SPSS file: {_CSV}"),
    (rb"\x00{12}\xc2\xea\x81\x60|HEADER RECORD\*{7}", f"is a SAS file: {_CSV}"),
    (rb"%PDF-|%!PS|\{\\rtf", f"is a document, not a table: {_CSV}"),
    (rb"(?i)\s*(<!doctype html|<html|<head|<table)", f"is a web page, not the file that it shows: {_CSV}"),
    (rb"\s*<\?xml", f"is XML: {_CSV}"),
    (rb"\s*(\{\s*[\"}]|\[\s*[\[{\"])", f"is JSON: {_CSV}"),
    (rb"version https://git-lfs", "is the pointer of Git LFS to a file, not the file: `git lfs pull` fetches it"),
    (
        rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\x00{4}|II\*\x00|MM\x00\*|RIFF.{4}(WEBP|WAVE|AVI )|\x00{3}.ftyp",
        "is one image, sound or film: a data set of images is an .npz file of arrays X (n, height, width) and y",
    ),
    (rb"7z\xbc\xaf\x27\x1c|Rar!\x1a|\x28\xb5\x2f\xfd|\x1f\x9d|.{257}ustar", "is an archive: unpack it first"),
    (rb"\x7fELF|MZ\x90\x00|\xcf\xfa\xed\xfe", "is a program, not data"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in _KINDS)


def foreign(start: bytes) -> str:
    """What is wrong with a file that starts so, and what would be right; nothing for one that may be read."""
    return next((words for pattern, words in _PATTERNS if pattern.match(start)), "")
