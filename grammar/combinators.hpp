// How rules make nodes, lists and blocks, and what happens when an item fails. Included by parse.cpp alone.
#pragma once

#include "grammar/tokens.hpp"

namespace dmc::grammar::rules {

template <typename Rule>
concept BeginsWithKeyword = requires {
  Rule::first_byte;
};

/// Takes back what a failed alternative left behind; tokens are called directly, because they clean up themselves.
template <typename Rule>
struct control : pegtl::normal<Rule> {
  template <pegtl::apply_mode A, pegtl::rewind_mode M, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    if constexpr (Token<Rule>) {
      return Rule::read(in.iterator(), reading);
    } else if constexpr (M == pegtl::rewind_mode::required && BeginsWithKeyword<Rule>) {
      // Of many alternatives all but one fail here, on their first byte.
      if (!reading.careful() && *reading.skip(in.iterator()) != Rule::first_byte) return false;
      return match_or_rewind<A, Action, Control>(in, reading);
    } else if constexpr (M == pegtl::rewind_mode::required) {
      return match_or_rewind<A, Action, Control>(in, reading);
    } else {
      return Rule::template match<A, pegtl::rewind_mode::dontcare, Action, Control>(in, reading);
    }
  }

 private:
  template <pegtl::apply_mode A, template <typename...> class Action, template <typename...> class Control,
            typename Input>
  static bool match_or_rewind(Input& in, Reading& reading) {
    const Reading::Mark mark = reading.mark(in.iterator());
    if (Rule::template match<A, pegtl::rewind_mode::dontcare, Action, Control>(in, reading)) return true;
    reading.rewind(mark);
    in.iterator() = mark.at;
    return false;
  }
};

/// Matches with a way back, and says whether it did.
template <typename Rule, template <typename...> class Action, template <typename...> class Control, typename Input>
bool attempt(Input& in, Reading& reading) {
  constexpr auto action = pegtl::apply_mode::action;
  return Control<Rule>::template match<action, pegtl::rewind_mode::required, Action, Control>(in, reading);
}

/// Matches as the only way on: whoever called takes back what is left behind.
template <typename Rule, template <typename...> class Action, template <typename...> class Control, typename Input>
bool proceed(Input& in, Reading& reading) {
  constexpr auto action = pegtl::apply_mode::action;
  return Control<Rule>::template match<action, pegtl::rewind_mode::dontcare, Action, Control>(in, reading);
}

/// Names the construct that is being read while a failed item is traced.
class Within {
 public:
  Within(Reading& reading, Kind kind) : reading_(reading), outer_(reading.trace.current) {
    if (reading.trace.on && !phrase(kind).empty()) reading.trace.current = kind;
  }
  ~Within() { reading_.trace.current = outer_; }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

 private:
  Reading& reading_;
  Kind outer_;
};

/// A sequence as the analysis of the grammar sees it. One that begins with a keyword says so.
template <typename First, typename... Rest>
struct sequence {
  using rule_t = typename pegtl::seq<First, Rest...>::rule_t;
  using subs_t = typename pegtl::seq<First, Rest...>::subs_t;
};

template <Literal Word, typename... Rest>
struct sequence<kw<Word>, Rest...> {
  using rule_t = typename pegtl::seq<kw<Word>, Rest...>::rule_t;
  using subs_t = typename pegtl::seq<kw<Word>, Rest...>::subs_t;
  static constexpr char first_byte = Word.characters[0];
};

/// Reads the rules of a node that begins at the next token. A keyword in front is read before the node is made,
/// because nearly every alternative that fails does so there.
template <Kind K, template <typename...> class Action, template <typename...> class Control, typename First,
          typename... Rest, typename Input>
bool read_node(Input& in, Reading& reading, std::size_t& id) {
  const char* begin = reading.skip(in.iterator());
  in.iterator() = begin;
  if constexpr (is_keyword<First>) {
    if (!First::read(in.iterator(), reading)) return false;
    id = reading.open(K, begin);
    if constexpr (sizeof...(Rest) == 0)
      return true;
    else
      return proceed<pegtl::seq<Rest...>, Action, Control>(in, reading);
  } else {
    id = reading.open(K, begin);
    return proceed<pegtl::seq<First, Rest...>, Action, Control>(in, reading);
  }
}

/// A node over everything that the rules match, from its first token on.
template <Kind K, typename... Rules>
struct node : sequence<Rules...> {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    const Within within(reading, K);
    std::size_t id = 0;
    if (!read_node<K, Action, Control, Rules...>(in, reading, id)) return false;
    reading.close(id, in.iterator());
    return true;
  }
};

/// A node without children over everything that the rules match.
template <Kind K, typename... Rules>
struct leaf : sequence<Rules...> {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    const Within within(reading, K);
    std::size_t id = 0;
    if (!read_node<K, Action, Control, Rules...>(in, reading, id)) return false;
    reading.strip(id);
    reading.close(id, in.iterator());
    return true;
  }
};

/// A node and the `;` after it, which is no part of it.
template <Kind K, typename... Rules>
struct statement : sequence<Rules..., end> {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    const Within within(reading, K);
    return proceed<node<K, Rules...>, Action, Control>(in, reading) && end::read(in.iterator(), reading);
  }
};

