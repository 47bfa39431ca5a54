// From a struct's one field list to canonical bytes and back. The door of these headers: `canonical` and `write` make
// the bytes, `read_canonical` takes them and nothing else, `read` takes JSON in any layout and says what is wrong with
// it.
#pragma once

#include "compiler/plan/canonical_read.hpp"
#include "compiler/plan/canonical_write.hpp"
#include "compiler/plan/field_list.hpp"
#include "compiler/plan/json_read.hpp"
