"""Why a model computes on the processor, in words for people. Knows no torch: its callers tell what torch says."""

from __future__ import annotations

from core.files import is_packaged


def why_on_cpu(wanted: str, cuda_build: str | None) -> str:
    """A sentence for `ModelInfo.notes`. wanted: auto or cpu; cuda_build: `torch.version.cuda`."""
    if wanted == "cpu":
        return "No GPU is used: the processor was chosen in the models dialog or with --device cpu"
    if not cuda_build and is_packaged():
        return "No GPU is used: this is the variant of the app for the CPU (with an NVIDIA GPU: take the CUDA variant)"
    if not cuda_build:
        return (
            "No GPU is used: the installed torch is a build for the CPU"
            " (with an NVIDIA GPU: GROUNDLABEL_TORCH=cuda make setup)"
        )
    return "No GPU is used: torch finds none on this machine (`nvidia-smi` tells more)"
