#!/usr/bin/env python3
"""chdb_host.py LIBRARY FOLDER: chdb_server for libraries that live in a Python package, as those before ClickHouse 26 do.

DMC_CHDB_HOSTED names the server as a shared library (target chdb_hosted)."""
import ctypes
import importlib.util
import os
import sys

library, folder = sys.argv[1:]
found = importlib.util.spec_from_file_location("_chdb", library)
found.loader.exec_module(importlib.util.module_from_spec(found))
server = ctypes.CDLL(os.environ["DMC_CHDB_HOSTED"])
words = (ctypes.c_char_p * 3)(b"chdb_server", library.encode(), folder.encode())
sys.exit(server.main(3, words))