/// Where none of the rules' first tokens matches, people are told `Text` instead of each of them. With an empty text
/// they are told nothing: what may follow there goes without saying.
template <Literal Text, typename... Rules>
struct label : sequence<Rules...> {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    if (!reading.trace.on) {
      // White space is skipped once for all alternatives, which is safe where a match cannot be empty.
      if constexpr (!Text.view().empty()) in.iterator() = reading.skip(in.iterator());
      return proceed<pegtl::seq<Rules...>, Action, Control>(in, reading);
    }
    const char* begin = reading.skip(in.iterator());
    const Trace::Mark mark = reading.trace.mark();
    const bool matched = proceed<pegtl::seq<Rules...>, Action, Control>(in, reading);
    if (!matched)
      reading.summarise(mark, begin, Text.view());
    else if (Text.view().empty())
      reading.summarise(mark, reading.skip(in.iterator()), {});
    return matched;
  }
};

template <typename... Rules>
using quiet = label<"", Rules...>;

/// The header of a statement that has none.
struct no_header : looks {
  static bool read(const char*&, Reading&) { return true; }
};

/// Splices are allowed inside.
template <typename... Rules>
struct in_pattern : sequence<Rules...> {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    const bool outer = reading.scanner.in_pattern();
    reading.scanner.in_pattern(true);
    const bool matched = proceed<pegtl::seq<Rules...>, Action, Control>(in, reading);
    reading.scanner.in_pattern(outer);
    return matched;
  }
};

/// An item of a list; each list specialises it.
template <Items List>
struct item;

/// Reads items to the end of the list. One that fails is read again to find out why, reported, and passed over.
template <Items List, template <typename...> class Action, template <typename...> class Control, typename Input>
void read_items(Input& in, Reading& reading, const Block& block) {
  while (reading.next_item(in.iterator(), block) == Step::item) {
    const char* begin = in.iterator();
    reading.item = {begin, List};
    if (attempt<item<List>, Action, Control>(in, reading)) continue;
    reading.start_trace(Kind::file);
    (void)attempt<item<List>, Action, Control>(in, reading);
    in.iterator() = begin;
    const std::string_view meant = reading.report_failure();
    // Read as what was meant, the item's block shows the mistakes inside it.
    const Reading::Mark mark = reading.mark(begin);
    const bool read =
        !meant.empty() && reading.assume(begin, meant) && attempt<item<List>, Action, Control>(in, reading);
    reading.stop_assuming();
    if (!read) in.iterator() = reading.recover(begin);
    reading.rewind(mark);
    reading.leaf(Kind::unknown, begin, reading.trimmed(begin, in.iterator()));
  }
}

template <Items List>
struct items : sequence<pegtl::star<item<List>>> {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    read_items<List, Action, Control>(in, reading, Block{List, nullptr, nullptr});
    return true;
  }
};

/// `{ … }`. Once begun it always matches: what is wrong inside is reported there.
template <Items List>
struct block : sequence<symbol<'{'>, pegtl::star<item<List>>, symbol<'}'>> {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    const char* brace = reading.skip(in.iterator());
    if (!reading.may_open(brace)) return false;
    if (reading.trace.on) {
      in.iterator() = reading.past_block(brace);
      return true;
    }
    const std::size_t id = reading.open(Kind::block, brace);
    const Item outer = reading.item;
    ++reading.depth;
    in.iterator() = brace + 1;
    read_items<List, Action, Control>(in, reading, Block{List, outer.begin, brace});
    --reading.depth;
    reading.item = outer;
    reading.close(id, in.iterator());
    return true;
  }
};

/// A statement that ends with a block or, without one, with a `;`, which is no part of the node.
template <Kind K, typename Header, typename Block>
struct block_or_end : sequence<Header, pegtl::sor<Block, end>> {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    const Within within(reading, K);
    in.iterator() = reading.skip(in.iterator());
    const std::size_t id = reading.open(K, in.iterator());
    if (!proceed<Header, Action, Control>(in, reading)) return false;
    const bool has_block = attempt<Block, Action, Control>(in, reading);
    reading.close(id, in.iterator());
    return has_block || end::read(in.iterator(), reading);
  }
};

/// A statement with a block. When its header is wrong, that is reported and the block is read nevertheless, so that
/// the mistakes inside are found too; the node is then unknown.
template <Kind K, typename Keyword, typename Header, typename Tail>
struct headed : sequence<Keyword, Header, Tail> {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <typename...> class Action,
            template <typename...> class Control, typename Input>
  static bool match(Input& in, Reading& reading) {
    const Within within(reading, K);
    in.iterator() = reading.skip(in.iterator());
    const std::size_t id = reading.open(K, in.iterator());
    if (!proceed<Keyword, Action, Control>(in, reading)) return false;
    const char* header = in.iterator();
    if (!attempt<pegtl::seq<Header, Tail>, Action, Control>(in, reading)) {
      const char* brace = reading.trace.on ? nullptr : reading.body_of(header);
      if (brace == nullptr) return false;
      reading.start_trace(K);
      (void)attempt<pegtl::seq<Header, Tail>, Action, Control>(in, reading);
      (void)reading.report_failure();
      in.iterator() = brace;
      if (!attempt<Tail, Action, Control>(in, reading)) in.iterator() = reading.past_block(brace);
      reading.make_unknown(id);
    }
    reading.close(id, in.iterator());
    return true;
  }
};

}  // namespace dmc::grammar::rules
