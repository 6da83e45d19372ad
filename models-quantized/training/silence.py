"""Imported before onnxruntime, whose official builds report to their maker unless told not to before they are loaded."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
