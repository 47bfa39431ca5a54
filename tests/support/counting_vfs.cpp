#include "tests/support/counting_vfs.hpp"

#include <cstring>

#include <sqlite3.h>

namespace dmc::tests {
namespace {

/// The real file lies behind this header in the memory that SQLite allocates for a file.
struct File {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

long count = 0;
sqlite3_vfs* real_vfs = nullptr;

File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods all = [] {
    sqlite3_io_methods m{};
    m.iVersion = 1;  // no shared memory: the benches count rollback journals
    m.xClose = [](sqlite3_file* f) { return of(f)->real()->pMethods->xClose(of(f)->real()); };
    m.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
      return of(f)->real()->pMethods->xRead(of(f)->real(), to, size, at);
    };
    m.xWrite = [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
      return of(f)->real()->pMethods->xWrite(of(f)->real(), from, size, at);
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
      return of(f)->real()->pMethods->xTruncate(of(f)->real(), size);
    };
    m.xSync = [](sqlite3_file* f, int flags) {
      ++count;
      return of(f)->real()->pMethods->xSync(of(f)->real(), flags);
    };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
      return of(f)->real()->pMethods->xFileSize(of(f)->real(), size);
    };
    m.xLock = [](sqlite3_file* f, int lock) { return of(f)->real()->pMethods->xLock(of(f)->real(), lock); };
    m.xUnlock = [](sqlite3_file* f, int lock) { return of(f)->real()->pMethods->xUnlock(of(f)->real(), lock); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
      return of(f)->real()->pMethods->xCheckReservedLock(of(f)->real(), out);
    };
    m.xFileControl = [](sqlite3_file* f, int op, void* argument) {
      return of(f)->real()->pMethods->xFileControl(of(f)->real(), op, argument);
    };
    m.xSectorSize = [](sqlite3_file* f) { return of(f)->real()->pMethods->xSectorSize(of(f)->real()); };
    m.xDeviceCharacteristics = [](sqlite3_file* f) {
      return of(f)->real()->pMethods->xDeviceCharacteristics(of(f)->real());
    };
    return m;
  }();
  return all;
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = real_vfs->xOpen(real_vfs, name, of(file)->real(), flags, out_flags);
  file->pMethods = code == SQLITE_OK || of(file)->real()->pMethods ? &methods() : nullptr;
  return code;
}

}  // namespace

long fsyncs() {
  static const bool installed = [] {
    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(nullptr);
    std::memcpy(&vfs, real_vfs, sizeof vfs);
    vfs.zName = "counting";
    vfs.szOsFile = real_vfs->szOsFile + static_cast<int>(sizeof(File));
    vfs.pNext = nullptr;
    vfs.xOpen = open;
    return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
  }();
  return installed ? count : -1;
}

}  // namespace dmc::tests
