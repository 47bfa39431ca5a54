// Counts what SQLite asks the disk to make durable, in this process.
#pragma once

namespace dmc::tests {

/// Installs itself as SQLite's default on the first call. Number of fsyncs of files and journals so far.
long fsyncs();

}  // namespace dmc::tests
