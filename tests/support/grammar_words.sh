#!/usr/bin/env bash
# The keywords of the language, one a line, sorted: the words that the rules of grammar/ name, and the values that tokens are.
cd "$(dirname "$0")/../.." || exit 2
{
  cat grammar/rules_*.hpp | tr '\n' ' ' | grep -oP '\b(?:kw|word|words|phrase_of|pattern_body)<[^>]*' | grep -oP '"\K[a-z_]+(?=")'
  printf '%s\n' true false null operator
} | LC_ALL=C sort -u
