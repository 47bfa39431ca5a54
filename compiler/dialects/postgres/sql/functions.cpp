// Functions that every PostgreSQL has: their arguments and results, read from the catalog of 15.
#include "compiler/dialects/postgres/sql/functions.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace dmc::dialects::postgres::sql {

namespace {

/// `name arguments>result …;`: every overload of each name. `!` begins one that is volatile, `/n` says how many
/// arguments may be left out, `*` that the last one repeats. What nobody writes (input functions, what operators and
/// index methods call, geometry) is left out. Several pieces, because a literal has a limit.
constexpr std::array<std::string_view, 2> catalog{R"(
abbrev cidr>text inet>text; abs float4>float4 float8>float8 int2>int2 int4>int4 int8>int8 numeric>numeric; acos
float8>float8; acosd float8>float8; acosh float8>float8; age timestamp>interval timestamp,timestamp>interval
timestamptz>interval timestamptz,timestamptz>interval xid>int4; array_agg anyarray>anyarray anynonarray>anyarray;
array_append anycompatiblearray,anycompatible>anycompatiblearray; array_dims anyarray>text; array_fill
anyelement,_int4>anyarray anyelement,_int4,_int4>anyarray; array_length anyarray,int4>int4; array_lower
anyarray,int4>int4; array_ndims anyarray>int4; array_position anycompatiblearray,anycompatible>int4
anycompatiblearray,anycompatible,int4>int4; array_positions anycompatiblearray,anycompatible>_int4; array_prepend
anycompatible,anycompatiblearray>anycompatiblearray; array_remove
anycompatiblearray,anycompatible>anycompatiblearray; array_replace
anycompatiblearray,anycompatible,anycompatible>anycompatiblearray; array_to_json anyarray>json anyarray,bool>json;
array_to_string anyarray,text>text anyarray,text,text>text; array_upper anyarray,int4>int4; ascii text>int4; asin
float8>float8; asind float8>float8; asinh float8>float8; atan float8>float8; atan2 float8,float8>float8; atan2d
float8,float8>float8; atand float8>float8; atanh float8>float8; avg float4>float8 float8>float8 int2>numeric
int4>numeric int8>numeric interval>interval numeric>numeric; bit bit,int4,bool>bit int4,int4>bit int8,int4>bit;
bit_and bit>bit int2>int2 int4>int4 int8>int8; bit_count bit>int8 bytea>int8; bit_length bit>int4 bytea>int4
text>int4; bit_or bit>bit int2>int2 int4>int4 int8>int8; bit_xor bit>bit int2>int2 int4>int4 int8>int8; bool
int4>bool jsonb>bool; bool_and bool>bool; bool_or bool>bool; bpchar bpchar,int4,bool>bpchar char>bpchar
name>bpchar; broadcast inet>inet; btrim bytea,bytea>bytea text>text text,text>text; cardinality anyarray>int4; cbrt float8>float8; ceil float8>float8
numeric>numeric; ceiling float8>float8 numeric>numeric; char int4>char text>char; char_length bpchar>int4
text>int4; character_length bpchar>int4 text>int4; chr int4>text; cidr inet>cidr; !clock_timestamp >timestamptz;
col_description oid,int4>text; concat any*>text; concat_ws text,any*>text; convert bytea,name,name>bytea;
convert_from bytea,name>text; convert_to text,name>bytea; corr float8,float8>float8; cos float8>float8; cosd
float8>float8; cosh float8>float8; cot float8>float8; cotd float8>float8; count >int8 any>int8; covar_pop
float8,float8>float8; covar_samp float8,float8>float8; cume_dist >float8 any*>float8; current_database >name;
!current_query >text; current_schema >name; current_schemas bool>_name; current_setting text>text text,bool>text;
current_user >name; !currval regclass>int8; date timestamp>date timestamptz>date; date_bin
interval,timestamp,timestamp>timestamp interval,timestamptz,timestamptz>timestamptz; date_part text,date>float8
text,interval>float8 text,time>float8 text,timestamp>float8 text,timestamptz>float8 text,timetz>float8; date_trunc
text,interval>interval text,timestamp>timestamp text,timestamptz>timestamptz text,timestamptz,text>timestamptz;
datemultirange >datemultirange _daterange*>datemultirange daterange>datemultirange; daterange date,date>daterange
date,date,text>daterange; decode text,text>bytea; degrees float8>float8; dense_rank >int8 any*>int8; div
numeric,numeric>numeric; encode bytea,text>text; enum_first anyenum>anyenum; enum_last anyenum>anyenum; enum_range
anyenum>anyarray anyenum,anyenum>anyarray; every bool>bool; exp float8>float8 numeric>numeric; extract
text,date>numeric text,interval>numeric text,time>numeric text,timestamp>numeric text,timestamptz>numeric
text,timetz>numeric; factorial int8>numeric; family inet>int4; first_value anyelement>anyelement; float4
float8>float4 int2>float4 int4>float4 int8>float4 jsonb>float4 numeric>float4; float8 float4>float8 int2>float8
int4>float8 int8>float8 jsonb>float8 numeric>float8; floor float8>float8 numeric>numeric; format text>text
text,any*>text; format_type oid,int4>text; gcd int4,int4>int4 int8,int8>int8 numeric,numeric>numeric;
!gen_random_uuid >uuid; generate_series int4,int4>int4 int4,int4,int4>int4 int8,int8>int8 int8,int8,int8>int8
numeric,numeric>numeric numeric,numeric,numeric>numeric timestamp,timestamp,interval>timestamp
timestamptz,timestamptz,interval>timestamptz; generate_subscripts anyarray,int4>int4 anyarray,int4,bool>int4;
get_bit bit,int4>int4 bytea,int8>int4; get_current_ts_config >regconfig; host inet>text; hostmask inet>inet;
inet_same_family inet,inet>bool; initcap text>text; int2 float4>int2 float8>int2 int4>int2 int8>int2 jsonb>int2
numeric>int2; int4 bit>int4 bool>int4 char>int4 float4>int4 float8>int4 int2>int4 int8>int4 jsonb>int4
numeric>int4; int4multirange >int4multirange _int4range*>int4multirange int4range>int4multirange; int4range
int4,int4>int4range int4,int4,text>int4range; int8 bit>int8 float4>int8 float8>int8 int2>int8 int4>int8 jsonb>int8
numeric>int8 oid>int8; int8multirange >int8multirange _int8range*>int8multirange int8range>int8multirange;
int8range int8,int8>int8range int8,int8,text>int8range; interval interval,int4>interval time>interval;
is_normalized text,text/1>bool; isempty anymultirange>bool anyrange>bool; isfinite date>bool interval>bool
timestamp>bool timestamptz>bool; json_agg anyelement>json; json_array_elements json>json; json_array_elements_text
json>text; json_array_length json>int4; json_build_array >json any*>json; json_build_object >json any*>json;
json_each json>record; json_each_text json>record; json_extract_path json,_text*>json; json_extract_path_text
json,_text*>text; json_object _text>json _text,_text>json; json_object_agg any,any>json; json_object_keys
json>text; json_populate_record anyelement,json,bool/1>anyelement; json_populate_recordset
anyelement,json,bool/1>anyelement; json_strip_nulls json>json; json_to_record json>record; json_to_recordset
json>record; json_to_tsvector json,jsonb>tsvector regconfig,json,jsonb>tsvector; json_typeof json>text; jsonb_agg
anyelement>jsonb; jsonb_array_elements jsonb>jsonb; jsonb_array_elements_text jsonb>text; jsonb_array_length
jsonb>int4; jsonb_build_array >jsonb any*>jsonb; jsonb_build_object >jsonb any*>jsonb; jsonb_each jsonb>record;
jsonb_each_text jsonb>record; jsonb_extract_path jsonb,_text*>jsonb; jsonb_extract_path_text jsonb,_text*>text;
jsonb_insert jsonb,_text,jsonb,bool/1>jsonb; jsonb_object _text>jsonb _text,_text>jsonb; jsonb_object_agg
any,any>jsonb; jsonb_object_keys jsonb>text; jsonb_path_exists_tz jsonb,jsonpath,jsonb,bool/2>bool;
jsonb_path_match jsonb,jsonpath,jsonb,bool/2>bool; jsonb_path_match_tz jsonb,jsonpath,jsonb,bool/2>bool;
jsonb_path_query jsonb,jsonpath,jsonb,bool/2>jsonb; jsonb_path_query_array jsonb,jsonpath,jsonb,bool/2>jsonb;
jsonb_path_query_array_tz jsonb,jsonpath,jsonb,bool/2>jsonb; jsonb_path_query_first
jsonb,jsonpath,jsonb,bool/2>jsonb; jsonb_path_query_first_tz jsonb,jsonpath,jsonb,bool/2>jsonb; jsonb_path_query_tz
jsonb,jsonpath,jsonb,bool/2>jsonb; jsonb_populate_record anyelement,jsonb>anyelement; jsonb_populate_recordset
anyelement,jsonb>anyelement; jsonb_pretty jsonb>text; jsonb_set jsonb,_text,jsonb,bool/1>jsonb; jsonb_set_lax
jsonb,_text,jsonb,bool,text/2>jsonb; jsonb_strip_nulls jsonb>jsonb; jsonb_to_record jsonb>record;
jsonb_to_recordset jsonb>record; jsonb_to_tsvector jsonb,jsonb>tsvector regconfig,jsonb,jsonb>tsvector;
jsonb_typeof jsonb>text; justify_days interval>interval; justify_hours interval>interval; justify_interval
interval>interval; lag anycompatible,int4,anycompatible>anycompatible anyelement>anyelement
anyelement,int4>anyelement; last_value anyelement>anyelement; !lastval >int8; lcm int4,int4>int4 int8,int8>int8
numeric,numeric>numeric; lead anycompatible,int4,anycompatible>anycompatible anyelement>anyelement
anyelement,int4>anyelement; left text,int4>text; length bit>int4 bpchar>int4 bytea>int4 bytea,name>int4 lseg>float8
path>float8 text>int4 tsvector>int4; like bytea,bytea>bool name,text>bool text,text>bool; like_escape
bytea,bytea>bytea text,text>text; ln float8>float8 numeric>numeric; log float8>float8 numeric>numeric
numeric,numeric>numeric; log10 float8>float8 numeric>numeric; lower anymultirange>anyelement anyrange>anyelement
text>text;
)",
                                                  R"(
lower_inc anymultirange>bool anyrange>bool; lower_inf anymultirange>bool anyrange>bool; lpad text,int4>text
text,int4,text>text; ltrim bytea,bytea>bytea text>text text,text>text; macaddr macaddr8>macaddr; macaddr8
macaddr>macaddr8; make_date int4,int4,int4>date; make_interval int4,int4,int4,int4,int4,int4,float8/7>interval;
make_time int4,int4,float8>time; make_timestamp int4,int4,int4,int4,int4,float8>timestamp; make_timestamptz
int4,int4,int4,int4,int4,float8>timestamptz int4,int4,int4,int4,int4,float8,text>timestamptz; max anyarray>anyarray
anyenum>anyenum bpchar>bpchar date>date float4>float4 float8>float8 inet>inet int2>int2 int4>int4 int8>int8
interval>interval money>money numeric>numeric oid>oid pg_lsn>pg_lsn text>text tid>tid time>time timestamp>timestamp
timestamptz>timestamptz timetz>timetz xid8>xid8; md5 bytea>text text>text; min anyarray>anyarray anyenum>anyenum
bpchar>bpchar date>date float4>float4 float8>float8 inet>inet int2>int2 int4>int4 int8>int8 interval>interval
money>money numeric>numeric oid>oid pg_lsn>pg_lsn text>text tid>tid time>time timestamp>timestamp
timestamptz>timestamptz timetz>timetz xid8>xid8; min_scale numeric>int4; mod int2,int2>int2 int4,int4>int4
int8,int8>int8 numeric,numeric>numeric; mode anyelement>anyelement; money int4>money int8>money numeric>money;
multirange anyrange>anymultirange; name bpchar>name text>name varchar>name; netmask inet>inet; network inet>cidr;
!nextval regclass>int8; normalize text,text/1>text; now >timestamptz; nth_value anyelement,int4>anyelement; ntile
int4>int4; num_nonnulls any*>int4; num_nulls any*>int4; numeric float4>numeric float8>numeric int2>numeric
int4>numeric int8>numeric jsonb>numeric money>numeric numeric,int4>numeric; nummultirange >nummultirange
_numrange*>nummultirange numrange>nummultirange; numrange numeric,numeric>numrange numeric,numeric,text>numrange;
obj_description oid>text oid,name>text; octet_length bit>int4 bpchar>int4 bytea>int4 text>int4; oid int8>oid;
overlaps time,interval,time,interval>bool time,interval,time,time>bool time,time,time,interval>bool
time,time,time,time>bool timestamp,interval,timestamp,interval>bool timestamp,interval,timestamp,timestamp>bool
timestamp,timestamp,timestamp,interval>bool timestamp,timestamp,timestamp,timestamp>bool
timestamptz,interval,timestamptz,interval>bool timestamptz,interval,timestamptz,timestamptz>bool
timestamptz,timestamptz,timestamptz,interval>bool timestamptz,timestamptz,timestamptz,timestamptz>bool
timetz,timetz,timetz,timetz>bool; overlay bit,bit,int4>bit bit,bit,int4,int4>bit bytea,bytea,int4>bytea
bytea,bytea,int4,int4>bytea text,text,int4>text text,text,int4,int4>text; parse_ident text,bool/1>_text;
percent_rank >float8 any*>float8; percentile_cont _float8,float8>_float8 _float8,interval>_interval
float8,float8>float8 float8,interval>interval; percentile_disc _float8,anyelement>anyarray
float8,anyelement>anyelement; !pg_advisory_lock int4,int4>void int8>void; pg_client_encoding >name;
pg_collation_for any>text; pg_column_size any>int4; pg_current_xact_id >xid8; pg_get_serial_sequence
text,text>text; !pg_notify text,text>void; !pg_relation_size regclass>int8 regclass,text>int8; pg_size_pretty
int8>text numeric>text; !pg_sleep float8>void; !pg_sleep_for interval>void; !pg_sleep_until timestamptz>void;
!pg_table_size regclass>int8; !pg_total_relation_size regclass>int8; pg_trigger_depth >int4; pg_typeof any>regtype;
phraseto_tsquery regconfig,text>tsquery text>tsquery; pi >float8; plainto_tsquery regconfig,text>tsquery
text>tsquery; position bit,bit>int4 bytea,bytea>int4 text,text>int4; pow float8,float8>float8
numeric,numeric>numeric; power float8,float8>float8 numeric,numeric>numeric; quote_ident text>text; quote_literal
anyelement>text text>text; quote_nullable anyelement>text text>text; radians float8>float8; !random >float8;
range_agg anymultirange>anymultirange anyrange>anymultirange; range_intersect_agg anymultirange>anymultirange
anyrange>anyrange; range_merge anymultirange>anyrange anyrange,anyrange>anyrange; rank >int8 any*>int8; regclass
text>regclass; regexp_count text,text>int4 text,text,int4>int4 text,text,int4,text>int4; regexp_instr
text,text>int4 text,text,int4>int4 text,text,int4,int4>int4 text,text,int4,int4,int4>int4
text,text,int4,int4,int4,text>int4 text,text,int4,int4,int4,text,int4>int4; regexp_like text,text>bool
text,text,text>bool; regexp_match text,text>_text text,text,text>_text; regexp_matches text,text>_text
text,text,text>_text; regexp_replace text,text,text>text text,text,text,int4>text text,text,text,int4,int4>text
text,text,text,int4,int4,text>text text,text,text,text>text; regexp_split_to_array text,text>_text
text,text,text>_text; regexp_split_to_table text,text>text text,text,text>text; regexp_substr text,text>text
text,text,int4>text text,text,int4,int4>text text,text,int4,int4,text>text text,text,int4,int4,text,int4>text;
regr_avgx float8,float8>float8; regr_avgy float8,float8>float8; regr_count float8,float8>int8; regr_intercept
float8,float8>float8; regr_r2 float8,float8>float8; regr_slope float8,float8>float8; regr_sxx float8,float8>float8;
regr_sxy float8,float8>float8; regr_syy float8,float8>float8; repeat text,int4>text; replace text,text,text>text;
reverse text>text; right text,int4>text; round float8>float8 numeric>numeric numeric,int4>numeric; row_number
>int8; row_security_active oid>bool text>bool; row_to_json record>json record,bool>json; rpad text,int4>text
text,int4,text>text; rtrim bytea,bytea>bytea text>text text,text>text; scale numeric>int4; session_user >name;
set_bit bit,int4,int4>bit bytea,int8,int4>bytea; !set_config text,text,bool>text; !setseed float8>void; !setval
regclass,int8>int8 regclass,int8,bool>int8; setweight tsvector,char>tsvector tsvector,char,_text>tsvector; sha224
bytea>bytea; sha256 bytea>bytea; sha384 bytea>bytea; sha512 bytea>bytea; sign float8>float8 numeric>numeric;
similar_to_escape text>text text,text>text; sin float8>float8; sind float8>float8; sinh float8>float8; split_part
text,text,int4>text; sqrt float8>float8 numeric>numeric; statement_timestamp >timestamptz; stddev float4>float8
float8>float8 int2>numeric int4>numeric int8>numeric numeric>numeric; stddev_pop float4>float8 float8>float8
int2>numeric int4>numeric int8>numeric numeric>numeric; stddev_samp float4>float8 float8>float8 int2>numeric
int4>numeric int8>numeric numeric>numeric; string_agg bytea,bytea>bytea text,text>text; string_to_array
text,text>_text text,text,text>_text; string_to_table text,text>text text,text,text>text; strip tsvector>tsvector;
strpos text,text>int4; substr bytea,int4>bytea bytea,int4,int4>bytea text,int4>text text,int4,int4>text; substring
bit,int4>bit bit,int4,int4>bit bytea,int4>bytea bytea,int4,int4>bytea text,int4>text text,int4,int4>text
text,text>text text,text,text>text; sum float4>float4 float8>float8 int2>int8 int4>int8 int8>numeric
interval>interval money>money numeric>numeric; tan float8>float8; tand float8>float8; tanh float8>float8; text
bool>text bpchar>text char>text inet>text name>text xml>text; time interval>time time,int4>time timestamp>time
timestamptz>time timetz>time; !timeofday >text; timestamp date>timestamp date,time>timestamp
timestamp,int4>timestamp timestamptz>timestamp; timestamptz date>timestamptz date,time>timestamptz
date,timetz>timestamptz timestamp>timestamptz timestamptz,int4>timestamptz; timetz time>timetz timestamptz>timetz
timetz,int4>timetz; timezone interval,timestamp>timestamptz interval,timestamptz>timestamp interval,timetz>timetz
text,timestamp>timestamptz text,timestamptz>timestamp text,timetz>timetz; to_ascii text>text text,int4>text
text,name>text; to_char float4,text>text float8,text>text int4,text>text int8,text>text interval,text>text
numeric,text>text timestamp,text>text timestamptz,text>text; to_date text,text>date; to_hex int4>text int8>text;
to_json anyelement>json; to_jsonb anyelement>jsonb; to_number text,text>numeric; to_regclass text>regclass;
to_regcollation text>regcollation; to_regnamespace text>regnamespace; to_regrole text>regrole; to_regtype
text>regtype; to_timestamp float8>timestamptz text,text>timestamptz; to_tsquery regconfig,text>tsquery
text>tsquery; to_tsvector json>tsvector jsonb>tsvector regconfig,json>tsvector regconfig,jsonb>tsvector
regconfig,text>tsvector text>tsvector; transaction_timestamp >timestamptz; translate text,text,text>text;
trim_array anyarray,int4>anyarray; trim_scale numeric>numeric; trunc float8>float8 macaddr>macaddr
macaddr8>macaddr8 numeric>numeric numeric,int4>numeric; tsmultirange >tsmultirange _tsrange*>tsmultirange
tsrange>tsmultirange; tsrange timestamp,timestamp>tsrange timestamp,timestamp,text>tsrange; tstzmultirange
>tstzmultirange _tstzrange*>tstzmultirange tstzrange>tstzmultirange; tstzrange timestamptz,timestamptz>tstzrange
timestamptz,timestamptz,text>tstzrange; txid_current >int8; txid_current_if_assigned >int8; txid_current_snapshot
>txid_snapshot; !txid_status int8>text; unistr text>text; unnest anyarray>anyelement anymultirange>anyrange
tsvector>record; upper anymultirange>anyelement anyrange>anyelement text>text; upper_inc anymultirange>bool
anyrange>bool; upper_inf anymultirange>bool anyrange>bool; var_pop float4>float8 float8>float8 int2>numeric
int4>numeric int8>numeric numeric>numeric; var_samp float4>float8 float8>float8 int2>numeric int4>numeric
int8>numeric numeric>numeric; varbit varbit,int4,bool>varbit; varchar name>varchar varchar,int4,bool>varchar;
variance float4>float8 float8>float8 int2>numeric int4>numeric int8>numeric numeric>numeric; version >text;
websearch_to_tsquery regconfig,text>tsquery text>tsquery; width_bucket anycompatible,anycompatiblearray>int4
float8,float8,float8,int4>int4 numeric,numeric,numeric,int4>int4; xml text>xml; xml_is_well_formed text>bool;
xml_is_well_formed_content text>bool; xml_is_well_formed_document text>bool; xmlagg xml>xml; xmlcomment text>xml;
xmlexists text,xml>bool; xmlvalidate xml,text>bool; xpath text,xml>_xml text,xml,_text>_xml; xpath_exists
text,xml>bool text,xml,_text>bool;;
)"};

