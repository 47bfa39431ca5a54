// The typed syntax of a `.mig` file: plain values that view into the Sources they were built from.
#pragma once

#include "compiler/ast/change.hpp"
#include "compiler/ast/cluster.hpp"
#include "compiler/ast/column.hpp"
#include "compiler/ast/constraint.hpp"
#include "compiler/ast/file.hpp"
#include "compiler/ast/flow.hpp"
#include "compiler/ast/literal.hpp"
#include "compiler/ast/name.hpp"
#include "compiler/ast/objects.hpp"
#include "compiler/ast/pattern.hpp"
#include "compiler/ast/policy.hpp"
#include "compiler/ast/routine.hpp"
#include "compiler/ast/table.hpp"
