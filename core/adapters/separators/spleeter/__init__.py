"""Vocal separation on this machine: Spleeter's two-stem networks, without TensorFlow.

`weights` fetches and checks the published weights, `bundle` reads them, `graph` writes them as ONNX, `model`
keeps the result on disk, `engines` runs it, `stream` cuts a song into windows and joins them, and `local`
puts these together behind `core.ports.Separator`.
"""