Overload read_overload(std::string_view text) {
  Overload overload;
  const auto arrow = text.find('>');
  overload.result = text.substr(arrow + 1);
  std::string_view arguments = text.substr(0, arrow);
  if (arguments.ends_with('*')) {
    overload.repeats = true;
    arguments.remove_suffix(1);
  }
  if (const auto slash = arguments.find('/'); slash != std::string_view::npos) {
    for (const char digit : arguments.substr(slash + 1))
      overload.optional = overload.optional * 10 + static_cast<std::size_t>(digit - '0');
    arguments = arguments.substr(0, slash);
  }
  while (!arguments.empty()) {
    const auto comma = std::min(arguments.find(','), arguments.size());
    overload.arguments.push_back(arguments.substr(0, comma));
    arguments.remove_prefix(std::min(comma + 1, arguments.size()));
  }
  return overload;
}

using Functions = std::map<std::string_view, Function>;

void read_entry(Functions& functions, std::string_view entry) {
  constexpr std::string_view blanks = " \n";
  std::string_view name;
  Function function;
  while (true) {
    const auto begin = entry.find_first_not_of(blanks);
    if (begin == std::string_view::npos) break;
    const auto end = std::min(entry.find_first_of(blanks, begin), entry.size());
    const std::string_view word = entry.substr(begin, end - begin);
    if (name.empty())
      name = word;
    else
      function.overloads.push_back(read_overload(word));
    entry.remove_prefix(end);
  }
  if (name.empty()) return;
  function.is_volatile = name.front() == '!';
  functions.emplace(name.substr(function.is_volatile ? 1 : 0), std::move(function));
}

Functions read_catalog() {
  Functions functions;
  for (std::string_view piece : catalog)
    while (!piece.empty()) {
      const auto end = std::min(piece.find(';'), piece.size());
      read_entry(functions, piece.substr(0, end));
      piece.remove_prefix(std::min(end + 1, piece.size()));
    }
  return functions;
}

}  // namespace

const Function* find_function(std::string_view name) {
  static const Functions functions = read_catalog();  // read once, never changed
  const auto found = functions.find(name);
  return found == functions.end() ? nullptr : &found->second;
}

}  // namespace dmc::dialects::postgres::sql
