"""What an interrupted training resumes from."""

import os
from pathlib import Path

import torch


class Checkpoint:
    """The state of a training's parts (by name: model, average, optimiser, schedule) after a whole epoch, in one file."""

    def __init__(self, path: Path, **parts):
        self.path, self.parts = path, parts

    def resume(self) -> int:
        """Puts the parts into the state that was kept, if any. Returns the number of epochs done."""
        if not self.path.exists():
            return 0
        state = torch.load(self.path)
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        return state["epoch"]

    def keep(self, epochs_done: int) -> None:
        save({name: part.state_dict() for name, part in self.parts.items()} | {"epoch": epochs_done}, self.path)


def save(state, path: Path):
    """Writes beside the target and renames, so that a reader never sees half a file."""
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)
